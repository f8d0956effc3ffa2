"""A page's filters in its address: read, changed, dropped."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.shell.filters import PRESETS, Days, read_filter, without
from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain, Period

TODAY = date(2026, 11, 23)
LIVE = Days(TODAY, TODAY)
LEVELS = ("city", "district", "street")


def parsed(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize(
    ("word", "start", "end"),
    [
        ("today", "2026-11-23", "2026-11-23"),
        ("yesterday", "2026-11-22", "2026-11-22"),
        ("7d", "2026-11-16", "2026-11-22"),
        ("30d", "2026-10-24", "2026-11-22"),
        ("this-month", "2026-11-01", "2026-11-23"),
        ("last-month", "2026-10-01", "2026-10-31"),
    ],
)
def test_presets_are_whole_days_but_for_today(word: str, start: str, end: str) -> None:
    assert LIVE.period(word) == Period(date.fromisoformat(start), date.fromisoformat(end))


def test_data_of_the_past_has_its_own_last_days() -> None:
    past = Days(TODAY, date(2017, 12, 31))
    assert past.past
    assert past.period("7d") == Period(date(2017, 12, 25), date(2017, 12, 31))
    assert past.period("this-month") == Period(date(2017, 12, 1), date(2017, 12, 31))
    assert past.period("last-month") == Period(date(2017, 11, 1), date(2017, 11, 30))
    assert "today" not in past.presets
    assert not read_filter({}, past).running


def test_a_nightly_delivery_is_not_the_past() -> None:
    assert not Days(TODAY, TODAY - timedelta(days=1)).past
    assert Days(TODAY, TODAY - timedelta(days=2)).past
    assert not Days(TODAY, None).past


def test_the_running_day_is_left_out_of_comparisons() -> None:
    month = read_filter({"period": "this-month"}, LIVE)
    assert month.running
    assert month.complete == Period(date(2026, 11, 1), date(2026, 11, 22))
    assert month.against() == Period(date(2026, 10, 10), date(2026, 10, 31))
    only_today = read_filter({"period": "today"}, LIVE)
    assert only_today.complete is None
    assert only_today.against() is None
    assert read_filter({"compare": "last_week"}, LIVE).against() == Period(date(2026, 11, 9), date(2026, 11, 15))


@pytest.mark.parametrize(
    ("start", "end", "grain"),
    [("2026-11-22", "2026-11-22", Grain.HOUR), ("2026-10-01", "2026-11-22", Grain.DAY),
     ("2026-01-01", "2026-11-22", Grain.WEEK), ("2024-01-01", "2026-11-22", Grain.MONTH)],
)  # fmt: skip
def test_a_longer_period_is_cut_more_coarsely(start: str, end: str, grain: Grain) -> None:
    assert read_filter({"from": start, "to": end}, LIVE).grain is grain


@pytest.mark.parametrize(
    "params",
    [{"from": "yesterday"}, {"from": "2026-11-31"}, {"period": "8d"}, {"compare": "tomorrow"},
     {"from": "2026-11-22", "to": "2026-11-01"}],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_hint(params: dict[str, str]) -> None:
    with pytest.raises(Misused):
        read_filter(params, LIVE)


def test_an_address_says_only_what_differs_from_the_start() -> None:
    assert read_filter({}, LIVE).address() == "?"
    assert parsed(read_filter({"city": "武汉"}, LIVE, LEVELS).address(period="30d")) == {
        "city": "武汉",
        "period": "30d",
    }
    chosen = read_filter({"from": "2026-10-01", "to": "2026-10-31", "compare": "last_year"}, LIVE)
    assert parsed(chosen.address()) == {"from": "2026-10-01", "to": "2026-10-31", "compare": "last_year"}
    assert parsed(chosen.address(period="30d")) == {"period": "30d", "compare": "last_year"}
    assert parsed(chosen.address(compare=None)) == {"from": "2026-10-01", "to": "2026-10-31"}


def test_choosing_a_coarser_place_drops_the_finer_ones() -> None:
    chosen = read_filter({"city": "武汉", "district": "江汉", "street": "民族"}, LIVE, LEVELS)
    assert parsed(chosen.place(LEVELS, "city", "长沙")) == {"city": "长沙"}
    assert parsed(chosen.place(LEVELS, "district", None)) == {"city": "武汉"}
    assert chosen.conditions() == {"city": "武汉", "district": "江汉", "street": "民族"}
    assert without(chosen, "district").conditions() == {"city": "武汉", "street": "民族"}


days = st.dates(date(2020, 1, 1), date(2026, 11, 23))
filters = st.one_of(
    st.fixed_dictionaries({"period": st.sampled_from(sorted(PRESETS))}),
    st.tuples(days, days).map(lambda pair: {"from": str(min(pair)), "to": str(max(pair))}),
)


@given(filters, st.sampled_from(["previous", "last_week", "last_month", "last_year"]), st.text(max_size=8))
def test_an_address_read_again_gives_the_same_filters(period: dict[str, str], compare: str, city: str) -> None:
    first = read_filter({**period, "compare": compare, "city": city}, LIVE, LEVELS)
    assert read_filter(parsed(first.address()), LIVE, LEVELS) == first
