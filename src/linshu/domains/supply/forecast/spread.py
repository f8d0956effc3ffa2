"""How far demand may stray from its mean: a count distribution whose spread is fitted by how fast goods sell.

Around the mean stands a negative binomial, variance mean + spread x mean squared. One spread for each class of volume and
each week ahead is enough, and it is fitted where it matters: at the quantile that orders are made by, on days the model has
not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaincinv, gammainccinv, gammaln
from scipy.stats import nbinom, poisson

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Reals

    Doubles = npt.NDArray[np.float64]

CLASSES = 5
TRIED = np.concatenate([[0.0], np.geomspace(0.005, 2.0, 28)])
FITTED_AT = 0.9
SHARED = 64  # cells of one width from which a table of its steps is quicker than each by itself
MOST_STEPS = 200_000
WIDTHS = np.geomspace(0.01, 2.0, 24)
LIFTS = np.arange(0.85, 1.61, 0.025)


@dataclass(frozen=True, slots=True)
class Spread:
    """The spread of each class of volume; classes are split at `edges`, pieces a day."""

    edges: tuple[float, ...]
    of_class: tuple[float, ...]
    step: float = 1.0

    def width(self, mean: Reals) -> Reals:
        """The spread of each mean's class: variance = mean + width x mean squared, in pieces; same shape as `mean`."""
        found: Reals = np.asarray(self.of_class, np.float32)[np.searchsorted(self.edges, mean / self.step)]
        return found

    def quantile(self, mean: Reals, level: float, width: Reals | None = None) -> Reals:
        """What demand stays at or below in `level` of all cases, in the panel's unit; same shape as `mean`.

        `width` where it is known better than by class.
        """
        wide = self.width(mean) if width is None else width
        return (counts(mean / self.step, wide, level) * self.step).astype(np.float32)


def counts(mean: Reals, spread: Reals | float, level: float) -> npt.NDArray[np.float64]:
    """The quantile of the count distribution with this mean, pieces."""
    safe = np.maximum(mean, 1e-6).astype(np.float64)
    wide = np.broadcast_to(np.asarray(spread, np.float64), safe.shape)
    kinds, which, many = np.unique(wide, return_inverse=True, return_counts=True)
    which = which.reshape(safe.shape)
    found = np.empty(safe.shape)
    by_hand = np.ones(safe.shape, bool)
    for kind in np.flatnonzero(many >= SHARED):
        here = which == kind
        steps = _steps(float(kinds[kind]), level, float(safe[here].max()))
        if steps is not None:
            found[here] = np.searchsorted(steps, safe[here])
            by_hand[here] = False
    if by_hand.any():
        size = 1 / np.maximum(wide[by_hand], 1e-6)
        told = nbinom.ppf(level, size, size / (size + safe[by_hand]))
        found[by_hand] = np.where(wide[by_hand] > 0, told, poisson.ppf(level, safe[by_hand]))
    return found


def _steps(width: float, level: float, highest: float) -> Doubles | None:
    """For 0, 1, 2 ... pieces the highest mean whose quantile they are: one look-up then answers for any mean. None if too many."""
    far = highest + 8 * np.sqrt(highest + width * highest**2) + 20
    if far > MOST_STEPS:
        return None
    pieces = np.arange(int(far)) + 1.0
    size = 1 / max(width, 1e-6)
    chance = betaincinv(size, pieces, level)
    found: Doubles = size * (1 - chance) / np.maximum(chance, 1e-300) if width > 0 else gammainccinv(pieces, level)
    return found


def fit(mean: Reals, sold: Reals, step: float = 1.0, classes: int = CLASSES) -> Spread:
    """The spreads that tell the quantile best, class by class: least pinball loss on days the mean was not learned from.

    `mean` and `sold` are of days one could buy all day, one dimension.
    """
    pieces, seen = mean / step, sold / step
    edges = tuple(float(one) for one in np.quantile(pieces, np.arange(1, classes) / classes)) if len(pieces) else ()
    group = np.searchsorted(edges, pieces)
    best = []
    for which in range(len(edges) + 1):
        here = group == which
        losses = [pinball(seen[here], counts(pieces[here], one, FITTED_AT), FITTED_AT) for one in TRIED]
        best.append(float(TRIED[int(np.argmin(losses))]) if here.any() else 0.0)
    return Spread(edges, tuple(best), step)


@dataclass(frozen=True, slots=True)
class Wants:
    """What is wanted, sold or not, around a mean that was learned from days one could buy all day: class by class.

    Those days are the quieter ones, because lively days sell out. `level` lifts the mean to what all days ask for, `width`
    is the spread around it.
    """

    edges: tuple[float, ...]
    level: tuple[float, ...]
    width: tuple[float, ...]

    def of(self, mean: Reals) -> tuple[Reals, Reals]:
        """The lifted means and their spreads, both shaped like `mean`, in pieces."""
        which = np.searchsorted(self.edges, mean)
        return mean * np.asarray(self.level, np.float32)[which], np.asarray(self.width, np.float32)[which]


def wants(mean: Reals, sold: Reals, open_share: Reals, classes: int = CLASSES) -> Wants:
    """Fitted on all days, also those that sold out: the likeliest level and width, class by class.

    A day's pace is Gamma around level x mean, sales are Poisson while the goods last. Whether a day ended by the clock or by
    the last piece, what was seen tells about the pace in the same way: pace ^ sold x exp(-pace x open share). How these days
    as a whole went against the mean is divided out: they are learned from before the next forecast, and weeks stray one way
    and the other. What stays is what sold-out days hide. One dimension, pieces.
    """
    seen = open_share > 0
    told, came, part = (one[seen].astype(np.float64) for one in (mean, sold, open_share))
    edges = tuple(float(one) for one in np.quantile(told, np.arange(1, classes) / classes)) if len(told) else ()
    group = np.searchsorted(edges, told)
    best = []
    for which in range(len(edges) + 1):
        rates, pieces, open_here = told[group == which], came[group == which], part[group == which]
        went = float(pieces.sum()) / max(float(rates @ open_here), 1e-9)
        best.append(_likeliest(rates * went, pieces, open_here))
    return Wants(edges, tuple(one[0] for one in best), tuple(one[1] for one in best))


def _likeliest(mean: Doubles, sold: Doubles, open_share: Doubles) -> tuple[float, float]:
    best, found = -np.inf, (1.0, 0.1)
    if not len(mean):
        return found
    for width in WIDTHS:
        shape = 1 / width
        many = gammaln(sold + shape) - gammaln(shape)
        for level in LIFTS:
            rate = shape / np.maximum(level * mean, 1e-6)
            told = float((many + shape * np.log(rate) - (sold + shape) * np.log(rate + open_share)).sum())
            if told > best:
                best, found = told, (float(level), float(width))
    return found


def pinball(sold: npt.ArrayLike, told: npt.ArrayLike, level: float) -> float:
    """The loss of a told quantile, summed: what lies above counts by the level, what lies below by the rest."""
    above = np.asarray(sold, np.float64) - np.asarray(told, np.float64)
    return float(np.where(above > 0, level * above, (level - 1) * above).sum())
