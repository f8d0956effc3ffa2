from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Misused
from linshu.kernel.period import Period

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
AT_ELEVEN = CompanyDay.parse("23:00")
RULES = st.builds(
    CompanyDay,
    st.integers(1, 24 * 60),
    st.sampled_from(["Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("cut_off", "local", "day"),
    [
        pytest.param("24:00", "2026-10-01T23:59:59.999999", "2026-10-01", id="natural-day-last-instant"),
        pytest.param("24:00", "2026-10-02T00:00:00", "2026-10-02", id="natural-day-midnight"),
        pytest.param("23:00", "2026-10-01T22:59:59.999999", "2026-10-01", id="before-the-cut-off"),
        pytest.param("23:00", "2026-10-01T23:00:00", "2026-10-02", id="at-the-cut-off-belongs-to-the-next-day"),
        pytest.param("23:00", "2026-10-02T00:30:00", "2026-10-02", id="after-midnight"),
        pytest.param("11:30", "2026-10-01T11:30:00", "2026-10-02", id="cut-off-at-noon"),
        pytest.param("23:00", "2026-12-31T23:00:00", "2027-01-01", id="over-new-year"),
    ],
)
def test_the_company_day_of_an_instant(cut_off, local, day):
    instant = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    assert CompanyDay.parse(cut_off).day_of(instant) == date.fromisoformat(day)


def test_the_span_of_a_company_day_is_in_utc():
    assert AT_ELEVEN.span(date(2026, 10, 1)) == (
        datetime(2026, 9, 30, 15, tzinfo=UTC),
        datetime(2026, 10, 1, 15, tzinfo=UTC),
    )
    assert CompanyDay().span(date(2026, 10, 1))[0] == datetime(2026, 9, 30, 16, tzinfo=UTC)


@given(RULES, INSTANTS)
@example(CompanyDay(90, "America/New_York"), datetime(2026, 11, 1, 5, 45, tzinfo=UTC))
@example(CompanyDay(90, "America/New_York"), datetime(2026, 11, 1, 6, 15, tzinfo=UTC))
@example(CompanyDay(150, "America/New_York"), datetime(2026, 3, 8, 7, 15, tzinfo=UTC))
def test_every_instant_lies_in_the_span_of_its_day(rule, instant):
    start, end = rule.span(rule.day_of(instant))
    assert start <= instant < end


@given(RULES, st.dates(date(1980, 1, 1), date(2060, 1, 1)))
def test_days_follow_without_gap_and_their_ends_belong_to_them(rule, day):
    start, end = rule.span(day)
    assert end == rule.span(day + DAY)[0]
    assert rule.day_of(start) == day
    assert rule.day_of(end - timedelta(microseconds=1)) == day
    assert rule.span_of(Period(day, day + DAY)) == (start, rule.span(day + DAY)[1])


@given(st.integers(1, 24 * 60), INSTANTS)
def test_the_shift_for_sql_gives_the_same_day_where_clocks_never_change(minutes, instant):
    rule = CompanyDay(minutes, "Etc/GMT-8")
    local = rule.local(instant) + timedelta(minutes=rule.shift_minutes)
    assert local.date() == rule.day_of(instant)


def test_hours_run_from_cut_off_to_cut_off():
    hours = [AT_ELEVEN.hour_name(hour) for hour in AT_ELEVEN.hours(date(2026, 10, 1))]
    assert (hours[0], hours[-1], len(hours)) == ("2026-09-30T23:00+08:00", "2026-10-01T22:00+08:00", 24)


def test_the_hour_of_an_instant_is_full():
    hour = AT_ELEVEN.hour_of(datetime(2026, 10, 1, 12, 34, 56, 789, tzinfo=UTC))
    assert hour == datetime(2026, 10, 1, 12, tzinfo=UTC)


def test_a_cut_off_within_an_hour_touches_that_hour_on_both_days():
    half_past = CompanyDay.parse("22:30")
    assert half_past.hours(date(2026, 10, 1))[-1] == half_past.hours(date(2026, 10, 2))[0]


@given(RULES, INSTANTS)
def test_the_hour_of_an_instant_is_one_of_its_day(rule, instant):
    hours = rule.hours(rule.day_of(instant))
    assert hours[0].astimezone(UTC) <= instant < hours[-1].astimezone(UTC) + timedelta(hours=1, minutes=30)
    if rule.zone in ("Asia/Kathmandu", "UTC"):
        assert rule.hour_of(instant) in hours


@pytest.mark.parametrize("cut_off", ["24:00", "23:00", "09:05"])
def test_a_cut_off_prints_as_it_was_written(cut_off):
    assert CompanyDay.parse(cut_off).cut_off == cut_off


@pytest.mark.parametrize("cut_off", ["", "23", "25:00", "24:01", "00:00", "23:60", "11pm", "-1:00"])
def test_a_cut_off_without_meaning_is_refused(cut_off):
    with pytest.raises(Misused):
        CompanyDay.parse(cut_off)


@pytest.mark.parametrize("zone", ["Asia/Wuhan", "", "../etc/passwd", "Asia"])
def test_an_unknown_time_zone_is_refused(zone):
    with pytest.raises(Misused, match="时区"):
        CompanyDay(zone=zone)


def test_an_instant_needs_a_time_zone():
    with pytest.raises(Misused, match="没有时区"):
        AT_ELEVEN.day_of(datetime(2026, 10, 1))
