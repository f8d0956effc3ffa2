"""Which goods to offer in so many places of a list, so that all of them together earn most: pure.

A good earns its own buyers' margin. Of the buyers of a good that is not offered a share looks for another of its family and
picks by popularity; who picks one that is not offered either buys nothing. So a family that is offered to the part x of
its popularity earns (margins of what is offered) times (1 + share (1 - x)): the second apple brings less than the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linshu.domains.supply.assortment.rates import Flags, Ints, Reals

MOST_SWAPS = 200
TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Shelf:
    """The goods a place may offer: first-choice buyers a day, fen a piece earns, family; and of each family who switches."""

    rate: Reals  # [S]
    margin: Reals  # [S]
    family: Ints  # [S]
    switch: Reals  # [K] share of buyers who look for another of the family

    def popular(self) -> Reals:
        """All buyers of each family."""
        return np.bincount(self.family, self.rate, len(self.switch)).astype(np.float64)

    def lift(self, kept: Flags) -> Reals:
        """By what each family's offered goods sell more than to their own buyers: 1 when all of it is offered."""
        every = self.popular()
        there = np.bincount(self.family, self.rate * kept, len(self.switch))
        found: Reals = 1.0 + self.switch * (1.0 - there / np.maximum(every, TINY))
        return found

    def earns(self, kept: Flags) -> Reals:
        """What each good earns a day when these are offered, fen."""
        found: Reals = np.where(kept, self.rate * self.margin * self.lift(kept)[self.family], 0.0)
        return found

    def profit(self, kept: Flags) -> float:
        """What all of them earn a day, fen."""
        return float(self.earns(kept).sum())

    def without(self, kept: Flags) -> Reals:
        """How much less the list would earn a day without each good of it; nothing for those not in it."""
        return np.where(kept, -self._change(kept, adding=False), 0.0)

    def added(self, kept: Flags) -> Reals:
        """How much more the list would earn a day with each good that is not in it; nothing for those in it."""
        return np.where(kept, 0.0, self._change(kept, adding=True))

    def _change(self, kept: Flags, *, adding: bool) -> Reals:
        sign = 1.0 if adding else -1.0
        every = np.maximum(self.popular(), TINY)[self.family]
        margin, there = (one[self.family] for one in self._sums(kept))
        own, rate, switch = self.rate * self.margin, self.rate, self.switch[self.family]
        before = margin * (1.0 + switch * (1.0 - there / every))
        after = (margin + sign * own) * (1.0 + switch * (1.0 - (there + sign * rate) / every))
        found: Reals = after - before
        return found

    def _sums(self, kept: Flags) -> tuple[Reals, Reals]:
        many = len(self.switch)
        margin, there = (
            np.bincount(self.family, one * kept, many).astype(np.float64)
            for one in (self.rate * self.margin, self.rate)
        )
        return margin, there


def best(shelf: Shelf, slots: int, core: Flags | None = None) -> Flags:
    """The list of at most `slots` goods that earns most: the best good one by one, then exchanges while one pays.

    What is core stays in whatever it earns, the places permitting. A place stays free where every good would cost more
    than it brings.
    """
    kept = np.zeros(len(shelf.rate), bool)
    if core is not None:
        worth = shelf.rate * np.maximum(shelf.margin, TINY)
        kept[np.flatnonzero(core)[np.argsort(-worth[core], kind="stable")][:slots]] = True
    fixed = kept.copy()
    while kept.sum() < slots and len(kept):
        gains = np.where(kept, -np.inf, shelf.added(kept))
        at = int(np.argmax(gains))
        if gains[at] <= TINY:
            break
        kept[at] = True
    for _ in range(MOST_SWAPS):
        found = _exchange(shelf, kept, fixed)
        if found is None:
            break
        out, into = found
        kept[out] = False
        if into >= 0:
            kept[into] = True
    return kept


def _exchange(shelf: Shelf, kept: Flags, fixed: Flags) -> tuple[int, int] | None:
    """The exchange that pays most, as (out, in); in is -1 where leaving one out pays by itself; None when none pays."""
    outs, ins = np.flatnonzero(kept & ~fixed), np.flatnonzero(~kept)
    if not len(outs):
        return None
    less = -shelf.without(kept)[outs]
    alone = int(np.argmax(less))
    best_gain, pair = float(less[alone]), (int(outs[alone]), -1)
    if len(ins):
        gains = _gains(shelf, kept, outs, ins, less)
        at = int(np.argmax(gains))
        row, column = divmod(at, len(ins))
        if gains.flat[at] > best_gain:
            best_gain, pair = float(gains.flat[at]), (int(outs[row]), int(ins[column]))
    return pair if best_gain > TINY + 1e-9 * abs(shelf.profit(kept)) else None


def _gains(shelf: Shelf, kept: Flags, outs: Ints, ins: Ints, less: Reals) -> NDArray[Any]:
    """What each exchange brings: apart in two families, together within one."""
    gains: NDArray[Any] = less[:, None] + shelf.added(kept)[ins][None, :]
    same = shelf.family[outs][:, None] == shelf.family[ins][None, :]
    rows, columns = np.nonzero(same)
    out, into = outs[rows], ins[columns]
    group = shelf.family[out]
    every = np.maximum(shelf.popular(), TINY)[group]
    margin, there = (one[group] for one in shelf._sums(kept))  # noqa: SLF001 - the same rule, pair by pair
    own = shelf.rate * shelf.margin
    switch = shelf.switch[group]
    before = margin * (1.0 + switch * (1.0 - there / every))
    after = (margin - own[out] + own[into]) * (
        1.0 + switch * (1.0 - (there - shelf.rate[out] + shelf.rate[into]) / every)
    )
    gains[rows, columns] = after - before
    return gains
