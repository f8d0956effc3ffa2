"""Which goods to move between warehouses before a purchase can arrive: pure.

A box moves while what it saves where it goes is more than what it costs where it comes from, and the way. It saves what
would be missing there from its arrival until today's purchase could come; it costs what will be missing at home in the same
time. What one gains falls from box to box and what the other loses rises, so taking the best pair again and again is best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.case import ways_of
from linshu.domains.supply.replenish.shelf import roll

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from linshu.domains.supply.replenish.case import Case

    Doubles = npt.NDArray[np.float64]

SEED = 29


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company decided about transfers."""

    days: int = 1  # days a transfer takes
    fen_a_piece: int = 60  # what moving a piece costs
    goodwill: float = 0.15  # of the price, for a piece that is missing
    least: int = 2_000  # fen a good must gain to be worth the trouble


@dataclass(frozen=True, slots=True)
class Stand:
    """One warehouse of a good: in each way the days may go, pieces it misses from a transfer on, and pieces it has to spare."""

    case: Case
    missing: Doubles  # [ways] from the transfer's arrival until a purchase of today could come
    spare: Doubles  # [ways] left when that purchase could come, of goods that still can be sold then
    earns: float  # fen a piece that is there when asked for is worth

    def gains(self, pieces: int) -> float:
        """Fen so many pieces more save here."""
        return self.earns * float(np.minimum(self.missing, pieces).mean())

    def loses(self, pieces: int) -> float:
        """Fen so many pieces fewer cost here."""
        return self.earns * float(np.maximum(pieces - self.spare, 0).mean())


@dataclass(frozen=True, slots=True)
class Move:
    """Boxes of a good from one warehouse to another, and what that is worth; fen and pieces."""

    giver: Stand
    taker: Stand
    boxes: int
    worth: int

    @property
    def pieces(self) -> int:
        """What moves."""
        return self.boxes * self.giver.case.pack

    @property
    def cost(self) -> int:
        """What is moved, at its cost."""
        return round(self.pieces * self.giver.case.cost)


AMPLE = 4  # times what is expected until the next purchase: with so much nothing goes missing


def may_miss(case: Case) -> bool:
    """Whether anything could be missing before a purchase comes; the many goods with ample stock are not looked at closer."""
    lead = case.lead[len(case.lead) // 2] if case.lead else 1
    return case.on_hand < AMPLE * sum(case.ahead[:lead])


def stands(cases: Sequence[Case], rules: Rules) -> list[Stand]:
    """How each warehouse stands until a purchase of today could come."""
    if not cases:
        return []
    goods, demand = ways_of(cases, SEED)
    course = roll(goods.shelf, goods.coming, demand, goods.fresh)
    day = np.arange(demand.shape[2])
    lead = np.array([one.lead[len(one.lead) // 2] if one.lead else 1 for one in cases])
    between = (day >= rules.days) & (day < lead[:, None])
    missing = (course.unmet * between[:, None, :]).sum(axis=2, dtype=np.float64)
    upto = day < np.maximum(lead, rules.days + 1)[:, None]
    gone = ((demand - course.unmet + course.wasted) * upto[:, None, :]).sum(axis=2, dtype=np.float64)
    came = (goods.coming * upto).sum(axis=1)
    keeps = np.where(day[None, :] < rules.days, 0, 1)  # what is past its day before it arrives is nothing to send
    there = (goods.shelf[:, :-1] * keeps).sum(axis=1) + goods.shelf[:, -1]
    left = np.maximum(np.minimum(goods.shelf.sum(axis=1)[:, None] + came[:, None] - gone, there[:, None]), 0)
    return [
        Stand(one, missing[row], left[row], one.price - one.cost + rules.goodwill * one.price)
        for row, one in enumerate(cases)
    ]


def moves(of_good: Sequence[Stand], rules: Rules) -> tuple[Move, ...]:
    """The transfers of one good between its warehouses, the best first."""
    pack = of_good[0].case.pack if of_good else 1
    given, taken = [0] * len(of_good), [0] * len(of_good)
    pairs: dict[tuple[int, int], list[float]] = {}
    while True:
        best = _best(of_good, given, taken, pack, rules)
        if best is None:
            break
        giver, taker, worth = best
        given[giver] += pack
        taken[taker] += pack
        pairs.setdefault((giver, taker), []).append(worth)
    found = [
        Move(of_good[giver], of_good[taker], len(each), round(sum(each))) for (giver, taker), each in pairs.items()
    ]
    return tuple(sorted((one for one in found if one.worth >= rules.least), key=lambda one: -one.worth))


def _best(
    of_good: Sequence[Stand], given: list[int], taken: list[int], pack: int, rules: Rules
) -> tuple[int, int, float] | None:
    """The pair a further box does best for; a warehouse that gives takes nothing, and the other way round."""
    gains = [
        one.gains(taken[row] + pack) - one.gains(taken[row]) if not given[row] and one.earns > 0 else 0.0
        for row, one in enumerate(of_good)
    ]
    losses = [
        one.loses(given[row] + pack) - one.loses(given[row])
        if not taken[row] and given[row] + pack <= one.case.on_hand
        else np.inf
        for row, one in enumerate(of_good)
    ]
    found = [
        (gain - loss - pack * rules.fen_a_piece, giver, taker)
        for taker, gain in enumerate(gains)
        for giver, loss in enumerate(losses)
        if giver != taker and np.isfinite(loss)
    ]
    worth, giver, taker = max(found, default=(0.0, 0, 0))
    return (giver, taker, worth) if worth > 0 else None
