"""Business hours, the turns of a work order, and when its being late is passed on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.work.clock import BEGIN, END, WORKDAY, after, between
from linshu.engine.work.order import Order
from linshu.engine.work.rules import ACTS, SEVERITIES, STATES, TURNS, Wish, due, due_after, judge, late_level, may
from linshu.kernel.calendar import look_up
from linshu.kernel.text import Text

ZONE = ZoneInfo("Asia/Shanghai")
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(minutes=1), 6 * WORKDAY)


def here(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def order(state: str = "doing", **more: object) -> Order:
    at = here("2026-11-20T10:00")
    given = {
        "order_id": "w1", "title": Text("查", "Look"), "what": "", "severity": "warn", "origin": "hand", "origin_id": "",
        "team": "", "state": state, "owner": "wang", "created_by": "li", "created_at": at, "changed_at": at,
        "due_at": due(at, "warn", ZONE), "blocked_at": None, "done_at": None, "done_by": "", "result": "",
        "result_link": "", "level": 0,
    }  # fmt: skip
    return Order(**{**given, **more})  # type: ignore[arg-type]  # the parts of a test


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T10:00", 4, "2026-11-20T14:00"),  # a Friday
        ("2026-11-20T16:00", 4, "2026-11-23T11:00"),  # over the weekend
        ("2026-11-21T12:00", 1, "2026-11-23T10:00"),  # opened on a Saturday
        ("2026-09-30T17:00", 2, "2026-10-08T10:00"),  # over the National Day holidays
        ("2026-02-14T10:00", 2, "2026-02-14T12:00"),  # a Saturday worked for the Spring Festival
    ],
)
def test_business_time_skips_nights_weekends_and_holidays(start: str, hours: int, end: str) -> None:
    found = after(here(start), timedelta(hours=hours), ZONE)
    assert found == here(end)
    assert between(here(start), found, ZONE) == timedelta(hours=hours)


@given(MOMENTS, SPANS, SPANS)
def test_business_time_adds_up_and_ends_at_work(start: datetime, one: timedelta, two: timedelta) -> None:
    end = after(start, one, ZONE)
    local = end.astimezone(ZONE)
    assert look_up(local.date()).works
    assert BEGIN < local.time() <= END
    assert between(start, end, ZONE) == one
    assert after(end, two, ZONE) == after(start, one + two, ZONE)
    assert between(start, after(start, one + two, ZONE), ZONE) == one + two
    assert between(end, start, ZONE) == timedelta()


def test_only_the_turns_of_the_table_are_possible() -> None:
    for state in STATES:
        for act in ACTS:
            judged = judge(order(state), Wish(act, "wang", here("2026-11-20T12:00"), "因为", "chen", "好了"))
            assert isinstance(judged, Text) or (state, act) in TURNS
    assert {state for state in STATES if not any(may(order(state), act, "wang") for act in ACTS)} == set()


def test_what_the_rules_ask_for() -> None:
    at = here("2026-11-20T12:00")
    refusals = {
        "请写明原因": (order(), Wish("hand_over", "wang", at, to="chen")),
        "请选择负责人": (order("new", owner=""), Wish("assign", "wang", at)),
        "它已经由这个人负责": (order(), Wish("hand_over", "li", at, "x", "wang")),
        "它由 wang 负责，请先转交": (order(), Wish("finish", "chen", at, result="好了")),
        "请写明处理结果": (order(), Wish("finish", "wang", at)),
        "处理的人不能自己验收": (order("done", done_by="wang"), Wish("verify", "wang", at)),
        "紧急工单要先验收": (order("done", severity="urgent"), Wish("close", "wang", at)),
        "已关闭的工单不能完成": (order("closed"), Wish("finish", "wang", at, result="好了")),
    }
    for words, (one, wish) in refusals.items():
        judged = judge(one, wish)
        assert isinstance(judged, Text)
        assert judged.zh == words
    assert judge(order("done", done_by="wang"), Wish("verify", "li", at)) == "verified"
    assert judge(order("done"), Wish("close", "wang", at)) == "closed"
    assert judge(order("done", owner=""), Wish("reopen", "li", at, "没好")) == "new"
    assert judge(order(), Wish("finish", "boss", at, result="好了", for_all=True)) == "done"


@given(MOMENTS, SPANS, st.sampled_from(SEVERITIES))
def test_what_it_stood_blocked_is_given_back(opened: datetime, stood: timedelta, severity: str) -> None:
    until = due(opened, severity, ZONE)  # type: ignore[arg-type]  # a severity
    blocked = after(opened, timedelta(minutes=1), ZONE)
    one = order("blocked", due_at=until, blocked_at=blocked, severity=severity)
    moved = due_after(one, Wish("unblock", "wang", after(blocked, stood, ZONE)), ZONE)
    assert between(until, moved, ZONE) == stood


def test_being_late_is_passed_on_twice() -> None:
    until = here("2026-11-20T14:00")
    assert [late_level(until, here(at), ZONE) for at in ("2026-11-20T14:00", "2026-11-20T14:01", "2026-11-23T15:00")] == [
        0, 1, 2,
    ]  # fmt: skip
