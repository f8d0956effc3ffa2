"""Ways the next days may go: draws of demand around a forecast, spread as counts are.

The quantiles of every mean and spread are looked up in a table; which quantile a day gets is shuffled, the same on every
run. A share of a series' days go high or low together, because what sells well on Monday does so on Tuesday.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Reals = npt.NDArray[np.float32]
    Codes = npt.NDArray[np.int64]

WAYS = 64
SHUFFLES = 509  # shuffles kept ready; a prime, so that neighbouring series meet different ones
TOGETHER = 0.4  # of a series' days share one shuffle
USUAL_WIDTH = 0.15  # where a forecast does not say how much demand varies: variance = mean + width x mean squared
LEAST, MOST, STEPS = 0.01, 100_000.0, 384  # means in the table, pieces a day
SPREADS = np.concatenate([[0.0], np.geomspace(0.005, 2.0, 24)])


def draw(mean: Reals, spread: Reals, seed: int = 0, together: float = TOGETHER) -> Reals:
    """[N, WAYS, T] pieces that may be asked for.

    `mean` [N, T] expected pieces of each day; `spread` [N] how much wider than a Poisson: variance = mean + spread x mean
    squared. The ways are equally likely; over them each day's mean is `mean`.
    """
    many, days = mean.shape
    chance = np.random.default_rng(seed)
    own = chance.integers(0, SHUFFLES, (many, 1))
    other = chance.integers(0, SHUFFLES, (many, days))
    which = np.where(chance.random((many, days)) < together, own, other)
    ranks = _shuffles()[which]  # [N, T, WAYS]
    at = (np.log(np.clip(mean, LEAST, MOST)) - np.log(LEAST)) / (np.log(MOST) - np.log(LEAST)) * (STEPS - 1)
    low = np.minimum(at.astype(np.int64), STEPS - 2)
    part = (at - low).astype(np.float32)[:, :, None]
    row = np.abs(SPREADS[None, :] - spread[:, None]).argmin(axis=1)[:, None]
    place = ((row * STEPS + low) * WAYS)[:, :, None] + ranks
    table = _table().reshape(-1)
    below = table.take(place)
    found = below + part * (table.take(place + WAYS) - below)
    found *= (mean >= LEAST)[:, :, None]
    return np.ascontiguousarray(found.transpose(0, 2, 1))


@lru_cache(maxsize=1)
def _shuffles() -> Codes:
    chance = np.random.default_rng(11)
    return np.stack([chance.permutation(WAYS) for _ in range(SHUFFLES)])


@lru_cache(maxsize=1)
def _table() -> Reals:
    """[spreads, means, WAYS] the middle of each of WAYS equally likely parts, drawn to the right mean."""
    from scipy.stats import nbinom, poisson  # noqa: PLC0415 - heavy, and commands start without it

    means = np.geomspace(LEAST, MOST, STEPS)[:, None]
    levels = (np.arange(WAYS)[None, :] + 0.5) / WAYS
    rows = []
    for spread in SPREADS:
        size = 1 / max(spread, 1e-9)
        found = poisson.ppf(levels, means) if spread == 0 else nbinom.ppf(levels, size, size / (size + means))
        rows.append(found * (means / np.maximum(found.mean(axis=1, keepdims=True), 1e-9)))
    # where no way sells a piece, a piece is spread over all of them
    return np.stack([np.where(one.sum(axis=1, keepdims=True) > 0, one, means) for one in rows]).astype(np.float32)
