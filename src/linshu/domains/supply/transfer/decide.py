"""Which goods to move between warehouses before a purchase can arrive: pure.

A box moves while what it saves where it goes is more than what it costs where it comes from, and the way. It saves what
would be missing there from its arrival until today's purchase could come; it costs what will be missing at home in the same
time. What one gains falls from box to box and what the other loses rises, so taking the best pair again and again is best,
and no solver does better (`benchmarks.transfer` lets one try).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.advise import CM3_PER_M3
from linshu.domains.supply.replenish.case import ways_of
from linshu.domains.supply.replenish.shelf import roll

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from linshu.domains.supply.replenish.case import Case

    Doubles = npt.NDArray[np.float64]

SEED = 29
WORTH_IT = 1e-6  # fen


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company decided about transfers."""

    days: int = 1  # days a transfer takes
    fen_a_piece: int = 60  # what moving a piece costs
    goodwill: float = 0.15  # of the price, for a piece that is missing
    least: int = 2_000  # fen a good must gain to be worth the trouble
    truck_m3: int = 0  # the most one transfer may fill; 0 = any


@dataclass(frozen=True, slots=True)
class Stand:
    """One warehouse of a good: in each way the days may go, pieces it misses from a transfer on, and pieces it has to spare."""

    case: Case
    missing: Doubles  # [ways] from the transfer's arrival until a purchase of today could come
    spare: Doubles  # [ways] never needed until that purchase could come, of goods that still can be sold then
    earns: float  # fen a piece that is there when asked for is worth

    def gains(self, pieces: npt.ArrayLike) -> Doubles:
        """Fen so many pieces more save here."""
        found: Doubles = self.earns * np.minimum(self.missing, np.asarray(pieces)[..., None]).mean(axis=-1)
        return found

    def loses(self, pieces: npt.ArrayLike) -> Doubles:
        """Fen so many pieces fewer cost here."""
        found: Doubles = self.earns * np.maximum(np.asarray(pieces)[..., None] - self.spare, 0).mean(axis=-1)
        return found


@dataclass(frozen=True, slots=True)
class Move:
    """Boxes of a good from one warehouse to another, and what that is worth; fen and pieces."""

    giver: Stand
    taker: Stand
    steps: tuple[float, ...]  # what each box adds, the first adds most

    @property
    def boxes(self) -> int:
        """How many move."""
        return len(self.steps)

    @property
    def worth(self) -> int:
        """What all of them add."""
        return round(sum(self.steps))

    @property
    def pieces(self) -> int:
        """What moves."""
        return self.boxes * self.giver.case.pack

    @property
    def cost(self) -> int:
        """What is moved, at its cost."""
        return round(self.pieces * self.giver.case.cost)

    @property
    def box_cm3(self) -> int:
        """The room of a box; 0 where nobody knows."""
        return self.giver.case.volume_cm3 * self.giver.case.pack


def worth_of_move(giver: Stand, taker: Stand, pieces: int, rules: Rules) -> float:
    """Fen that moving so many pieces is worth."""
    return float(taker.gains(pieces) - giver.loses(pieces)) - pieces * rules.fen_a_piece


AMPLE = 4  # times what is expected until the next purchase: with so much nothing goes missing


def may_miss(case: Case) -> bool:
    """Whether anything could be missing before a purchase comes; the many goods with ample stock are not looked at closer."""
    return case.on_hand < AMPLE * sum(case.ahead[: case.usual_lead])


def stands(cases: Sequence[Case], rules: Rules) -> list[Stand]:
    """How each warehouse stands until a purchase of today could come."""
    if not cases:
        return []
    goods, demand = ways_of(cases, SEED)
    course = roll(goods.shelf, goods.coming, demand, goods.fresh)
    day = np.arange(demand.shape[2])
    lead = np.array([one.usual_lead for one in cases])
    between = (day >= rules.days) & (day < lead[:, None])
    missing = (course.unmet * between[:, None, :]).sum(axis=2, dtype=np.float64)
    upto = day < np.maximum(lead, rules.days + 1)[:, None]
    out = np.cumsum(demand - course.unmet + course.wasted, axis=2, dtype=np.float64)
    there = goods.shelf.sum(axis=1)[:, None] + np.cumsum(goods.coming, axis=1, dtype=np.float64)
    lowest = np.where(upto[:, None, :], there[:, None, :] - out, np.inf).min(axis=2)
    keeps = np.where(day[None, :] < rules.days, 0, 1)  # what is past its day before it arrives is nothing to send
    sendable = (goods.shelf[:, :-1] * keeps).sum(axis=1) + goods.shelf[:, -1]
    spare = np.clip(lowest, 0, sendable[:, None])
    return [
        Stand(one, missing[row], spare[row], one.price - one.cost + rules.goodwill * one.price)
        for row, one in enumerate(cases)
    ]


def moves(of_good: Sequence[Stand], rules: Rules) -> tuple[Move, ...]:
    """The transfers of one good between its warehouses, the best first.

    Every box costs the same way, so the best that can be gained anywhere goes with the least that is lost anywhere, the next
    with the next, until a pair is not worth it. No warehouse is in both rows that far: giving up a box that is needed in some
    way costs at least what one more box saves there.
    """
    if len(of_good) < 2:
        return ()
    pack = of_good[0].case.pack
    wanted = [math.ceil(float(one.missing.max(initial=0)) / pack) if one.earns > 0 else 0 for one in of_good]
    given = [min(one.case.on_hand // pack, sum(wanted)) for one in of_good]
    gains, takers = _steps([one.gains for one in of_good], wanted, pack)
    losses, givers = _steps([one.loses for one in of_good], given, pack)
    best, least = np.argsort(-gains, kind="stable"), np.argsort(losses, kind="stable")
    many = min(len(best), len(least))
    worth = gains[best[:many]] - losses[least[:many]] - pack * rules.fen_a_piece
    pairs: dict[tuple[int, int], list[float]] = defaultdict(list)
    for place in np.flatnonzero(worth > WORTH_IT):
        pairs[int(givers[least[place]]), int(takers[best[place]])].append(float(worth[place]))
    found = [Move(of_good[giver], of_good[taker], tuple(each)) for (giver, taker), each in pairs.items()]
    return tuple(sorted((one for one in found if one.worth >= rules.least), key=lambda one: -one.worth))


def loaded(pair: Sequence[Move], rules: Rules) -> tuple[Move, ...]:
    """What of the moves from one warehouse to another goes onto one lorry: the boxes that add most for their room.

    Goods of which too little would be left to be worth the trouble stay behind; what has no known volume takes no room.
    """
    if not rules.truck_m3:
        return tuple(pair)
    boxes = [(-step / max(one.box_cm3, 1), place) for place, one in enumerate(pair) for step in one.steps]
    room, taken = float(rules.truck_m3 * CM3_PER_M3), [0] * len(pair)
    for _, place in sorted(boxes):
        if pair[place].box_cm3 <= room:
            room -= pair[place].box_cm3
            taken[place] += 1
    kept = [replace(one, steps=one.steps[:many]) for one, many in zip(pair, taken, strict=True) if many]
    return tuple(one for one in kept if one.worth >= rules.least)


def _steps(
    told: Sequence[Callable[[npt.ArrayLike], Doubles]], boxes: Sequence[int], pack: int
) -> tuple[Doubles, npt.NDArray[np.int64]]:
    """What each further box changes, fen, and at which warehouse; a warehouse's boxes stand in their order."""
    found = [np.diff(one(np.arange(many + 1) * pack)) for one, many in zip(told, boxes, strict=True)]
    return np.concatenate(found), np.repeat(np.arange(len(told)), boxes)
