"""The forecast: what will be asked for on each of the next days, how sure that is, and from what it was made: pure.

1. Closed hours of the past are filled in for the features; days with closed hours are no targets.
2. One model learns from all goods and places, without the last fortnight; there the spread of the days is fitted.
3. It learns again with the last fortnight, and forecasts: what a day sells on which one can buy all day.
4. Such days are the quieter ones. For orders a second model learns from all days, each by its open part: what is wanted.
5. What has no history of its own takes the level of the same product elsewhere, then of its family.
6. What is ordered already for a day to come is known; only what still comes beside it is a forecast.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.model import Learning, learn
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.forecast.spread import Spread, Wants, fit, wants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.domains.supply.forecast.booked import Booked
    from linshu.domains.supply.forecast.panel import Panel, Reals

USUAL = Learning()
VERSION = "trees-3"
KEPT_BACK = 14  # last days the spread is fitted on
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of each series and each day ahead: the mean and the quantiles of `LEVELS` of what comes beside the known, in the panel's unit."""

    horizons: tuple[int, ...]
    known: Reals  # [N, H] ordered already
    mean: Reals  # [N, H]
    quantiles: tuple[Reals, ...]  # one [N, H] for each of LEVELS
    wanted: Reals  # [N, H] the mean of what is wanted, days that sell out counted in
    width: Reals  # [N, H] its variance = mean + width x mean squared, in steps
    spread: Spread
    inputs_hash: str
    version: str = VERSION


def forecast(
    panel: Panel,
    horizons: Sequence[int] = HORIZONS,
    learning: Learning = USUAL,
    tell: Callable[[float], None] = lambda _: None,
    booked: Booked | None = None,
) -> Forecast:
    """The forecast of the evening the panel ends with. `tell` hears how much is done; without `booked` nothing is known."""
    ahead = tuple(horizons)
    demand = recovered(panel)
    tell(0.1)
    quicker = replace(learning, rounds=max(20, learning.rounds // 2))
    spread = fitted_spread(panel, ahead, quicker)
    tell(0.25)
    mean = learn(panel, demand, ahead, learning).mean(panel, demand, panel.days - 1, ahead)
    tell(0.5)
    wanted = fitted_wants(panel, ahead, quicker)
    tell(0.65)
    lively = learn(panel, demand, ahead, learning, all_days=True).mean(panel, demand, panel.days - 1, ahead)
    tell(0.95)
    lifted, width = wanted.of(lively / panel.step)
    narrow, known = spread.width(mean), np.zeros_like(mean)
    if booked is not None:
        known = booked.known * panel.step
        mean, narrow = booked.still(mean / panel.step, narrow)
        mean, (lifted, width) = mean * panel.step, booked.still(lifted, width)
    quantiles = tuple(spread.quantile(mean, level, narrow) for level in LEVELS)
    return Forecast(ahead, known, mean, quantiles, lifted * panel.step, width, spread, hash_of(panel, booked))


def fitted_spread(panel: Panel, ahead: Sequence[int], learning: Learning) -> Spread:
    """The spread of whole days as a model without the last fortnight meets it there."""
    mean, sold, seen = _kept_back(panel, ahead, learning, all_days=False)
    whole = seen >= 1
    return fit(mean[whole], sold[whole], panel.step)


def fitted_wants(panel: Panel, ahead: Sequence[int], learning: Learning) -> Wants:
    """What is wanted on all days, against a model of all days without the last fortnight."""
    mean, sold, seen = _kept_back(panel, ahead, learning, all_days=True)
    return wants(mean.ravel() / panel.step, sold.ravel() / panel.step, seen.ravel())


def _kept_back(panel: Panel, ahead: Sequence[int], learning: Learning, *, all_days: bool) -> tuple[Reals, Reals, Reals]:
    """Of the last fortnight: what a model that does not know it expects, what was sold, the share that could be."""
    evening = panel.days - KEPT_BACK - 1
    past = panel.until(evening + 1)
    demand = recovered(past)
    near = [horizon for horizon in ahead if horizon <= KEPT_BACK]
    mean = learn(past, demand, near, learning, all_days=all_days).mean(past, demand, evening, near)
    days = [evening + horizon for horizon in near]
    return mean, panel.sold[:, days], panel.exposure[:, days]


def hash_of(panel: Panel, booked: Booked | None = None) -> str:
    """What the forecast was made from, in few letters."""
    digest = hashlib.sha256(panel.first_day.isoformat().encode())
    ordered = () if booked is None else (booked.known, booked.part)
    for block in (
        panel.sold,
        panel.exposure,
        panel.price,
        panel.promoted,
        panel.holiday,
        *panel.groups.values(),
        *ordered,
    ):
        digest.update(np.ascontiguousarray(block).data)
    return digest.hexdigest()[:16]
