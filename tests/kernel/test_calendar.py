"""The calendar: known days, an astronomical check of the lunar tables, and an honest fall-back."""

from datetime import UTC, date, datetime, timedelta
from math import radians, sin

import pytest
from chinese_calendar import constants, is_workday
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.calendar import (
    FIRST_LUNAR_YEAR,
    FIRST_OFFICIAL_YEAR,
    HOLIDAYS,
    LAST_LUNAR_YEAR,
    LAST_OFFICIAL_YEAR,
    DayKind,
    days_from_spring_festival,
    look_up,
    same_lunar_day,
    spring_festival,
)
from linshu.kernel.errors import Misused

LUNAR_YEARS = range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1)
LUNAR_DAYS = st.dates(date(FIRST_LUNAR_YEAR, 1, 1), date(LAST_LUNAR_YEAR, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind", "holiday"),
    [
        ("2026-10-01", DayKind.HOLIDAY, "国庆节"),
        ("2026-10-10", DayKind.SHIFTED_WORKDAY, "国庆节"),
        ("2026-02-17", DayKind.HOLIDAY, "春节"),
        ("2026-11-21", DayKind.WEEKEND, ""),
        ("2026-11-23", DayKind.WORKDAY, ""),
        ("2015-09-03", DayKind.HOLIDAY, "抗战胜利70周年纪念日"),
    ],
)
def test_days_of_the_official_notices(day, kind, holiday):
    found = look_up(date.fromisoformat(day))
    assert (found.kind, found.title.zh, found.official) == (kind, holiday, True)


@pytest.mark.parametrize(
    ("day", "kind", "holiday"),
    [
        ("2027-02-05", DayKind.HOLIDAY, "Spring Festival"),  # New Year's Eve
        ("2027-02-09", DayKind.WORKDAY, ""),  # a bridge day no notice has named yet
        ("2027-04-05", DayKind.HOLIDAY, "Qingming Festival"),
        ("2027-06-09", DayKind.HOLIDAY, "Dragon Boat Festival"),
        ("2027-09-15", DayKind.HOLIDAY, "Mid-Autumn Festival"),
        ("2028-10-03", DayKind.HOLIDAY, "National Day"),  # Mid-Autumn falls on it
        ("2027-10-09", DayKind.WEEKEND, ""),
        ("2001-05-01", DayKind.HOLIDAY, "Labour Day"),
        ("2071-10-01", DayKind.HOLIDAY, "National Day"),
    ],
)
def test_outside_the_notices_the_law_is_all_that_is_known_and_it_says_so(day, kind, holiday):
    found = look_up(date.fromisoformat(day))
    assert (found.kind, found.title.en, found.official) == (kind, holiday, False)


@given(st.dates(date(FIRST_OFFICIAL_YEAR, 1, 1), date(LAST_OFFICIAL_YEAR, 12, 31)))
def test_workdays_agree_with_the_official_list(day):
    assert look_up(day).works == is_workday(day)


@pytest.mark.parametrize(
    ("year", "days"),
    [
        # The thirteen days of the law of 2025, which the notices of 2025 and 2026 contain too.
        (2027, "0101 0205 0206 0207 0208 0405 0501 0502 0609 0915 1001 1002 1003"),
        (2060, "0101 0201 0202 0203 0204 0404 0501 0502 0603 0909 1001 1002 1003"),
        (2000, "0101 0204 0205 0206 0207 0404 0501 0502 0606 0912 1001 1002 1003"),
        (2061, "0101 0501 0502 1001 1002 1003"),
    ],
)
def test_the_holidays_of_a_year_without_a_notice(year, days):
    every = [date(year, 1, 1) + timedelta(days=step) for step in range(365)]
    assert " ".join(f"{day:%m%d}" for day in every if look_up(day).kind is DayKind.HOLIDAY) == days


def test_every_official_day_has_a_name_here():
    for day in {**constants.holidays, **constants.workdays}:
        assert look_up(day).title in HOLIDAYS.values()


def new_moon(lunation):
    """The instant of a new moon counted from 2000-01-06, after Meeus, Astronomical Algorithms, chapter 49 (minutes off)."""
    t = lunation / 1236.85
    anomaly_sun = radians(2.5534 + 29.1053567 * lunation)
    anomaly_moon = radians(201.5643 + 385.81693528 * lunation + 0.0107582 * t * t)
    latitude = radians(160.7108 + 390.67050284 * lunation - 0.0016118 * t * t)
    days = 5.59766 + 29.530588861 * lunation + 0.00015437 * t * t
    days += -0.4072 * sin(anomaly_moon) + 0.17241 * sin(anomaly_sun) + 0.01608 * sin(2 * anomaly_moon)
    days += 0.01039 * sin(2 * latitude) + 0.00739 * sin(anomaly_moon - anomaly_sun)
    days += -0.00514 * sin(anomaly_moon + anomaly_sun) + 0.00208 * sin(2 * anomaly_sun)
    days += -0.00111 * sin(anomaly_moon - 2 * latitude) - 0.00057 * sin(anomaly_moon + 2 * latitude)
    days += 0.000325 * sin(radians(299.77 + 0.107408 * lunation))
    return datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=days) - timedelta(seconds=70)


MOON_DAYS = {
    # The formula is minutes off: a moon within 20 minutes of midnight counts for both days.
    (new_moon(lunation) + timedelta(hours=8, minutes=minutes)).date()
    for lunation in range(770)
    for minutes in (-20, 20)
}


def test_every_lunar_year_begins_on_the_day_of_a_new_moon_in_beijing():
    for year in LUNAR_YEARS:
        # In these 61 years no new moon falls on 21 January itself; the first one from there on begins the year.
        first_moon = min(day for day in MOON_DAYS if day >= date(year, 1, 21))
        assert spring_festival(year) in MOON_DAYS
        assert (spring_festival(year) - first_moon).days <= 1  # 2007: fourteen minutes after midnight


@pytest.mark.parametrize(("holiday", "lunar_day"), [("dragon_boat", 5), ("mid_autumn", 15)])
def test_lunar_festivals_lie_in_a_month_that_begins_with_a_new_moon(holiday, lunar_day):
    unofficial = [date(LAST_OFFICIAL_YEAR + 1, 1, 1) + timedelta(days=step) for step in range(33 * 365)]
    festivals = [day for day in unofficial if look_up(day).holiday == holiday]
    assert len(festivals) > 27  # Mid-Autumn hides behind National Day now and then
    assert {day - timedelta(days=lunar_day - 1) for day in festivals} <= MOON_DAYS


@pytest.mark.parametrize(
    ("day", "offset"),
    [("2026-02-17", 0), ("2026-02-16", -1), ("2026-03-03", 14), ("2025-12-31", -48), ("2026-12-31", -37), ("2026-06-01", 104),
     ("2000-01-01", -35), ("2060-12-31", 333)],
)  # fmt: skip
def test_days_from_the_spring_festival(day, offset):
    assert days_from_spring_festival(date.fromisoformat(day)) == offset


@given(LUNAR_DAYS)
def test_the_offset_leads_back_to_a_festival(day):
    festival = day - timedelta(days=days_from_spring_festival(day))
    assert spring_festival(festival.year) == festival


@given(st.dates(date(2001, 1, 1), date(2058, 12, 31)), st.integers(-1, 1))
def test_the_same_lunar_day_is_as_far_from_its_festival(day, years):
    other = same_lunar_day(day, day.year + years)
    assert abs((other - day).days - 365.25 * years) < 31
    assert same_lunar_day(day, day.year) == day


@pytest.mark.parametrize("year", [1999, 2061])
def test_years_without_lunar_data_are_refused(year):
    with pytest.raises(Misused, match=str(year)):
        spring_festival(year)
