"""Watching on both databases: what rings is told once, silences hold, nobody looking passes it on, scopes hold."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from sqlalchemy import insert, select

from linshu.app.domains import DOMAINS, catalog
from linshu.domains.operations.alerts.flow import (
    back_test,
    back_test_events,
    begun,
    checked_event,
    pass_on,
    watch,
    watch_events,
)
from linshu.engine.access.scope import Scope
from linshu.engine.access.users import Users
from linshu.engine.alerts.book import AlertBook, Wanted
from linshu.engine.alerts.rule import Rule
from linshu.engine.audit import Actor
from linshu.engine.events.counting import GROUPS
from linshu.engine.state import State
from linshu.engine.state.tables import audit, event, outbox
from linshu.kernel.errors import Conflict, Invalid, Missing, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 19)  # a Thursday: the Wednesday before is judged
NOW = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
WANG = Actor("u1", "wang", "web")
RULE = Rule(
    "city_fell",
    Text("城市成交降了", "A city fell"),
    "gmv",
    "fell",
    0.3,
    by="city",
    channel="ops",
    active=True,
    escalate_hours=4,
)


@dataclass
class Answer:
    kept: list[dict[str, Any]]

    def rows(self) -> list[dict[str, Any]]:
        return self.kept


@dataclass
class TwoCities:
    """A shop of two cities whose sales by day are given."""

    sales: dict[str, dict[date, int]]
    catalog: Any = field(default_factory=catalog)
    fails: bool = False

    def query(self, metrics: Any, by: Any = (), *, start: date, end: date, grain: str, where: Any = None) -> Answer:
        if self.fails:
            raise Misused(Text("问不了", "cannot be asked"))
        assert (metrics, by, grain, where) == (("gmv",), ("city",), "day", None)
        return Answer(
            [
                {"day": day.isoformat(), "city": city, "city_name": f"城{city}", "gmv": fen}
                for city, days in self.sales.items()
                for day, fen in days.items()
                if start <= day <= end
            ]
        )

    def read(self, sql: str) -> pa.Table:
        assert "dim_region" in sql
        regions = [("42", city) for city in self.sales]
        return pa.table(
            {
                "id": [city for _, city in regions], "province_id": [one for one, _ in regions],
                "city_id": [city for _, city in regions], "district_id": [None] * len(regions),
                "street_id": [None] * len(regions),
            }
        )  # fmt: skip


def sales(last: int | None, usual: int = 1_000, days: int = 40) -> dict[date, int]:
    found = {TODAY - timedelta(days=back): usual for back in range(2, days)}
    return found if last is None else found | {TODAY - timedelta(days=1): last}


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


def book(state: State, rule: Rule = RULE) -> tuple[AlertBook, Clock]:
    clock = Clock()
    return AlertBook(state, {rule.name: rule}, clock), clock


def left(state: State) -> list[str]:
    with state.reading() as connection:
        return list(connection.execute(select(outbox.c.body).order_by(outbox.c.created_at)).scalars())


def test_what_rings_is_told_once_together_and_falls_silent_by_itself(state: State) -> None:
    one, clock = book(state)
    shop = TwoCities({"A": sales(100), "B": sales(None)})  # B sold nothing: no row at all
    (first,) = watch(one, shop, TODAY)
    assert (first.groups, first.rings, first.unknown) == (2, 2, 0)
    (again,) = watch(one, shop, TODAY)
    assert again.rings == 0
    messages = left(state)
    assert len(messages) == 1
    assert "城A" in messages[0]
    assert "城B" in messages[0]
    rows, total = one.page(Wanted(), Scope.everything())
    assert total == 2
    assert {(row.group.zh, row.alert.value, row.alert.expected) for row in rows} == {
        ("城A", 100.0, 1000.0),
        ("城B", 0.0, 1000.0),
    }
    clock.now += timedelta(days=1)
    better = {"A": sales(100) | {TODAY: 990}, "B": sales(0) | {TODAY: 710}}
    (over,) = watch(one, TwoCities(better), TODAY + timedelta(days=1))
    assert (over.rings, over.over) == (0, 1)  # B is above the limit but not well inside
    assert one.counts(Scope.everything()) == {"over": 1, "ringing": 1}
    assert len(left(state)) == 1


def test_a_rule_that_cannot_be_asked_keeps_no_other_from_it(state: State) -> None:
    one, _ = book(state)
    (told,) = watch(one, TwoCities({}, fails=True), TODAY)
    assert told.error is not None
    assert "问不了" in told.error.say()


def test_silence_tells_nobody_and_goes_on_counting(state: State) -> None:
    one, clock = book(state)
    one.silence(WANG, "city_fell", "A", NOW + timedelta(days=1), "城 A 停业")
    with pytest.raises(Invalid, match="为什么"):
        one.silence(WANG, "city_fell", "B", NOW + timedelta(days=1), " ")
    with pytest.raises(Missing):
        one.silence(WANG, "nothing", "", NOW + timedelta(days=1), "x")
    watch(one, TwoCities({"A": sales(100), "B": sales(100)}), TODAY)
    (message,) = left(state)
    assert "城A" not in message
    assert "城B" in message
    assert one.page(Wanted(), Scope.everything())[1] == 2
    (silence,) = one.silences()
    one.unsilence(WANG, silence.silence_id)
    assert one.silences() == ()
    one.silence(WANG, "city_fell", "", NOW + timedelta(hours=1), "演练")
    clock.now += timedelta(hours=2)
    assert one.silences() == ()


def test_nobody_looking_passes_it_on_and_somebody_looking_ends_that(state: State) -> None:
    one, clock = book(state)
    watch(one, TwoCities({"A": sales(100)}), TODAY)
    assert pass_on(one, catalog()) == 0
    clock.now += timedelta(hours=4)
    assert (pass_on(one, catalog()), pass_on(one, catalog())) == (1, 0)
    assert len(left(state)) == 2
    (alert,) = one.page(Wanted(), Scope.everything())[0]
    assert alert.alert.level == 1
    seen = one.see(WANG, alert.alert_id, Scope.everything(), "我问问")
    assert (seen.alert.state, seen.seen_by, seen.note) == ("seen", "wang", "我问问")
    clock.now += timedelta(days=3)
    assert pass_on(one, catalog()) == 0
    watch(one, TwoCities({"A": sales(1_000)}), TODAY)
    with pytest.raises(Conflict):
        one.see(WANG, alert.alert_id, Scope.everything())


def test_what_is_silenced_is_not_passed_on_either_and_what_is_switched_off_is_over(state: State) -> None:
    one, clock = book(state)
    watch(one, TwoCities({"A": sales(100), "B": sales(100)}), TODAY)
    one.silence(WANG, "city_fell", "A", NOW + timedelta(days=1), "城 A 停业")
    clock.now += timedelta(hours=4)
    assert pass_on(one, catalog()) == 1
    assert "城A" not in left(state)[-1]
    clock.now += timedelta(days=1)
    assert pass_on(one, catalog()) == 2
    one.keep(WANG, one.rule("city_fell").changed({"active": False}))
    assert one.counts(Scope.everything()) == {"over": 2}
    assert pass_on(one, catalog()) == 0


def test_each_sees_the_alerts_of_their_scope(state: State) -> None:
    one, _ = book(state)
    watch(one, TwoCities({"A": sales(100), "B": sales(100)}), TODAY)
    mine = Scope.only(regions=["A"])
    (alert,) = one.page(Wanted(), mine)[0]
    assert alert.group_id == "A"
    assert one.counts(mine) == {"ringing": 1}
    (other,) = one.page(Wanted(), Scope.only(regions=["B"]))[0]
    for act in (lambda: one.find(other.alert_id, mine), lambda: one.see(WANG, other.alert_id, mine)):
        with pytest.raises(Missing):
            act()
    assert one.page(Wanted(), Scope.only(leaders=["L1"]))[1] == 0


def test_what_has_no_end_yet_comes_after_what_has_whichever_way_the_list_is_sorted(state: State) -> None:
    one, _ = book(state)
    for sold in (100, 1_000):
        watch(one, TwoCities({"A": sales(sold), "B": sales(100)}), TODAY)
    for ascending in (True, False):
        wanted = Wanted(states=("over", "ringing"), sort="ended", ascending=ascending)
        assert [each.group_id for each in one.page(wanted, Scope.everything())[0]] == ["A", "B"]


def test_the_past_is_tried_without_looking_ahead(state: State) -> None:
    days = {TODAY - timedelta(days=back): 1_000 for back in range(1, 99)}
    fallen = TODAY - timedelta(days=9)
    days[fallen] = 100
    tried = back_test(TwoCities({"A": days}), RULE, TODAY, 28, NOW)
    assert [one.bucket for one in tried if one.rang] == [fallen]
    assert len(tried) == 28
    assert left(state) == []


def test_rules_are_changed_kept_dropped_and_written_into_the_audit(state: State) -> None:
    one, _ = book(state, replace(RULE, active=False))
    assert watch(one, TwoCities({"A": sales(100)}), TODAY) == ()
    one.keep(WANG, one.rule("city_fell").changed({"active": True, "limit": "0.2"}))
    assert one.rule("city_fell").limit == 0.2
    watch(one, TwoCities({"A": sales(100)}), TODAY)
    one.drop(WANG, "city_fell")
    assert one.rule("city_fell") == replace(RULE, active=False)
    assert one.counts(Scope.everything()) == {"over": 1}
    with pytest.raises(Missing, match="city_fell"):
        one.rule("city_fel")
    with pytest.raises(Conflict):
        one.keep(WANG, RULE, fresh=True)
    with pytest.raises(Invalid):
        one.keep(WANG, replace(RULE, name="no name"))
    with state.reading() as connection:
        acts = list(connection.execute(select(audit.c.act).order_by(audit.c.seq)).scalars())
    assert acts == ["rule.change", "rule.drop"]


@pytest.mark.parametrize(
    "rule",
    [rule for domain in DOMAINS for feature in domain.features for rule in feature.alerts],
    ids=lambda rule: rule.name,
)
def test_every_ready_rule_asks_for_figures_that_exist_and_can_be_cut_so(rule: Rule) -> None:
    known = catalog()
    if rule.event:
        checked_event(rule.event)
        assert rule.by in ("", *GROUPS)
        return
    metrics = [rule.metric, *([rule.sample] if rule.sample else [])]
    for metric in metrics:
        for fact in known.facts_of(metric):
            assert not rule.by or known.road(fact.name, rule.by) is not None, (metric, rule.by)
    assert rule.why.zh
    assert rule.why.en


BURST = Rule(
    "burst", Text("短时间取消多", "Many cancelled"), "", "above", 3, by="community", event="order:cancelled", minutes=10,
    ease=0.5, channel="ops", active=True,
)  # fmt: skip


@dataclass
class Named:
    """A shop that knows the names of two communities."""

    catalog: Any = field(default_factory=catalog)

    def read(self, sql: str, params: Any = ()) -> pa.Table:
        ids = [one for one in ("C1", "C2") if not params or one in params]
        made = {"id": ids, "name": [f"{one}群" for one in ids]}
        more = ("province_id", "city_id", "district_id", "street_id", "warehouse_id", "channel_id", "leader_id")
        return pa.table({**made, **{name: ["R1"] * len(ids) for name in more}})


def _cancel(state: State, community: str, *numbers: int, at: datetime = NOW) -> None:
    place = dict.fromkeys(("leader", "supplier", "warehouse", "channel"), "")
    with state.writing() as connection:
        rows = [
            {
                "source": "till", "event_id": f"{community}{number}{at}", "digest": "", "kind": "order", "what": "cancelled",
                "subject": f"O{community}{number}", "at": at, "taken_at": at, "community": community, **place,
            }
            for number in numbers
        ]  # fmt: skip
        connection.execute(insert(event), rows)


def test_a_rule_on_events_rings_once_for_a_group_and_falls_silent_when_it_is_over(state_url: str) -> None:
    state, clock = State.open(state_url), [NOW]
    book = AlertBook(state, {"burst": BURST}, lambda: clock[0])
    shop: Any = Named()
    _cancel(state, "C1", 1, 2, 3)
    _cancel(state, "C1", 3, at=NOW - timedelta(minutes=1))  # the same order, told twice
    _cancel(state, "C2", 1, 2, 3, 4, at=NOW - timedelta(minutes=10))  # too long ago
    assert watch_events(book, shop, TODAY) == ()
    _cancel(state, "C1", 4)
    assert [one.rings for one in watch_events(book, shop, TODAY)] == [1]
    assert [one.rings for one in watch_events(book, shop, TODAY)] == [0], "a second look rings nothing"
    (alert,), _ = book.page(Wanted(), Scope.only(communities=["C1"]))
    assert (alert.group.zh, alert.alert.value, alert.place.regions) == ("C1群", 4.0, ("R1",) * 4)
    assert book.page(Wanted(), Scope.only(communities=["C2"]))[1] == 0
    with state.reading() as connection:
        assert connection.execute(select(outbox.c.subject)).scalars().all() == ["短时间取消多"]
    clock[0] = NOW + timedelta(minutes=9)
    _cancel(
        state, "C1", 5, 6, 7, at=clock[0] - timedelta(minutes=8)
    )  # still more than half of the limit, so it is not over
    clock[0] = NOW + timedelta(minutes=10, seconds=1)
    assert [one.over for one in watch_events(book, shop, TODAY)] == [0]
    clock[0] = NOW + timedelta(minutes=30)
    assert [one.over for one in watch_events(book, shop, TODAY)] == [1]
    tried = back_test_events(book, shop, BURST, TODAY, 2, lambda at: at.date())
    assert [[one.zh for one in day.rang] for day in tried] == [[], ["C2群", "C1群"]]
    book.keep(WANG, replace(BURST, active=False))
    _cancel(state, "C1", 8, 9, 10, 11, at=clock[0])
    assert watch_events(book, shop, TODAY) == (), "a rule that is off looks at nothing"
    state.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"event": "ordre"}, "没有“ordre”"), ({"event": "order:lost"}, "没有 lost"), ({"event": "order", "by": "planet"}, "planet"),
        ({"event": "order", "minutes": "0"}, "时间窗"), ({"metric": "gmw", "test": "above", "grain": "day"}, "gmw"),
    ],
)  # fmt: skip
def test_a_new_rule_says_what_there_is(said: dict[str, str], words: str) -> None:
    shop: Any = Named()
    with pytest.raises((Misused, Invalid), match=words):
        begun(shop, {"name": "mine", "limit": "3", **said}, TODAY)
    assert begun(shop, {"name": "mine", "limit": "3", "event": "order:cancelled"}, TODAY).limit == 3
    with pytest.raises(Invalid):
        replace(BURST, metric="gmv")
    with pytest.raises(Invalid):
        replace(BURST, test="fell")


def test_it_is_told_whose_it_is_and_passed_on_up_the_line(state: State) -> None:
    one, clock = book(state)
    users = Users(state)
    for account, name, regions in (("li", "李经理", ["A"]), ("wu", "吴总", ["42"])):
        users.add(account, name, "operator", "four unrelated words")
        users.set_scope(account, Scope.only(regions=regions))
    watch(one, TwoCities({"A": sales(100), "B": sales(100)}), TODAY)
    (first,) = left(state)
    assert "城A ¥1.00，对照 ¥10.00（负责：李经理）" in first
    assert "城B ¥1.00，对照 ¥10.00（负责：吴总）" in first
    clock.now += timedelta(hours=5)
    assert pass_on(one, catalog()) == 2
    assert all("负责：吴总" in body for body in left(state)[1:])
