"""Forecasts everybody can make, and how far any forecast lay from what came: by hand in numpy, nothing tuned on the days judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Panel, Reals

ALPHAS = (0.05, 0.1, 0.2, 0.3, 0.5)


def baselines(panel: Panel, horizons: int) -> dict[str, Reals]:
    """[N, H] of each, from the panel's last evening."""
    return {
        "MA14": moving_average(panel, 14, horizons),
        "weekday mean, 4 weeks": seasonal(panel, horizons, weeks=4),
        "SeasonalNaive(7)": seasonal(panel, horizons),
        "SES": _flat(smoothed(panel.sold), horizons),
        "CrostonSBA": _flat(croston(panel.sold), horizons),
    }


def smoothed(sold: Reals) -> Reals:
    """Simple exponential smoothing; each series takes the weight that erred least in its own past."""
    best, error = sold[:, 0].copy(), np.full(len(sold), np.inf)
    for alpha in ALPHAS:
        level, off = sold[:, 0].copy(), np.zeros(len(sold))
        for day in range(1, sold.shape[1]):
            off += (sold[:, day] - level) ** 2
            level = level + alpha * (sold[:, day] - level)
        best, error = np.where(off < error, level, best), np.minimum(off, error)
    return best.astype(np.float32)


def croston(sold: Reals, alpha: float = 0.1) -> Reals:
    """Croston's method with the Syntetos-Boylan correction: mean size over mean interval, both smoothed."""
    size, gap = np.maximum(sold[:, 0], 1e-3).astype(float), np.ones(len(sold))
    since = np.ones(len(sold))
    for day in range(1, sold.shape[1]):
        sells = sold[:, day] > 0
        size = np.where(sells, size + alpha * (sold[:, day] - size), size)
        gap = np.where(sells, gap + alpha * (since - gap), gap)
        since = np.where(sells, 1, since + 1)
    return ((1 - alpha / 2) * size / gap).astype(np.float32)


def high_side(panel: Panel, horizons: int) -> Reals:
    """MA14 plus 1.28 standard deviations of four weeks: a spreadsheet's P90."""
    spread = panel.sold[:, -28:].std(axis=1)
    return moving_average(panel, 14, horizons) + np.float32(1.2816) * spread[:, None].astype(np.float32)


def _flat(level: Reals, horizons: int) -> Reals:
    return np.repeat(level[:, None], horizons, axis=1)


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
