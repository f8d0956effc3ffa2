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
LOOSENESS = (
    1.2  # spread of a day's level about the belief, relative to its square; chosen for no bias on masked stock-outs
)


def recovered(panel: Panel, looseness: float = LOOSENESS) -> Reals:
    """[N, T] sales, with the expected sales of closed hours added; each day is judged by the days before it alone."""
    sold = panel.sold / panel.step
    weight = panel.exposure
    summed = np.cumsum(np.pad(sold, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    weights = np.cumsum(np.pad(weight, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    shape = 1 / looseness
    found = np.empty_like(sold)
    for day in range(panel.days):
        begin = max(0, day + 1 - WINDOW)
        long_mean = summed[:, day + 1] / np.maximum(weights[:, day + 1], 1)
        level = (summed[:, day + 1] - summed[:, begin] + FIRM * long_mean) / (
            weights[:, day + 1] - weights[:, begin] + FIRM
        )
        rate = shape / np.maximum(level, 0.05)
        open_share = weight[:, day]
        found[:, day] = sold[:, day] + (1 - open_share) * (shape + sold[:, day]) / (rate + open_share)
    return (found * panel.step).astype(np.float32)
