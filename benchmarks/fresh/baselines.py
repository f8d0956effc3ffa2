"""Forecasts everybody can make: by hand in numpy, no library, nothing tuned on the days they are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.forecast.accuracy import moving_average, seasonal

if TYPE_CHECKING:
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
