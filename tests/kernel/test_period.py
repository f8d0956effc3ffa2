from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain, Period, around, bucket, name, named, title

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
PERIODS = st.builds(lambda start, length: Period(start, start + timedelta(days=length)), DAYS, st.integers(0, 800))
CALENDAR_GRAINS = st.sampled_from([grain for grain in Grain if grain is not Grain.HOUR])
OPENINGS = st.integers(1, 12)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def test_both_ends_belong_to_it():
    assert OCTOBER.days == len(list(OCTOBER)) == 31
    assert date(2026, 10, 31) in OCTOBER
    assert date(2026, 11, 1) not in OCTOBER
    assert str(OCTOBER) == "2026-10-01..2026-10-31"


def test_a_period_does_not_run_backwards():
    with pytest.raises(Misused, match="早于"):
        Period(date(2026, 10, 2), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("compared", "expected"),
    [
        pytest.param(OCTOBER.previous(), "2026-08-31..2026-09-30", id="as-many-days-before"),
        pytest.param(OCTOBER.shift(-1, Grain.MONTH), "2026-09-01..2026-09-30", id="the-whole-month-before"),
        pytest.param(OCTOBER.shift(4, Grain.MONTH), "2027-02-01..2027-02-28", id="a-shorter-month"),
        pytest.param(OCTOBER.shift(-1, Grain.QUARTER), "2026-07-01..2026-07-31", id="a-quarter-back"),
        pytest.param(OCTOBER.shift(2, Grain.DAY), "2026-10-03..2026-11-02", id="two-days-on"),
        pytest.param(
            Period(date(2026, 2, 10), date(2026, 2, 28)).shift(1, Grain.MONTH), "2026-03-10..2026-03-28", id="a-part"
        ),
        pytest.param(
            Period(date(2026, 2, 1), date(2026, 2, 27)).shift(1, Grain.MONTH),
            "2026-03-01..2026-03-27",
            id="month-to-date",
        ),
        pytest.param(OCTOBER.last_week(), "2026-09-24..2026-10-24", id="same-days-last-week"),
        pytest.param(OCTOBER.last_year(), "2025-10-01..2025-10-31", id="last-year"),
        pytest.param(OCTOBER.last_year_same_weekdays(), "2025-10-02..2025-11-01", id="last-year-same-weekdays"),
        pytest.param(named("2024-02-29").last_year(), "2023-02-28..2023-02-28", id="leap-day"),
        pytest.param(named("2023-02").shift(1, Grain.YEAR), "2024-02-01..2024-02-29", id="whole-february-stays-whole"),
    ],
)
def test_comparisons(compared, expected):
    assert str(compared) == expected


def test_union_and_overlap():
    november = around(Grain.MONTH, date(2026, 11, 5))
    days = Period(date(2026, 10, 30), date(2026, 11, 2))
    assert OCTOBER.union(november).days == 61
    assert OCTOBER.overlap(days) == Period(date(2026, 10, 30), date(2026, 10, 31))
    assert OCTOBER.overlap(november) is None
    assert OCTOBER.overlap(Period(date(2026, 10, 31), date(2026, 12, 1))) == Period(
        date(2026, 10, 31), date(2026, 10, 31)
    )


@pytest.mark.parametrize(
    ("grain", "label", "chinese", "english"),
    [
        (Grain.HOUR, "2026-10-01", "10月1日 周四", "Thu 1 Oct"),
        (Grain.DAY, "2026-10-01", "10月1日 周四", "Thu 1 Oct"),
        (Grain.WEEK, "2026-09-28", "2026年第40周", "Week 40, 2026"),
        (Grain.MONTH, "2026-10", "2026年10月", "Oct 2026"),
        (Grain.QUARTER, "2026-Q4", "2026年第四季度", "Q4 2026"),
        (Grain.YEAR, "2026", "2026年", "2026"),
        (Grain.FISCAL_QUARTER, "FY2026-Q4", "2026财年第四季度", "Q4 FY2026"),
        (Grain.FISCAL_YEAR, "FY2026", "2026财年", "FY2026"),
    ],
)
def test_names_and_titles(grain, label, chinese, english):
    day = date(2026, 10, 1)
    assert name(grain, day) == label
    assert (title(grain, day).zh, title(grain, day).en) == (chinese, english)


@pytest.mark.parametrize(
    ("grain", "label", "chinese", "english"),
    [
        (Grain.QUARTER, "FY2027-Q3", "2027财年第三季度", "Q3 FY2027"),
        (Grain.YEAR, "FY2027", "2027财年", "FY2027"),
        (Grain.FISCAL_QUARTER, "FY2027-Q3", "2027财年第三季度", "Q3 FY2027"),
        (Grain.FISCAL_YEAR, "FY2027", "2027财年", "FY2027"),
        (Grain.MONTH, "2026-10", "2026年10月", "Oct 2026"),
    ],
)
def test_a_fiscal_year_from_april_is_named_by_the_year_it_ends_in(grain, label, chinese, english):
    day = date(2026, 10, 1)
    assert name(grain, day, fiscal_start=4) == label
    assert (title(grain, day, fiscal_start=4).zh, title(grain, day, fiscal_start=4).en) == (chinese, english)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2026-01-01", "2026年第1周"),
        ("2027-01-01", "2026年第53周"),
        ("2024-12-30", "2025年第1周"),
        ("2023-01-01", "2022年第52周"),
    ],
)
def test_the_weeks_around_new_year_are_those_of_iso_8601(day, week):
    assert title(Grain.WEEK, date.fromisoformat(day)).zh == week


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2026-10-01", "2026-10-01..2026-10-01"), ("2026-10", "2026-10-01..2026-10-31"),
        ("2026-Q1", "2026-01-01..2026-03-31"), ("2026", "2026-01-01..2026-12-31"), ("2026-W40", "2026-09-28..2026-10-04"),
        ("FY2027", "2026-04-01..2027-03-31"), ("FY2027-Q4", "2027-01-01..2027-03-31"),
    ],
)  # fmt: skip
def test_names_are_read_back(label, expected):
    assert str(named(label, fiscal_start=4)) == expected


@pytest.mark.parametrize(
    "label", ["2026-13", "2026-Q5", "2026-W54", "2026-02-30", "October", "FY2026-10", "FY2026-W02", "0000", ""]
)
def test_what_is_no_name_is_none(label):
    assert named(label) is None


def test_the_year_begins_in_january_unless_said_otherwise():
    day = date(2026, 10, 1)
    assert bucket(Grain.YEAR, day) == around(Grain.YEAR, day).start == date(2026, 1, 1)
    assert Period(date(2025, 12, 31), day).cut(Grain.YEAR)[1].start == date(2026, 1, 1)
    assert named("FY2026") == named("2026")


def test_a_fiscal_year_from_february_began_in_the_year_before():
    assert str(named("FY2026", fiscal_start=2)) == "2025-02-01..2026-01-31"


def test_a_fiscal_year_starts_in_a_month():
    with pytest.raises(Misused, match="13"):
        bucket(Grain.YEAR, date(2026, 1, 1), fiscal_start=13)


@given(PERIODS, CALENDAR_GRAINS, OPENINGS)
def test_the_pieces_of_a_period_cover_it_once(period, grain, opening):
    pieces = period.cut(grain, fiscal_start=opening)
    assert (pieces[0].start, pieces[-1].end) == (period.start, period.end)
    assert all(left.end + timedelta(days=1) == right.start for left, right in pairwise(pieces))
    assert len({name(grain, piece.start, fiscal_start=opening) for piece in pieces}) == len(pieces)


@given(DAYS, CALENDAR_GRAINS, OPENINGS)
def test_a_day_lies_in_its_piece_and_every_day_of_it_has_the_same_name(day, grain, opening):
    whole = around(grain, day, fiscal_start=opening)
    assert day in whole
    assert {bucket(grain, other, fiscal_start=opening) for other in whole} == {whole.start}
    label = name(grain, day, fiscal_start=opening)
    if grain is not Grain.WEEK:  # a week is named by its Monday, which reads back as that day
        assert named(label, fiscal_start=opening) == whole


@given(DAYS)
def test_weeks_start_on_monday(day):
    assert bucket(Grain.WEEK, day).isoweekday() == 1


@given(PERIODS, st.integers(-40, 40), CALENDAR_GRAINS)
def test_a_shifted_period_keeps_its_weekday_length_or_whole_months(period, steps, grain):
    moved = period.shift(steps, grain)
    if grain in (Grain.DAY, Grain.WEEK):
        assert moved.days == period.days
        assert moved.shift(-steps, grain) == period
    whole_months = Period(bucket(Grain.MONTH, period.start), around(Grain.MONTH, period.end).end)
    assert whole_months.shift(steps, Grain.MONTH).shift(-steps, Grain.MONTH) == whole_months


@given(PERIODS)
def test_the_previous_period_is_as_long_and_directly_before(period):
    before = period.previous()
    assert before.days == period.days
    assert before.end + timedelta(days=1) == period.start


def test_an_hour_lies_in_its_company_day():
    assert around(Grain.HOUR, date(2026, 10, 1)) == Period(date(2026, 10, 1), date(2026, 10, 1))
