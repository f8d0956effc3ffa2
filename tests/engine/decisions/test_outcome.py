"""What is said about effects, against effects that are known."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.decisions.outcome import LEAST_EACH, against_held, summed

MONEY = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=40)


@given(MONEY, MONEY)
def test_the_gain_is_the_difference_of_means_times_the_offered(offered: list[int], held: list[int]) -> None:
    seen = against_held(offered, held)
    exact = sum(offered) - len(offered) * sum(held) / len(held)
    assert seen.gain == pytest.approx(exact, abs=1e-6)
    told = min(len(offered), len(held)) >= LEAST_EACH
    assert (seen.low is not None) == told
    if seen.low is not None and seen.high is not None:
        assert seen.low <= seen.gain <= seen.high


def test_nothing_is_said_of_an_empty_side() -> None:
    assert against_held([], [1.0]).gain == 0
    assert against_held([1.0] * 20, []).low is None


def test_the_interval_holds_the_true_effect_as_often_as_it_says() -> None:
    random = Random(7)
    hits = 0
    for _ in range(1_000):
        held = [random.gauss(100, 30) for _ in range(60)]
        offered = [random.gauss(110, 40) for _ in range(80)]
        seen = against_held(offered, held)
        assert seen.low is not None
        assert seen.high is not None
        hits += seen.low <= 10 * 80 <= seen.high
    assert 925 <= hits <= 970


def test_the_interval_of_a_sum_holds_it_as_often_as_it_says() -> None:
    random = Random(8)
    hits = 0
    for _ in range(1_000):
        seen = summed([random.gauss(5, 20) for _ in range(50)])
        assert seen.low is not None
        assert seen.high is not None
        hits += seen.low <= 250 <= seen.high
    assert 925 <= hits <= 970
