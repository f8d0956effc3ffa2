from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain, Period, title
from linshu.kernel.period_words import WORDS, between, parse

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("today", "2026-11-23..2026-11-23"), ("今天", "2026-11-23..2026-11-23"), ("Yesterday", "2026-11-22..2026-11-22"),
        ("前天", "2026-11-21..2026-11-21"),
        ("last-7-days", "2026-11-17..2026-11-23"), ("last 7 days", "2026-11-17..2026-11-23"),
        ("LAST_7_DAYS", "2026-11-17..2026-11-23"), ("近7天", "2026-11-17..2026-11-23"), ("最近７天", "2026-11-17..2026-11-23"),
        ("last-1-day", "2026-11-23..2026-11-23"), ("last-2-weeks", "2026-11-16..2026-11-23"),
        ("last-3-months", "2026-09-01..2026-11-23"), ("过去3个月", "2026-09-01..2026-11-23"),
        ("this-week", "2026-11-23..2026-11-23"), ("上周", "2026-11-16..2026-11-22"),
        ("本月", "2026-11-01..2026-11-23"), ("last-month", "2026-10-01..2026-10-31"),
        ("this-quarter", "2026-10-01..2026-11-23"), ("上季度", "2026-07-01..2026-09-30"),
        ("今年", "2026-01-01..2026-11-23"), ("last-year", "2025-01-01..2025-12-31"),
        ("2026-10-01", "2026-10-01..2026-10-01"), ("2026/10/1", "2026-10-01..2026-10-01"),
        ("20261001", "2026-10-01..2026-10-01"), ("2026年10月1日", "2026-10-01..2026-10-01"),
        ("2026.10.1", "2026-10-01..2026-10-01"), ("2026年10月", "2026-10-01..2026-10-31"), ("2026-w40", "2026-09-28..2026-10-04"),
        ("2026年第40周", "2026-09-28..2026-10-04"), ("2026年三季度", "2026-07-01..2026-09-30"),
        ("2026年第3季度", "2026-07-01..2026-09-30"), ("2026年", "2026-01-01..2026-12-31"), ("fy2026", "2026-01-01..2026-12-31"),
    ],
)  # fmt: skip
def test_words_and_dates(written, expected):
    assert str(parse(written, today=TODAY)) == expected


@pytest.mark.parametrize(("word", "month"), [("一", 1), ("二", 4), ("三", 7), ("四", 10)])
def test_each_chinese_quarter(word, month):
    assert parse(f"2026年第{word}季度", today=TODAY).start == date(2026, month, 1)


def test_between_follows_the_fiscal_year_when_there_is_one():
    assert between("this-year", None, today=TODAY).start == date(2026, 1, 1)
    assert between("this-year", None, today=TODAY, fiscal_start=4).start == date(2026, 4, 1)


def test_quarters_and_years_follow_the_fiscal_year():
    assert str(parse("last-year", today=TODAY, fiscal_start=4)) == "2025-04-01..2026-03-31"
    assert str(parse("FY2027", today=TODAY, fiscal_start=4)) == "2026-04-01..2027-03-31"


@pytest.mark.parametrize(
    "written", ["", "tomorow", "2026-13-01", "last-0-days", "last-9999-months", "10月1日", "2026年53月"]
)
def test_what_is_no_period_is_refused(written):
    with pytest.raises(Misused):
        parse(written, today=TODAY if written != "last-9999-months" else date(500, 1, 1))


def test_a_mistyped_word_is_answered_with_the_nearest():
    with pytest.raises(Misused) as caught:
        parse("last-mont", today=TODAY)
    assert "last-month" in caught.value.say("en")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-10-01", "2026-10-31", "2026-10-01..2026-10-31", id="both"),
        pytest.param("2026-09", "2026-10", "2026-09-01..2026-10-31", id="to-the-end-of-a-span"),
        pytest.param("last-month", None, "2026-10-01..2026-10-31", id="a-span-means-itself"),
        pytest.param("2026-11-01", None, "2026-11-01..2026-11-23", id="a-day-means-since"),
        pytest.param("2026-12-01", None, "2026-12-01..2026-12-01", id="a-day-to-come-means-itself"),
        pytest.param(None, None, "2026-10-25..2026-11-23", id="nothing-means-30-days"),
    ],
)
def test_from_and_to_are_inclusive(start, end, expected):
    assert str(between(start, end, today=TODAY)) == expected


def test_a_default_stands_in_for_nothing():
    default = Period(TODAY, TODAY)
    assert between(None, None, today=TODAY, default=default) == default


def test_an_end_alone_is_refused():
    with pytest.raises(Misused, match="--from"):
        between(None, "2026-10-31", today=TODAY)


def test_an_end_before_the_start_is_refused():
    with pytest.raises(Misused, match="早于"):
        between("2026-10-31", "2026-10-01", today=TODAY)


@given(st.sampled_from(WORDS), st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_no_word_reaches_into_the_future(word, today):
    assert parse(word, today=today).end <= today


@given(
    st.sampled_from([Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR]),
    st.dates(date(1990, 1, 1), date(2099, 12, 31)),
)
def test_chinese_titles_read_back(grain, day):
    assert day in parse(title(grain, day).zh, today=TODAY)
