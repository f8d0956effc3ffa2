"""Stock-outs with known truth: series that are nearly always in stock get a stock that high days run out of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from benchmarks.fresh.reading import Fresh
    from linshu.domains.supply.forecast.panel import Reals

MOST_OUT = 0.20  # share of days with a stock-out a series may have
STOCK = (0.5, 1.4)  # the stock of a day, as multiples of the series' mean


@dataclass(frozen=True, slots=True)
class Masked:
    """The data with stock-outs put in, and what is known of them."""

    data: Fresh
    truth: Reals  # [N, T] sales before
    rows: npt.NDArray[np.int64]  # the series that were masked
    known: npt.NDArray[np.bool_]  # [rows, T] days that were in stock all day: their truth is known


def masked(data: Fresh, seed: int = 5) -> Masked:
    """Each day of these series may sell up to a random stock; the hours after it ran out are closed."""
    chance = np.random.default_rng(seed)
    rows = np.flatnonzero((~data.whole).mean(axis=1) <= MOST_OUT)
    hourly = data.hourly[rows]
    mean = hourly.sum(axis=2).mean(axis=1)
    stock = chance.uniform(*STOCK, hourly.shape[:2]) * mean[:, None]
    sold_by = np.minimum(hourly.cumsum(axis=2), stock[:, :, None])
    sold = np.diff(sold_by, axis=2, prepend=0).astype(np.float32)
    out = hourly.cumsum(axis=2) > stock[:, :, None]
    all_hourly, all_sold, all_closed = data.hourly.copy(), data.sold.copy(), data.closed.copy()
    known = data.whole[rows]
    all_hourly[rows], all_sold[rows] = sold, sold.sum(axis=2)
    all_closed[rows] |= out & (np.arange(24) >= 6) & (np.arange(24) < 22)
    return Masked(replace(data, hourly=all_hourly, sold=all_sold, closed=all_closed), data.sold, rows, known)
