"""The forecast: what will be asked for on each of the next days, how sure that is, and from what it was made: pure.

1. Closed hours of the past are filled in for the features; days with closed hours are no targets.
2. One model learns from all goods and places, without the last fortnight; there the spread of the days is fitted.
3. It learns again with the last fortnight, and forecasts.
4. What has no history of its own takes the level of the same product elsewhere, then of its family.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.model import Learning, learn
from linshu.domains.supply.forecast.recover import recovered
from linshu.domains.supply.forecast.spread import Spread, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.domains.supply.forecast.panel import Panel, Reals

USUAL = Learning()
VERSION = "trees-1"
KEPT_BACK = 14  # last days the spread is fitted on
LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Of each series and each day ahead: the mean and the quantiles of `LEVELS`, in the panel's unit."""

    horizons: tuple[int, ...]
    mean: Reals  # [N, H]
    quantiles: tuple[Reals, ...]  # one [N, H] for each of LEVELS
    spread: Spread
    inputs_hash: str
    version: str = VERSION


def forecast(
    panel: Panel,
    horizons: Sequence[int] = HORIZONS,
    learning: Learning = USUAL,
    tell: Callable[[float], None] = lambda _: None,
) -> Forecast:
    """The forecast of the evening the panel ends with. `tell` hears how much is done."""
    ahead = tuple(horizons)
    demand = recovered(panel)
    tell(0.1)
    spread = fitted_spread(panel, ahead, replace(learning, rounds=max(20, learning.rounds // 2)))
    tell(0.5)
    model = learn(panel, demand, ahead, learning)
    tell(0.9)
    mean = model.mean(panel, demand, panel.days - 1, ahead)
    quantiles = tuple(spread.quantile(mean, level) for level in LEVELS)
    return Forecast(ahead, mean, quantiles, spread, hash_of(panel))


def fitted_spread(panel: Panel, ahead: Sequence[int], learning: Learning) -> Spread:
    """The spread as a model without the last fortnight meets it there."""
    evening = panel.days - KEPT_BACK - 1
    past = panel.until(evening + 1)
    demand = recovered(past)
    near = [horizon for horizon in ahead if horizon <= KEPT_BACK]
    mean = learn(past, demand, near, learning).mean(past, demand, evening, near)
    days = [evening + horizon for horizon in near]
    whole = panel.whole[:, days] > 0
    return fit(mean[whole], panel.sold[:, days][whole], panel.step)


def hash_of(panel: Panel) -> str:
    """What the forecast was made from, in few letters."""
    digest = hashlib.sha256(panel.first_day.isoformat().encode())
    for block in (panel.sold, panel.exposure, panel.price, panel.promoted, panel.holiday, *panel.groups.values()):
        digest.update(np.ascontiguousarray(block).tobytes())
    return digest.hexdigest()[:16]
