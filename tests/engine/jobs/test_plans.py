"""Plans: rhythms against a slow twin, every moment once, nothing piled up, nothing caught up that was switched off."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.jobs.conftest import NOW

from linshu.engine.audit import Actor
from linshu.engine.jobs import Job, Planned
from linshu.engine.jobs.books import Filter
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.plans import Item, Plans, items, note
from linshu.engine.jobs.rhythm import Rhythm
from linshu.engine.jobs.schedule import Clock
from linshu.engine.jobs.workers import Workers
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Conflict, Invalid, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.jobs.queue import Queue

ZONE = "Asia/Shanghai"
CHEN = Actor("u1", "chen", "web")


def _accepts(said: Any) -> dict[str, Any]:
    if "folder" not in said:
        raise Invalid(Text("没有文件夹", "no folder"))
    return {"folder": said["folder"]}


COLLECT = Job("collect", Text("收取", "Collect"), lambda _: None, planned=Planned(_accepts, dict))
BUILD = Job("build", Text("更新", "Build"), lambda _: None)


@pytest.fixture
def desk(queue: Queue) -> JobDesk:
    jobs = {one.name: one for one in (COLLECT, BUILD)}
    plans = Plans(queue, jobs, ZONE)
    return JobDesk(queue, Clock(queue, jobs.values(), ZONE, also=plans.tick), jobs, CompanyDay(), plans)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1)).map(lambda at: at.replace(tzinfo=UTC))
rhythms = st.one_of(
    st.integers(5, 1440).map(lambda minutes: Rhythm(minutes=minutes)),
    st.times().map(lambda at: Rhythm(daily=at.replace(second=0, microsecond=0))),
)


def _twin(rhythm: Rhythm, since: datetime, until: datetime) -> list[datetime]:
    """Every moment after `since`, one by one."""
    if rhythm.daily is None:
        step, found = timedelta(minutes=rhythm.minutes), []
        at = since + step
        while at <= until:
            found.append(at)
            at += step
        return found
    days = (date(2025, 12, 30) + timedelta(n) for n in range(70))
    at_each = (datetime.combine(day, rhythm.daily, ZoneInfo(ZONE)).astimezone(UTC) for day in days)
    return [at for at in at_each if since < at <= until]


@given(rhythms, moments, st.timedeltas(timedelta(0), timedelta(days=4)))
def test_a_rhythm_has_the_moments_of_its_slow_twin(rhythm: Rhythm, since: datetime, passed: timedelta) -> None:
    now = since + passed
    found = _twin(rhythm, since, now + timedelta(days=2))
    before = [at for at in found if at <= now]
    assert rhythm.last(ZONE, since, now) == (before[-1] if before else None)
    assert rhythm.next(ZONE, since, now) == next(at for at in found if at > now)
    assert Rhythm.parse(str(rhythm)) == rhythm


@pytest.mark.parametrize("words", ["", "4", "1441", "24:00", "6:3", "often", "-5", "１５"])
def test_what_is_no_rhythm_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        Rhythm.parse(words)


def test_each_moment_is_written_once_and_slow_work_does_not_pile_up(desk: JobDesk, clock: Any) -> None:
    plan = desk.plans.add("collect", "  每天的  订单 ", "15", {"folder": "in"}, CHEN)
    assert (plan.name, plan.next_at, plan.given) == ("每天的 订单", NOW + timedelta(minutes=15), {"folder": "in"})
    assert desk.clock.tick() == []
    clock.on(minutes=16)
    (first,) = desk.clock.tick()
    assert desk.queue.find(first).input == {"folder": "in", "plan": plan.plan_id, "name": "每天的 订单", "by": "chen"}
    clock.on(minutes=40)
    assert desk.clock.tick() == []  # the first waits still
    Workers(desk.queue, (COLLECT,), chance=lambda: 0.0).work()
    (second,) = desk.clock.tick()  # of the moments that passed the last alone
    assert desk.queue.find(second).scheduled_at == NOW + timedelta(minutes=45)
    Workers(desk.queue, (COLLECT,), chance=lambda: 0.0).work()
    clock.on(minutes=-40)
    assert desk.clock.tick() == []
    assert desk.plans.all()[0][1].job_id == second
    by_hand = desk.plans.run(plan, CHEN)
    assert desk.queue.find(by_hand).scheduled_at is None


def test_what_is_switched_off_is_not_caught_up_and_what_is_removed_is_forgotten(desk: JobDesk, clock: Any) -> None:
    plan = desk.plans.add("collect", "a", "06:30", {"folder": "in"}, CHEN)
    assert plan.rhythm.daily == time(6, 30)
    desk.plans.set_active(plan, False, CHEN)
    clock.on(days=3)
    assert desk.clock.tick() == []
    desk.plans.set_active(desk.plans.find("a"), True, CHEN)
    assert desk.clock.tick() == []
    clock.on(days=1)
    assert len(desk.clock.tick()) == 1
    with desk.queue.state.writing() as connection:
        note(connection, plan.plan_id, Item("x.csv", "1", True, NOW, Text("好", "well")))
        note(connection, plan.plan_id, Item("x.csv", "2", False, NOW, Text("坏", "bad")))
        assert [one.mark for one in items(connection, plan.plan_id).values()] == ["2"]
    desk.plans.remove(plan, CHEN)
    with desk.queue.state.writing() as connection:
        note(connection, plan.plan_id, Item("x.csv", "3", True, NOW, Text("好", "well")))
        assert items(connection, plan.plan_id) == {}
    clock.on(days=1)
    assert desk.clock.tick() == []
    assert desk.listed(Filter("collect"))[1] == 1


def test_a_plan_that_cannot_be_is_told(desk: JobDesk) -> None:
    one = desk.plans.add("collect", "a", "30", {"folder": "in"}, CHEN)
    for kind, name, rhythm, said, error in (
        ("collect", "a", "30", {"folder": "in"}, Conflict),
        ("collect", "b", "3", {"folder": "in"}, Invalid),
        ("collect", " ", "30", {"folder": "in"}, Invalid),
        ("collect", "b", "30", {}, Invalid),
        ("build", "b", "30", {"folder": "in"}, Missing),
    ):
        with pytest.raises(error):
            desk.plans.add(kind, name, rhythm, said, CHEN)
    desk.plans.add("collect", "b", "30", {"folder": "in"}, CHEN)
    with pytest.raises(Conflict):
        desk.plans.change(one, "b", "30", {"folder": "in"}, CHEN)
    assert str(desk.plans.change(one, "c", "07:00", {"folder": "other"}, CHEN).rhythm) == "07:00"
