"""How sure a forecast is: quantiles in order, fitted so that the high side holds nine times in ten; what sold-out days hide."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from linshu.domains.supply.forecast.spread import Spread, counts, fit, pinball, wants


@given(st.lists(st.floats(0, 500), min_size=1, max_size=8), st.floats(0, 2), st.floats(0.02, 0.97))
def test_higher_levels_and_higher_means_never_give_less(means: list[float], spread: float, level: float) -> None:
    ordered = np.sort(np.array(means, np.float32))
    found = counts(ordered, spread, level)
    assert (np.diff(found) >= 0).all()
    assert (counts(ordered, spread, level + 0.02) >= found).all()
    assert (found >= 0).all()


@given(st.floats(0, 2), st.sampled_from([0.1, 0.5, 0.9]), st.floats(0.001, 3000))
def test_the_table_of_steps_tells_what_the_distribution_does(spread: float, level: float, highest: float) -> None:
    means = np.linspace(1e-6, highest, 80)
    told = counts(means.astype(np.float32), spread, level)
    safe = np.maximum(means.astype(np.float32), 1e-6).astype(float)
    size = 1 / max(spread, 1e-6)
    exact = nbinom.ppf(level, size, size / (size + safe)) if spread > 0 else poisson.ppf(level, safe)
    assert (np.abs(told - exact) <= 1).all()
    assert (told == exact).mean() > 0.97


@pytest.mark.parametrize("true_spread", [0.05, 0.4, 1.2])
def test_the_high_side_holds_nine_times_in_ten_in_every_class(true_spread: float) -> None:
    chance = np.random.default_rng(3)
    mean = chance.gamma(1.5, 8, 24_000).astype(np.float32) + 0.5
    sold = nbinom.rvs(1 / true_spread, 1 / (1 + true_spread * mean), random_state=chance).astype(np.float32)
    found = fit(mean[:12_000], sold[:12_000])
    high = found.quantile(mean[12_000:], 0.9)
    group = np.searchsorted(found.edges, mean[12_000:])
    for which in range(len(found.edges) + 1):
        held = (sold[12_000:] <= high)[group == which].mean()
        assert 0.87 < held < 0.95


def test_the_loss_is_that_of_its_definition() -> None:
    assert pinball([10, 10], [8, 14], 0.9) == pytest.approx(0.9 * 2 + 0.1 * 4)


def test_quantiles_come_in_the_unit_of_the_panel() -> None:
    tenths = Spread((), (0.0,), 0.1).quantile(np.array([1.0], np.float32), 0.5)
    assert tenths[0] == pytest.approx(1.0)


def lived(stock: float, width: float = 0.3, many: int = 4_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means, sales and open shares of days whose pace is Gamma around the mean and whose stock is so many times it."""
    chance = np.random.default_rng(5)
    mean = chance.gamma(2.0, 6, many) + 2
    asked = chance.poisson(mean * chance.gamma(1 / width, width, many))
    there = np.ceil(stock * mean)
    short = asked > there
    part = np.where(short, chance.beta(there, np.maximum(asked - there, 0) + 1), 1)  # until the last piece went
    return mean, np.minimum(asked, there), part


@given(st.floats(0.7, 1.4))
@settings(max_examples=4, deadline=None)
def test_how_the_fortnight_went_is_not_expected_again(went: float) -> None:
    mean, sold, part = lived(1.2)
    usual, other = wants(mean, sold, part, classes=2), wants(mean * went, sold, part, classes=2)
    assert other.level == pytest.approx(usual.level, abs=0.026)
    assert other.width == pytest.approx(usual.width, rel=0.3)


@pytest.mark.parametrize("stock", [0.9, 1.3, 50.0])
def test_what_sold_out_days_hide_is_added_and_nothing_where_none_did(stock: float) -> None:
    mean, sold, part = lived(stock)
    learned = mean * (sold.sum() / (mean * part).sum())  # as a model of all days, each by its open part, has it
    lifted, width = wants(learned, sold, part, classes=1).of(learned)
    assert lifted.sum() == pytest.approx(mean.sum(), rel=0.03)
    assert width[0] == pytest.approx(0.3, rel=0.3)
    if stock > 10:
        assert lifted.sum() == pytest.approx(learned.sum(), rel=0.013)
    elif stock < 1:
        assert lifted.sum() > 1.03 * learned.sum()
