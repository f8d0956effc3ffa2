"""Filling in closed hours: never less than was sold, nothing where it was open, nothing known from later days."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from benchmarks.fresh.reading import exposures
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.supply.forecast.made_up import history

from linshu.domains.supply.forecast.recover import recovered


@given(st.integers(0, 50), st.floats(0.05, 3))
def test_nothing_is_taken_away_and_open_days_stay_as_they_are(seed: int, looseness: float) -> None:
    panel, _ = history(seed, series=8, days=35)
    found = recovered(panel, looseness)
    assert (found >= panel.sold - 1e-4).all()
    assert np.allclose(found[panel.exposure >= 1], panel.sold[panel.exposure >= 1], atol=1e-4)
    assert np.isfinite(found).all()


@given(st.integers(0, 50), st.integers(5, 30))
def test_later_days_tell_nothing_about_earlier_ones(seed: int, day: int) -> None:
    panel, _ = history(seed, series=8, days=35)
    changed = panel.sold.copy()
    changed[:, day:] *= 5
    assert np.array_equal(recovered(replace(panel, sold=changed))[:, :day], recovered(panel)[:, :day])


def test_sales_on_stock_outs_are_too_low_and_what_is_filled_in_is_nearer_to_the_truth() -> None:
    panel, demand = history(series=400)
    cut, truth = panel.exposure < 1, demand[:, : panel.days]
    sold, filled = panel.sold[cut].sum() / truth[cut].sum(), recovered(panel)[cut].sum() / truth[cut].sum()
    assert sold < 0.75
    assert abs(filled - 1) < 0.12


def test_the_share_of_a_day_is_that_of_its_usual_sales() -> None:
    hourly = np.zeros((1, 4, 24), np.float32)
    hourly[0, :3, 8], hourly[0, :3, 20] = 300, 900  # a quarter in the morning, the rest at night
    closed = np.zeros((1, 4, 24), bool)
    closed[0, 3, 12:] = True
    known = np.array([[True, True, True, False]])
    found = exposures(hourly, closed, np.zeros(1, np.int64), known)
    assert np.allclose(found[0, :3], 1)
    assert abs(found[0, 3] - 0.25) < 0.01
