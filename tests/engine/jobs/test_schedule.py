"""The clock of jobs: every moment once, whatever the clock of the machine does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from linshu.engine.audit import Actor
from linshu.engine.jobs import Job
from linshu.engine.jobs.desk import JobDesk
from linshu.engine.jobs.schedule import Clock as JobClock
from linshu.engine.jobs.schedule import last_moment, next_moment
from linshu.engine.jobs.spoken import spoken
from linshu.engine.state.tables import job
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.text import Text

from .conftest import NOW

if TYPE_CHECKING:
    from linshu.engine.jobs.queue import Queue

    from .conftest import Clock

WANG = Actor("u1", "wang", "web", "10.0.0.7")
ZONE = "Asia/Shanghai"
NIGHTLY = Job("backup", Text("备份", "backup"), lambda _: None, schedule="30 3 * * *")
OFTEN = Job("build", Text("建模", "models"), lambda _: None, schedule="*/10 * * * *", late=timedelta(hours=1))


def moments(queue: Queue, kind: str) -> list[datetime]:
    with queue.state.reading() as connection:
        return list(
            connection.execute(
                select(job.c.scheduled_at).where(job.c.kind == kind).order_by(job.c.scheduled_at)
            ).scalars()
        )


def test_company_time_is_meant() -> None:
    assert next_moment("30 3 * * *", ZONE, NOW) == datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
    assert next_moment("0 8 * * mon", ZONE, NOW) == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_a_new_schedule_catches_up_nothing_and_then_each_moment_once(queue: Queue, clock: Clock) -> None:
    ticking = JobClock(queue, [NIGHTLY], ZONE)
    assert ticking.tick() == []
    clock.on(hours=11, minutes=29)
    assert ticking.tick() == []
    clock.on(minutes=1)
    assert len(ticking.tick()) == 1
    clock.on(minutes=1)
    assert ticking.tick() == []
    assert JobClock(queue, [NIGHTLY], ZONE).tick() == []  # another process at the same time
    assert moments(queue, "backup") == [datetime(2026, 11, 22, 19, 30, tzinfo=UTC)]


def test_of_what_was_missed_the_last_is_caught_up_unless_it_is_too_old(queue: Queue, clock: Clock) -> None:
    ticking = JobClock(queue, [NIGHTLY, OFTEN], ZONE)
    clock.on(seconds=1)
    ticking.tick()
    clock.on(days=5)
    assert len(ticking.tick()) == 2
    assert moments(queue, "backup") == [datetime(2026, 11, 26, 19, 30, tzinfo=UTC)]
    assert moments(queue, "build") == [datetime(2026, 11, 27, 8, 0, tzinfo=UTC)]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_a_day_and_back_runs_nothing_twice(queue: Queue, clock: Clock, jump: timedelta) -> None:
    ticking = JobClock(queue, [NIGHTLY, OFTEN], ZONE)
    ticking.tick()
    for step in range(1, 4 * 24 * 2):
        clock.on(minutes=30)
        if step in (20, 70):
            clock.on(seconds=jump.total_seconds() * (1 if step == 20 else -1))
        ticking.tick()
    for kind in ("backup", "build"):
        found = moments(queue, kind)
        assert len(found) == len(set(found))
    nights = [at for at in moments(queue, "backup") if NOW < at <= clock.now]
    assert len(nights) == 4


def test_switched_off_it_rests_and_switched_on_it_does_not_catch_up(queue: Queue, clock: Clock) -> None:
    ticking = JobClock(queue, [NIGHTLY], ZONE)
    ticking.set_active("backup", False, WANG)
    clock.on(days=2)
    assert ticking.tick() == []
    assert [(one.active, one.next_at, one.changed_by) for one in ticking.all()] == [(False, None, "wang")]
    ticking.set_active("backup", True, WANG)
    assert ticking.tick() == []
    clock.on(days=1)
    assert len(ticking.tick()) == 1
    assert ticking.all()[0].next_at == datetime(2026, 11, 25, 19, 30, tzinfo=UTC)
    with pytest.raises(Missing):
        ticking.set_active("nothing", True, WANG)


@given(
    cron=st.sampled_from(["30 3 * * *", "*/10 * * * *", "0 8 * * mon", "15 0 1 * *"]),
    since=st.integers(0, 60 * 24 * 40), length=st.integers(0, 60 * 24 * 3),
)  # fmt: skip
def test_the_last_moment_is_the_greatest_of_all_in_the_span(cron: str, since: int, length: int) -> None:
    start = NOW + timedelta(minutes=since)
    now = start + timedelta(minutes=length)
    every, at = [], next_moment(cron, ZONE, start)
    while at <= now:
        every.append(at)
        at = next_moment(cron, ZONE, at + timedelta(seconds=1))
    assert last_moment(cron, ZONE, start, now) == (every[-1] if every else None)


def test_moments_whose_jobs_were_swept_away_do_not_come_back(queue: Queue, clock: Clock) -> None:
    ticking = JobClock(queue, [NIGHTLY], ZONE)
    ticking.tick()
    clock.on(days=1)
    ticking.tick()
    clock.on(days=90)
    ticking.tick()
    with queue.state.writing() as connection:
        connection.execute(delete(job).where(job.c.created_at < clock.now - timedelta(days=30)))
    assert ticking.tick() == []


def test_work_of_a_module_that_is_off_rests_by_clock_chain_and_hand(queue: Queue, clock: Clock) -> None:
    off: dict[str, Text] = {"backup": Text("供应", "Supply")}
    step = Job("count", Text("盘点", "count"), lambda _: None, stage="domain")
    desk = JobDesk.of(queue.state, [NIGHTLY, step, OFTEN], CompanyDay(), resting=lambda: off)
    desk.queue.clock = clock
    desk.clock.tick()
    clock.on(days=1)
    desk.clock.tick()
    assert [moments(queue, kind) == [] for kind in ("backup", "build")] == [True, False]
    shown = {one.kind: one for one, _ in desk.schedules()}
    assert (shown["backup"].resting, shown["backup"].next_at, shown["build"].resting) == (off["backup"], None, None)
    off["count"] = off["backup"]
    assert desk.run_day(None, WANG) == []
    for refused in (lambda: desk.run("backup", WANG), lambda: desk.run_day(None, WANG, only="count")):
        with pytest.raises(Conflict, match="供应"):
            refused()
    off.clear()
    assert len(desk.run_day(None, WANG)) == 1
    clock.on(days=1)
    desk.clock.tick()
    assert moments(queue, "backup") != []


@pytest.mark.parametrize(
    ("cron", "zh", "en"),
    [
        ("30 3 * * *", "每天 03:30", "daily at 03:30"),
        ("*/20 * * * *", "每 20 分钟", "every 20 minutes"),
        ("10 * * * *", "每小时第 10 分", "every hour at :10"),
        ("*/20 6-22 * * *", "每天 06:00–22:59，每 20 分钟", "daily 06:00–22:59, every 20 minutes"),
        ("0 8 * * mon", "周一 08:00", "Monday at 08:00"),
        ("15 9 * * mon-fri", "周一到周五 09:15", "Monday to Friday at 09:15"),
        ("0 4 1 * *", "每月 1 日 04:00", "on day 1 of the month at 04:00"),
        ("* 8-9 * * sun", "周日 08:00–09:59，每分钟", "Sunday 08:00–09:59, every minute"),
        ("*/5 * * * sat", "周六，每 5 分钟", "Saturday, every 5 minutes"),
        ("0 8 * 12 *", "0 8 * 12 *", "0 8 * 12 *"),
        ("5,7 8 * * *", "5,7 8 * * *", "5,7 8 * * *"),
    ],
)
def test_a_schedule_is_said_in_plain_words(cron: str, zh: str, en: str) -> None:
    assert spoken(cron) == Text(zh, en)
