"""A supplier's days: nothing is ordered or brought on a day that is not its own, and orders last until the next can come."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.supply.replenish.made_up import case

from linshu.domains.supply.replenish.advise import House, advise_supplier, reasons
from linshu.domains.supply.replenish.calendar import Calendar, calendar_of, timing
from linshu.standard import table

DAY = date(2026, 3, 2)  # a Monday
DAYS = st.integers(0, 40).map(lambda step: DAY + timedelta(days=step))
WEEKDAYS = st.frozensets(st.integers(1, 7), max_size=4)
SPANS = st.lists(st.tuples(DAYS, st.integers(0, 9)), max_size=2).map(
    lambda given: tuple((first, first + timedelta(days=days)) for first, days in given)
)
CALENDARS = st.builds(Calendar, WEEKDAYS, WEEKDAYS, SPANS, st.none() | st.times())
LEADS = st.lists(st.integers(0, 5), min_size=1, max_size=5).map(lambda given: tuple(sorted(given)))


@given(CALENDARS, DAYS, LEADS)
def test_orders_and_deliveries_fall_on_the_suppliers_own_days(
    calendar: Calendar, day: date, lead: tuple[int, ...]
) -> None:
    found = timing(calendar, day, lead)
    ordered = day + timedelta(days=found.wait)
    assert calendar.takes(ordered)
    assert not any(calendar.takes(day + timedelta(days=step)) for step in range(found.wait))
    assert len(found.lead) == len(lead)
    for days, took in zip(found.lead, lead, strict=True):
        assert days >= found.wait + took
        assert calendar.brings(day + timedelta(days=days))
    assert found.review >= 1


@given(CALENDARS, DAYS, LEADS, st.times())
def test_an_order_after_the_cut_off_is_one_of_the_next_day(
    calendar: Calendar, day: date, lead: tuple[int, ...], clock: time
) -> None:
    at, morning = datetime.combine(day, clock), timing(calendar, day, lead)
    found = timing(calendar, day, lead, at)
    if calendar.until is None or clock <= calendar.until:
        assert found == morning
    else:
        tomorrow = timing(calendar, day + timedelta(days=1), lead)
        assert (found.wait, found.review) == (tomorrow.wait + 1, tomorrow.review)
        assert found.lead == tuple(one + 1 for one in tomorrow.lead)
    assert timing(calendar, day, lead, at - timedelta(days=1)) == morning  # the evening before is in time for the day


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("22:00", time(22)),
        ("5：30", time(5, 30)),
        ("24:00", None),
        ("", None),
        (None, None),
        ("明早", None),
        ("12:60", None),
    ],
)
def test_a_cut_off_that_is_no_time_of_day_binds_nobody(said: str | None, until: time | None) -> None:
    assert calendar_of(None, None, None, said).until == until


@given(DAYS, LEADS)
def test_a_supplier_without_days_of_its_own_changes_nothing(day: date, lead: tuple[int, ...]) -> None:
    found = timing(Calendar(), day, lead)
    assert (found.wait, found.lead, found.review) == (0, lead, 1)


def test_a_supplier_of_mondays_and_thursdays_closed_over_the_festival() -> None:
    days = calendar_of("1,4", "2,5", "2026-03-05~2026-03-11,2026-03-17")
    today = timing(days, DAY, (1,))
    assert (today.wait, today.lead) == (0, (1,))  # ordered on Monday, brought on Tuesday
    assert today.review == 10  # the next order is that of the 12th, brought on the 13th
    assert timing(days, DAY + timedelta(days=1), (1,)).wait == 9
    assert calendar_of(None, None, None) == Calendar()


@pytest.mark.parametrize(
    ("orders", "closed", "is_fine"),
    [
        ("1,4", "2027-02-12~2027-02-21,2027-05-01", True), ("7", "2027-05-01", True), ("0", None, False), ("1，4", None, False),
        (None, "2027-02-30", False), (None, "2027/05/01", False), (None, "2027-05-01~", False),
    ],
)  # fmt: skip
def test_days_that_cannot_be_read_are_refused_at_the_door(
    orders: str | None, closed: str | None, is_fine: bool
) -> None:
    rules = " AND ".join(f"coalesce({one.holds}, TRUE)" for one in table("supplier").checks)
    asked = f"SELECT {rules} FROM (SELECT $1::VARCHAR AS order_weekdays, $1::VARCHAR AS delivery_weekdays, $2::VARCHAR AS closed_days)"
    assert duckdb.connect().execute(asked, [orders, closed]).fetchone() == (is_fine,)
    if is_fine:
        calendar_of(orders, orders, closed)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2000), st.integers(2, 6))
def test_an_order_is_larger_when_the_next_one_is_further_off_and_none_is_made_while_one_waits(
    seed: int, review: int
) -> None:
    one = case(seed, shelf=(), coming=(), life=10_000)
    (now,), (rare,) = (advise_supplier([each], House(), 0) for each in (one, replace(one, review=review)))
    assert rare.boxes >= now.boxes
    assert advise_supplier([one], House(review_days=review), 0)[0].boxes == rare.boxes
    (waits,) = advise_supplier([replace(one, wait=2)], House(), 0)
    assert (waits.boxes, waits.before) == (0, 0)
    assert "2 天后" in reasons(waits)[0].zh
