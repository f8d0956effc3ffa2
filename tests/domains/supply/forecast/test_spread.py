"""How sure a forecast is: quantiles in order, fitted so that the high side holds nine times in ten."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from linshu.domains.supply.forecast.spread import Spread, counts, fit, pinball


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
