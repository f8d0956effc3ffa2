"""What a day is held against: examples of the calendar of 2026, and what is true of every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.alerts.judge import Point, judge
from linshu.engine.alerts.likes import likes
from linshu.engine.alerts.rule import Rule
from linshu.kernel.calendar import DayKind, look_up
from linshu.kernel.text import Text

FELL = Rule("r", Text("规则", "Rule"), "gmv", "fell", 0.2)


@pytest.mark.parametrize(
    ("day", "like"),
    [
        (date(2026, 11, 18), date(2026, 11, 11)),  # an ordinary Wednesday
        (date(2026, 10, 8), date(2026, 9, 24)),  # the Thursday after the National Day: 1 October was off
        (date(2026, 10, 14), date(2026, 9, 30)),  # the Wednesday of the week after: 7 October was off
        (date(2026, 10, 2), date(2026, 10, 1)),  # a day off against the day off before it
        (date(2026, 9, 20), date(2026, 9, 18)),  # a Sunday worked: the Friday before
        (date(2026, 2, 18), date(2026, 2, 17)),  # within the Spring Festival
    ],
)
def test_the_newest_like_of_a_day(day: date, like: date) -> None:
    assert likes("day", day)[0] == like


def test_the_spring_festival_is_like_itself_alone_and_weeks_with_holidays_are_like_none() -> None:
    assert look_up(date(2026, 2, 15)).holiday == "spring_festival"
    assert likes("day", date(2026, 2, 15)) == ()
    assert likes("week", date(2026, 9, 28)) == ()
    assert likes("week", date(2026, 10, 19))[0] == date(2026, 10, 12)
    assert date(2026, 9, 28) not in likes("week", date(2026, 10, 19))
    assert likes("month", date(2026, 3, 1))[:2] == (date(2026, 2, 1), date(2026, 1, 1))


def test_the_day_after_a_holiday_does_not_ring_because_the_holiday_was_high() -> None:
    day = date(2026, 10, 15)  # a Thursday; 8 October worked, 1 October was off
    values = {date(2026, 10, 8): 100.0, date(2026, 10, 1): 900.0, day: 95.0}
    points = {at: Point(at, value) for at, value in values.items()}
    assert judge(FELL, points, day).out is False
    after = date(2026, 10, 8)
    held = judge(FELL, points | {date(2026, 9, 24): Point(date(2026, 9, 24), 104.0)}, after)
    assert (held.out, held.expected) == (False, 104.0)


@given(st.dates(date(2018, 1, 1), date(2026, 12, 31)))
def test_likes_lie_before_newest_first_and_are_of_one_kind(day: date) -> None:
    found = likes("day", day)
    assert list(found) == sorted(found, reverse=True)
    assert all(day - timedelta(days=64) < one < day for one in found)
    kind = look_up(day).kind
    assert all((look_up(one).kind is DayKind.HOLIDAY) == (kind is DayKind.HOLIDAY) for one in found)
    if kind in (DayKind.WORKDAY, DayKind.WEEKEND):
        assert all(one.weekday() == day.weekday() for one in found)
    assert not any(look_up(one).kind is DayKind.SHIFTED_WORKDAY for one in found)
