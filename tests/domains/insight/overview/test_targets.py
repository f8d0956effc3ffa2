"""Which part of a target falls due within a period."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.dictionary import CATALOG

from linshu.domains.insight.overview.targets import SetTarget, due
from linshu.kernel.period import Period

GMV, LEADERS, REFUNDS = (CATALOG.metric(name) for name in ("gmv", "active_leaders", "refund_rate"))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
MONTH = SetTarget("gmv", "month", NOVEMBER, 3_000)


def days(start: int, end: int) -> Period:
    return Period(date(2026, 11, start), date(2026, 11, end))


def test_a_week_of_a_month_is_its_share_and_a_day_set_by_itself_comes_first() -> None:
    assert due(GMV, [MONTH], days(2, 8)) == 700
    special = SetTarget("gmv", "day", days(8, 8), 1_000)
    assert due(GMV, [MONTH, special], days(2, 8)) == 600 + 1_000


def test_a_day_without_a_target_leaves_the_period_without_one() -> None:
    assert due(GMV, [MONTH], Period(date(2026, 10, 31), date(2026, 11, 2))) is None
    assert due(GMV, [], NOVEMBER) is None
    assert due(LEADERS, [MONTH], NOVEMBER) is None


def test_different_people_cannot_be_cut_by_days() -> None:
    target = SetTarget("active_leaders", "month", NOVEMBER, 600)
    assert due(LEADERS, [target], NOVEMBER) == 600
    assert due(LEADERS, [target], days(2, 8)) is None


def test_a_rate_is_the_mean_over_the_days() -> None:
    low = SetTarget("refund_rate", "week", days(2, 8), 20_000)
    high = SetTarget("refund_rate", "week", days(9, 15), 40_000)
    assert due(REFUNDS, [low, high], days(5, 12)) == Fraction(3, 100)


@given(st.integers(0, 10**9), st.integers(0, 29), st.integers(0, 29))
def test_the_shares_of_a_month_sum_to_the_month(value: int, first: int, second: int) -> None:
    cut = sorted({first, second})
    target = [SetTarget("gmv", "month", NOVEMBER, value)]
    edges = [-1, *cut[:-1], 29] if len(cut) > 1 else [-1, 29]
    pieces = [
        Period(NOVEMBER.start + timedelta(days=low + 1), NOVEMBER.start + timedelta(days=high))
        for low, high in pairwise(edges)
        if high > low
    ]
    assert sum(due(GMV, target, piece) or 0 for piece in pieces) == value


@pytest.mark.parametrize("start", [1, 7, 24])
def test_a_longer_period_never_asks_for_less(start: int) -> None:
    assert (due(GMV, [MONTH], days(start, 30)) or 0) >= (due(GMV, [MONTH], days(start, start)) or 0)
