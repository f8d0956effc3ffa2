"""What would have been sold had there been stock all day: estimated from the hours in which there was.

A day's demand is taken as Gamma-Poisson: the belief from the weeks before, and what the open part of the day showed. Of the
closed part the expected value is added. The result is model output: it feeds averages that would otherwise be too low, and
is never the target a forecast learns from or is judged by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from linshu.domains.supply.forecast.panel import Panel, Reals

WINDOW = 28  # days the belief comes from
FIRM = 3.0  # days' worth of the series' own long mean within it
SLOWEST = 0.05  # steps a day
BLOCK = 50_000  # series at a time, so that a million fit into memory
# How far a day's level lies from the belief, relative to its square: chosen for masked stock-outs of fresh retail, no bias over
# the first 62 days, one to two per cent over the later ones.
LOOSENESS = 0.37


def recovered(panel: Panel, looseness: float = LOOSENESS) -> Reals:
    """[N, T] sales, with the expected sales of closed hours added; each day is judged by the days before it alone."""
    whole = np.empty(panel.sold.shape, np.float32)
    shape = 1 / looseness
    for begin in range(0, panel.series, BLOCK):
        part = panel.some(slice(begin, begin + BLOCK))
        sold, open_share = part.sold / panel.step, part.exposure
        found = sold + (1 - open_share) * (shape + sold) / (shape / belief(part) + open_share)
        whole[begin : begin + BLOCK] = found * panel.step
    return whole


def drawn(panel: Panel, seed: int, looseness: float = LOOSENESS) -> Reals:
    """[N, T] sales, with one of the ways the closed hours may have gone: what a replay needs, whose means hide the spread."""
    chance = np.random.default_rng(seed)
    sold, open_share = panel.sold / panel.step, panel.exposure
    shape = 1 / looseness
    pace = chance.gamma(shape + sold, 1 / (shape / belief(panel) + open_share))
    found: Reals = ((sold + chance.poisson((1 - open_share) * pace)) * panel.step).astype(np.float32)
    return found


def belief(panel: Panel) -> Reals:
    """[N, T] what a whole day was thought to sell, in steps: from the weeks up to it, drawn to the long mean."""
    sold, weight = panel.sold / panel.step, panel.exposure
    summed = np.cumsum(np.pad(sold, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    weights = np.cumsum(np.pad(weight, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    end = np.arange(1, panel.days + 1)
    begin = np.maximum(0, end - WINDOW)
    long_mean = summed[:, end] / np.maximum(weights[:, end], 1)
    level = (summed[:, end] - summed[:, begin] + FIRM * long_mean) / (weights[:, end] - weights[:, begin] + FIRM)
    found: Reals = np.maximum(level, SLOWEST).astype(np.float32)
    return found
