"""How many pieces of each good a place asks for in a day on which it is offered: pure.

What one group sold of one good says little. It is held against what the good sells in the whole company, what the place
buys in all and what it buys of the family; the less was seen there, the nearer the answer stays to that. How near is not
chosen: each level's spread is taken from the sales themselves (Gamma-Poisson, fitted by moments).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
LOW, HIGH = -1.2815515655446004, 1.2815515655446004  # P10 and P90 of the normal
LEAST_SHAPE, MOST_SHAPE = 0.2, 1e4  # of a prior: from "says nothing" to "all are alike"
ROUNDS = 6  # of fitting places and goods to each other; they settle long before


@dataclass(frozen=True, slots=True)
class Rates:
    """A Gamma distribution of the daily rate for each place and good, [P, S]."""

    shape: Reals
    days: Reals  # the second parameter: as if so many days had been seen

    @property
    def mean(self) -> Reals:
        """The expected rate."""
        return self.shape / self.days

    @property
    def sd(self) -> Reals:
        """How far the rate may lie from it."""
        return np.sqrt(self.shape) / self.days

    def side(self, z: float) -> Reals:
        """The rate at so many standard normal steps: Wilson and Hilferty's approximation of the Gamma quantile."""
        third = 1.0 / (9.0 * self.shape)
        found: Reals = self.mean * np.maximum(1.0 - third + z * np.sqrt(third), 0.0) ** 3
        return found


def shrunk(sold: Reals, days: Reals, family: Ints) -> Rates:
    """The rates of all places and goods: sold pieces and days on offer as [P, S], each good's family as [S]."""
    sold, days = np.asarray(sold, float), np.asarray(days, float)
    many = int(family.max()) + 1 if len(family) else 0
    of_good, size, sure = _levels(sold, days, family, many)
    usual = size[:, None] * of_good[None, :]
    seen, meant = _by_family(sold, family, many), _by_family(days * usual, family, many)
    like = strength(seen, meant)
    prior = np.maximum(usual * _pulled(seen, meant, like)[:, family], 1e-9)
    # How far places differ is judged by what each cell's neighbours say of it: a prior that holds the cell would flatter.
    apart = _pulled(seen[:, family] - sold, meant[:, family] - days * usual, like)
    alone = (sure - sold) / (sure / np.maximum(of_good, 1e-9) - days * size[:, None])
    alike = strength(sold, days * size[:, None] * alone * apart)
    shape = 1.0 / (1.0 / alike + 1.0 / sure)  # a good nobody knows yet is less sure everywhere
    return Rates(shape + sold, shape / prior + days)


def strength(seen: Reals, expected: Reals) -> float:
    """The shape of the Gamma that the ratios of seen to expected were drawn from, by moments: large when all are alike."""
    beyond = float(((seen - expected) ** 2 - expected).sum())
    if beyond <= 0:
        return MOST_SHAPE
    return float(np.clip((expected**2).sum() / beyond, LEAST_SHAPE, MOST_SHAPE))


def _levels(sold: Reals, days: Reals, family: Ints, many: int) -> tuple[Reals, Reals, Reals]:
    """Each good's rate at a usual place, each place's size (the mean is 1), and how sure each good's rate is (a shape)."""
    size, of_good = np.ones(len(sold)), np.zeros(len(family))
    shape = LEAST_SHAPE
    for _ in range(ROUNDS):
        total, seen = sold.sum(axis=0), (days * size[:, None]).sum(axis=0)
        usual = _family_rate(total, seen, family, many)
        shape = strength(total, seen * usual)
        of_good = (shape + total) / (shape / usual + seen)
        bought, expected = sold.sum(axis=1), (days * of_good[None, :]).sum(axis=1)
        size = _pulled(bought, expected, strength(bought, expected))
        size = size / max(float(size.mean()), 1e-9) if len(size) else size
    return of_good, size, shape + sold.sum(axis=0)


def _family_rate(total: Reals, seen: Reals, family: Ints, many: int) -> Reals:
    """What a good of each family usually sells; a family without a day on offer sells like all goods."""
    overall = (total.sum() + 0.5) / (seen.sum() + 1.0)
    sold, days = np.bincount(family, total, many), np.bincount(family, seen, many)
    found: Reals = ((sold + overall) / (days + 1.0))[family]
    return np.maximum(found, 1e-9)


def _pulled(seen: Reals, expected: Reals, shape: float) -> Reals:
    """Seen over expected, pulled towards one."""
    found: Reals = (shape + seen) / (shape + expected)
    return found


def _by_family(block: Reals, family: Ints, many: int) -> Reals:
    """Columns of one family added up: [P, K]."""
    made: Any = np.zeros((len(block), many))
    np.add.at(made.T, family, block.T)
    found: Reals = made
    return found
