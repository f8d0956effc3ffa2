"""How good forecasts were: their errors on days one could buy all day, against what was told before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Panel, Reals


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of forecasts and what came: shares of what was sold."""

    days: int
    wape: float  # absolute errors over sales
    bias: float  # forecast minus sales, over sales
    coverage: float  # share of days at or below the P90


def accuracy(mean: npt.ArrayLike, p90: npt.ArrayLike, sold: npt.ArrayLike) -> Accuracy:
    """All three of one dimension, days one could buy all day; zeros where nothing is known."""
    told, high, seen = (np.asarray(one, np.float64) for one in (mean, p90, sold))
    if not len(seen) or not seen.sum():
        return Accuracy(len(seen), 0.0, 0.0, 0.0)
    error = told - seen
    return Accuracy(
        len(seen),
        float(np.abs(error).sum() / seen.sum()),
        float(error.sum() / seen.sum()),
        float((seen <= high).mean()),
    )


def moving_average(panel: Panel, days: int, horizons: int) -> Reals:
    """[N, H] the mean of the last days: what a spreadsheet does."""
    mean = panel.sold[:, -days:].mean(axis=1, dtype=np.float32)
    return np.repeat(mean[:, None], horizons, axis=1)


def seasonal(panel: Panel, horizons: int, weeks: int = 1) -> Reals:
    """[N, H] the mean of the same weekdays of the last weeks; one week is the seasonal naive forecast."""
    days = [[panel.days - 7 * (back + 1) + (ahead % 7) for back in range(weeks)] for ahead in range(horizons)]
    return np.stack([panel.sold[:, one].mean(axis=1, dtype=np.float32) for one in days], axis=1)
