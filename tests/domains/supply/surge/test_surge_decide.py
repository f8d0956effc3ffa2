"""The nowcast: the same as brute force, exact when the day is over, silent without evidence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma, poisson

from linshu.domains.supply.surge.decide import (
    Belief,
    courses,
    expected,
    gone,
    hour_of,
    lasts,
    prior,
    reaches,
    runs_out,
    short,
    surge_level,
    total,
)

MEANS = st.floats(0.5, 60)
WIDTHS = st.floats(0.05, 1.5)
SHARES = st.floats(0.0, 1.0)
COUNTS = st.integers(0, 80)


def by_force(mean: float, width: float, sold: int, seen: float, ahead: float) -> np.ndarray:
    """The distribution of what is still to come, by Bayes on a fine grid of paces."""
    shape = 1 / width
    paces = (np.arange(40_000) + 0.5) / 40_000 * gamma.ppf(1 - 1e-10, shape + sold, scale=mean / shape)
    weight = gamma.pdf(paces, shape, scale=mean / shape) * poisson.pmf(sold, paces * seen)
    weight /= weight.sum()
    return np.array([(weight * poisson.pmf(more, paces * ahead)).sum() for more in range(400)])


@pytest.mark.parametrize(
    ("mean", "width", "sold", "seen"),
    [(5.0, 0.25, 9, 0.3), (20.0, 0.1, 4, 0.5), (1.0, 1.0, 3, 0.2), (12.0, 0.6, 0, 0.7)],
)
def test_is_what_bayes_says(mean: float, width: float, sold: int, seen: float) -> None:
    ahead, belief = 1 - seen, prior(mean, width).after(sold, seen)
    told = by_force(mean, width, sold, seen, ahead)
    counts = np.arange(400)
    for left in (0, 2, 11):
        assert float(runs_out(belief, ahead, left)) == pytest.approx(told[left + 1 :].sum(), abs=2e-4)
        assert float(short(belief, ahead, left)) == pytest.approx(
            (np.maximum(counts - left, 0) * told).sum(), rel=5e-3, abs=1e-3
        )
        assert float(reaches(belief, ahead, sold + left)) == pytest.approx(told[left:].sum(), abs=2e-4)
    assert float(expected(belief, ahead)) == pytest.approx(sold + (counts * told).sum(), rel=5e-3)
    high = int(total(belief, ahead, 0.9)) - sold
    assert told[: high + 1].sum() >= 0.9 - 2e-4 > told[:high].sum() - 4e-4


@given(MEANS, WIDTHS, COUNTS, COUNTS, SHARES, SHARES)
def test_one_look_or_many_make_no_difference(
    mean: float, width: float, first: int, then: int, share: float, more: float
) -> None:
    steps = prior(mean, width).after(first, share).after(then, more)
    once = prior(mean, width).after(first + then, share + more)
    for name in ("shape", "rate", "sold"):
        assert float(getattr(steps, name)) == pytest.approx(float(getattr(once, name)))


@given(MEANS, WIDTHS, COUNTS, st.integers(1, 40), SHARES, st.integers(0, 100))
def test_more_sold_is_more_expected(mean: float, width: float, sold: int, more: int, seen: float, left: int) -> None:
    less, lively = (prior(mean, width).after(many, seen) for many in (sold, sold + more))
    ahead = 1 - seen
    for rule in (reaches, runs_out, short):
        assert float(rule(lively, ahead, left)) >= float(rule(less, ahead, left)) - 1e-9
    assert expected(lively, ahead) > expected(less, ahead)
    assert lasts(lively, left) <= lasts(less, left)


@given(MEANS, WIDTHS, COUNTS, COUNTS)
def test_the_end_of_the_day_leaves_no_doubt(mean: float, width: float, sold: int, left: int) -> None:
    over = prior(mean, width).after(sold, 1.0)
    assert float(runs_out(over, 0.0, left)) == 0
    assert float(short(over, 0.0, left)) == 0
    assert float(expected(over, 0.0)) == float(total(over, 0.0, 0.1)) == float(total(over, 0.0, 0.9)) == sold
    assert float(reaches(over, 0.0, sold)) == 1
    assert float(reaches(over, 0.0, sold + 1)) == 0


@given(MEANS, WIDTHS)
def test_without_evidence_it_is_the_forecast(mean: float, width: float) -> None:
    belief = prior(mean, width)
    assert float(expected(belief, 1.0)) == pytest.approx(mean)
    assert belief.after(0, 0.0) == belief


@given(MEANS, WIDTHS, COUNTS, SHARES, st.integers(0, 60))
def test_what_is_short_fits_the_chance(mean: float, width: float, sold: int, seen: float, left: int) -> None:
    """One piece more in stock saves as much as the chance that it is asked for."""
    belief, ahead = prior(mean, width).after(sold, seen), 1 - seen
    saved = float(short(belief, ahead, left) - short(belief, ahead, left + 1))
    assert saved == pytest.approx(float(runs_out(belief, ahead, left)), abs=1e-6)


@given(st.floats(0, 500))
def test_a_surge_is_twice_the_usual_and_eight_more(usual: float) -> None:
    level = float(surge_level(usual))
    assert level >= 2 * usual - 1e-6
    assert level >= usual + 8 - 1e-6
    assert level - 1 < max(2 * usual, usual + 8)


@given(st.lists(st.lists(st.integers(0, 500), min_size=24, max_size=24), min_size=1, max_size=4), st.floats(0, 24))
def test_courses_go_from_nothing_to_all(units: list[list[int]], hours: float) -> None:
    course = courses(np.array(units, float))
    assert np.allclose(course[:, 0], 0)
    assert np.allclose(course[:, -1], 1)
    assert (np.diff(course, axis=1) >= -1e-12).all()
    share = gone(course, hours)
    assert ((share >= -1e-9) & (share <= 1 + 1e-9)).all()
    assert np.allclose(gone(course, hour_of(course, share)), share, atol=1e-6)


def test_a_family_that_sells_little_goes_with_the_others() -> None:
    morning, evening = np.zeros(24), np.zeros(24)
    morning[8], evening[20] = 100_000, 1
    course = courses(np.stack([morning, evening]))
    assert course[1, 9] > 0.99


def test_arrays_and_numbers_agree() -> None:
    many = prior(np.array([3.0, 30.0]), np.array([0.2, 0.4])).after([7, 20], [0.3, 0.5])
    for place, (mean, width, sold, seen) in enumerate([(3.0, 0.2, 7, 0.3), (30.0, 0.4, 20, 0.5)]):
        one: Belief = prior(mean, width).after(sold, seen)
        ahead = np.array([0.7, 0.5])
        assert float(short(many, ahead, [1, 2])[place]) == pytest.approx(float(short(one, ahead[place], [1, 2][place])))
