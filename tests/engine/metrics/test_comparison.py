from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics.comparison import SHIFTED, Shift, is_month_end, month_end, months_back, shift
from linshu.kernel.period import Grain

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("compare", "start", "end", "grain", "back"),
    [
        ("previous", "2026-10-01", "2026-10-31", None, ("2026-09-01", "2026-09-30")),
        ("previous", "2026-02-01", "2026-02-28", Grain.DAY, ("2026-01-01", "2026-01-31")),
        ("previous", "2026-10-01", "2026-12-31", Grain.MONTH, ("2026-07-01", "2026-09-30")),
        ("previous", "2026-10-05", "2026-10-11", None, ("2026-09-28", "2026-10-04")),
        ("previous", "2026-10-08", "2026-10-08", None, ("2026-10-07", "2026-10-07")),
        ("previous", "2026-10-01", "2026-10-31", Grain.WEEK, ("2026-08-27", "2026-09-26")),
        ("last_week", "2026-10-05", "2026-10-11", None, ("2026-09-28", "2026-10-04")),
        ("last_month", "2026-03-30", "2026-03-31", None, ("2026-02-28", "2026-02-28")),
        ("last_month", "2026-10-01", "2026-10-20", None, ("2026-09-01", "2026-09-20")),
        ("last_month", "2026-10-05", "2026-10-11", Grain.WEEK, ("2026-09-07", "2026-09-13")),
        ("last_year", "2026-02-01", "2026-02-28", None, ("2025-02-01", "2025-02-28")),
        ("last_year", "2025-02-01", "2025-02-28", None, ("2024-02-01", "2024-02-29")),
        ("last_year", "2026-10-05", "2026-10-11", Grain.WEEK, ("2025-10-06", "2025-10-12")),
    ],
)
def test_what_a_period_is_held_against(compare, start, end, grain, back):
    start, end = date.fromisoformat(start), date.fromisoformat(end)
    found = shift(compare, start, end, grain).back(start, end)
    assert tuple(map(str, found)) == back


@given(DAYS, st.integers(0, 400), st.sampled_from(SHIFTED), st.sampled_from((None, *Grain)))
def test_a_comparison_lies_in_the_past_and_keeps_its_order(start, length, compare, grain):
    end = start + timedelta(length)
    back = shift(compare, start, end, grain)
    first, last = back.back(start, end)
    assert first <= last
    assert first < start
    assert last < end
    if grain is Grain.WEEK:
        assert back.days % 7 == 0
        assert (last - first) == (end - start)


@given(DAYS, st.integers(0, 400))
def test_the_previous_period_ends_the_day_before(start, length):
    end = start + timedelta(length)
    _, last = shift("previous", start, end, None).back(start, end)
    assert last == start - timedelta(1)


@given(DAYS, st.integers(0, 60))
def test_months_back_keeps_the_day_or_takes_the_last(day, months):
    found = months_back(day, months)
    assert found.day == min(day.day, month_end(found).day)
    assert (day.year - found.year) * 12 + day.month - found.month == months


def test_month_ends():
    assert is_month_end(date(2024, 2, 29))
    assert not is_month_end(date(2024, 2, 28))
    assert Shift(days=3).back(date(2026, 1, 3), date(2026, 1, 4)) == (date(2025, 12, 31), date(2026, 1, 1))
