"""The day of last year that a day is held against: one for each, like against like."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.calendar import DayKind, days_from_spring_festival, look_up, spring_festival
from linshu.kernel.counterpart import SEASON, counterpart, held_against, in_season

DAY = timedelta(1)
DAYS = st.dates(date(2002, 1, 1), date(2059, 12, 31))
ANY_DAY = st.dates(date(1990, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("day", "held"),
    [
        ("2026-02-17", "2025-01-29"),  # the first lunar day
        ("2026-02-14", "2025-01-26"),  # the third before it, a Saturday; shifted workdays both
        ("2026-03-09", "2025-02-18"),  # the last day of the season, its 20th
        ("2026-01-01", "2025-01-01"),  # New Year, though within the season of 2025
        ("2026-05-01", "2025-05-01"),
        ("2026-05-09", "2025-04-27"),  # both worked for Labour Day
        ("2026-06-19", "2025-05-31"),  # Dragon Boat
        ("2025-10-06", "2024-10-06"),  # Mid-Autumn within the break of National Day
        ("2026-10-07", "2025-10-07"),
        ("2026-03-18", "2025-03-19"),  # Wednesdays
        ("2026-01-13", "2025-03-04"),  # 52 weeks before lies in the season of 2025: Tuesday after Tuesday beyond it
        ("2026-11-21", "2025-11-22"),  # Saturdays
        ("2071-05-01", "2070-05-02"),  # no lunar calendar: the weekday alone
    ],
)
def test_known_days(day, held):
    assert counterpart(date.fromisoformat(day)) == date.fromisoformat(held)


@given(ANY_DAY)
def test_every_day_has_one_counterpart_and_is_the_counterpart_of_one(day):
    assert held_against(counterpart(day)) == day
    assert counterpart(held_against(day)) == day
    assert 300 < (day - counterpart(day)).days < 420


@given(st.integers(2000, 2060))
def test_no_day_is_held_against_twice_in_two_years(year):
    days = [date(year, 1, 1) + step * DAY for step in range(730)]
    assert len({counterpart(day) for day in days}) == len(days)


@given(st.integers(2002, 2059), st.sampled_from(SEASON))
def test_the_season_goes_by_the_distance_from_the_festival(year, offset):
    day = spring_festival(year) + offset * DAY
    held = counterpart(day)
    if held != spring_festival(year - 1) + offset * DAY:
        # New Year's Day goes with New Year's Day: either it is this day, or it takes the place of this day.
        new_years = {look_up(day).holiday, look_up(spring_festival(year - 1) + offset * DAY).holiday}
        assert "new_year" in new_years
        return
    assert days_from_spring_festival(held) == offset


@given(DAYS)
def test_a_day_off_is_held_against_its_like_as_far_as_there_is_one(day):
    known, held = look_up(day), look_up(counterpart(day))
    if known.holiday in {"", "spring_festival", "mid_autumn", "national", "victory_2015"}:
        return
    first = day
    while look_up(first - DAY).holiday == known.holiday and look_up(first - DAY).kind is known.kind:
        first -= DAY
    if known.kind is DayKind.HOLIDAY and day == first:
        assert (held.holiday, held.kind) == (known.holiday, known.kind)
        assert look_up(held.day - DAY).holiday != known.holiday


@given(DAYS)
def test_an_ordinary_day_far_from_any_holiday_keeps_its_weekday(day):
    held = counterpart(day)
    near = {look_up(one + step * DAY).holiday for one in (day, day - 364 * DAY) for step in range(-25, 26)}
    if near == {""}:
        assert (day - held).days in (364, 364 + 49, 364 - 49)
    if not in_season(day) and (day - held).days % 7 == 0 and look_up(day).holiday == look_up(held).holiday == "":
        assert look_up(day).kind is look_up(held).kind


def test_of_a_year_nearly_all_days_are_held_against_their_own_kind():
    """Where last year had more or fewer days off, some must meet a day of another kind; they stay few."""
    for year in range(2005, 2027):
        days = [date(year, 1, 1) + step * DAY for step in range(365)]
        strange = [one for one in days if not in_season(one) and look_up(one).works != look_up(counterpart(one)).works]
        assert len(strange) <= 14, Counter(one.month for one in strange)
