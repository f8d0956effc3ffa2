"""What to order: one more box as long as it is worth more than it costs, over all the ways the next days may go. Pure.

Instead of ordering a box today one may order it next time, or never. So it is worth the lesser of two gains:

    over next time   the margin of what is asked for until the next order can arrive, and the goodwill that missing it would
                     cost; less what more is thrown away because the box grows old a day sooner
    over never       margin and goodwill of all that is asked for before its last day; less what all the rest was bought for

and the cost of keeping until the next delivery what is not sold by then. A box of many days' sales is bought where it earns
over its life, and when it is needed. Older stock and what is on its way are sold first, and are thrown away on their days;
all chances come out of rolling the shelf through each way. The value rises and then falls from box to box: the best number
is where it turns.
Where some shoppers take the freshest, a delivery is sold before what lies there, which spoils instead: such goods are rolled
with some sizes of it too, and every number of boxes is tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.shelf import Course, roll

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.replenish.shelf import Codes, Reals

    Whole = npt.NDArray[np.int64]
    Doubles = npt.NDArray[np.float64]

MOST_PACKS = 1 << 20
MOST_TRIED = 400  # boxes that are tried one by one
GRID = 4  # sizes of a delivery that are rolled where some shoppers take the freshest
DEAREST = 1e6  # fen earned for a fen: no box is worth so much


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company decided."""

    goodwill: float = 0.15  # of the price: what a piece that is missing costs beside its margin
    holding: float = 0.002  # of the cost, a day: money and room
    waste: float = 1.0  # how much dearer waste is than what the goods cost
    review_days: int = 1  # days until the next order can be made


@dataclass(frozen=True, slots=True)
class Goods:
    """N goods at warehouses when the order is made. Day 0 is the first day whose demand is still to come."""

    shelf: Reals  # [N, A] pieces by days left
    coming: Reals  # [N, L] pieces that arrive on the morning of day 0, 1, ...
    lead: Codes  # [N] or [N, K] the day on whose morning an order of now arrives: 1 = the morning after day 0
    life: Codes  # [N] days goods can be sold from the morning they arrive; A and more: they keep
    pack: Codes  # [N] pieces in a box
    price: Reals  # [N] fen a piece
    cost: Reals  # [N] fen a piece
    review: Codes | None = None  # [N] days from this delivery to the next; None: as the rules have it
    freshest: Reals | None = None  # [N] share of shoppers who take the freshest; None: nobody does

    @property
    def fresh(self) -> Codes:
        """[N] the slot arriving goods go into."""
        return np.minimum(self.life, self.shelf.shape[1]) - 1


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a new delivery is asked for, in each way: [N, K] pieces."""

    soon: Reals  # until the next order can arrive
    ever: Reals  # until its last day
    later: Reals  # until the last day of what the next order brings
    missing: Reals  # [N] expected pieces missing until the next order can arrive, if nothing is ordered
    old_waste: (
        Reals  # [N] expected pieces of what is there and on its way that will be thrown away, whatever is ordered
    )
    mix: Mix | None = None  # where some take the freshest

    def sold(self, pieces: Doubles) -> Doubles:
        """[N] of so many pieces more, how many are sold until the next order can arrive."""
        return _met(self.soon, pieces) - self._left_lying(pieces)

    def ever_sold(self, pieces: Doubles) -> Doubles:
        """[N] of so many pieces more, how many are sold before their last day."""
        return _met(self.ever, pieces) - self._left_lying(pieces)

    def wasted(self, goods: Goods, pieces: Doubles) -> Doubles:
        """[N] how many pieces more are thrown away when so many more come."""
        found: Doubles = np.where(goods.life >= goods.shelf.shape[1], 0, pieces - _met(self.ever, pieces))
        return found if self.mix is None else found + self.mix.at(self.mix.wasted, pieces)

    def spared(self, goods: Goods, pieces: Doubles) -> Doubles:
        """[N] how many of these would not be thrown away if they came with the next order."""
        more = _met(self.later, pieces) - _met(self.ever, pieces)
        found: Doubles = np.where(goods.life >= goods.shelf.shape[1], 0, more)
        return found if self.mix is None else found + self.mix.at(self.mix.wasted, pieces)

    def _left_lying(self, pieces: Doubles) -> Doubles | float:
        return 0.0 if self.mix is None else self.mix.at(self.mix.missing, pieces)


def _met(asked: Reals, pieces: Doubles) -> Doubles:
    """[N] of so many pieces, how many are asked for, over all ways."""
    found: Doubles = np.minimum(asked, pieces[:, None]).mean(axis=1, dtype=np.float64)
    return found


@dataclass(frozen=True, slots=True)
class Mix:
    """What a delivery changes for older goods, because some shoppers leave them lying: at some of its sizes, GRID and none."""

    rows: npt.NDArray[np.bool_]  # [N] of which goods
    step: Doubles  # [N] pieces from one size to the next
    missing: Doubles  # [N, GRID + 1] pieces sold fewer than if the oldest went first
    wasted: Doubles  # [N, GRID + 1] pieces thrown away more

    def at(self, block: Doubles, pieces: Doubles) -> Doubles:
        """[N] at so many pieces, drawn straight between the sizes."""
        place = np.clip(pieces / self.step, 0, GRID)
        low = np.minimum(place.astype(np.int64), GRID - 1)[:, None]
        below, above = (np.take_along_axis(block, low + more, axis=1)[:, 0] for more in (0, 1))
        return below + (place - low[:, 0]) * (above - below)


def reach(goods: Goods, demand: Reals, rules: Rules) -> Reach:
    """What a new delivery would meet: the demand left over by older goods, day by day in each way.

    Goods that need the same number of days are looked at together, and no day further than they need.
    """
    many, ways, _ = demand.shape
    needed = _days(goods, demand.shape[2], rules)
    soon, ever, later = (np.zeros((many, ways), np.float32) for _ in range(3))
    missing, waste = np.zeros(many, np.float32), np.zeros(many, np.float32)
    mix = _no_mix(goods)
    for days in np.unique(needed):
        rows = np.flatnonzero(needed == days)
        some = few(goods, rows, int(days))
        soon[rows], ever[rows], later[rows], missing[rows], waste[rows] = _reach(
            some, demand[rows, :, : int(days)], rules
        )
        of_these = rows[mix.rows[rows]] if mix is not None else rows[:0]
        if mix is not None and len(of_these):
            met = Reach(soon[of_these], ever[of_these], later[of_these], missing[of_these], waste[of_these])
            some = few(goods, of_these, int(days))
            found = _displaced(some, demand[of_these, :, : int(days)], rules, met)
            mix.step[of_these], mix.missing[of_these], mix.wasted[of_these] = found
    return Reach(soon, ever, later, missing, waste, mix)


def _no_mix(goods: Goods) -> Mix | None:
    """Room for the goods of which some shoppers take the freshest; what keeps is the same whoever takes what."""
    if goods.freshest is None:
        return None
    rows = (goods.freshest > 0) & (goods.life < goods.shelf.shape[1])
    blocks = (np.zeros((len(rows), GRID + 1)) for _ in range(2))
    return Mix(rows, np.ones(len(rows)), *blocks) if rows.any() else None


def _displaced(goods: Goods, demand: Reals, rules: Rules, met: Reach) -> tuple[Doubles, Doubles, Doubles]:
    """The step between sizes of a delivery, and at each what it leaves missing and spoiling beyond selling the oldest first."""
    many, ways, days = demand.shape
    step = np.maximum(np.ceil(met.soon.max(axis=1)), GRID).astype(np.float64) / GRID
    lead = np.broadcast_to(goods.lead.reshape(many, -1), (many, ways))
    day = np.arange(days)
    until = (day >= lead[..., None]) & (day < (lead + _review(goods, rules)[:, None])[..., None])
    missing, wasted = np.zeros((many, GRID + 1)), np.zeros((many, GRID + 1))
    for size in range(1, GRID + 1):
        pieces = step * size
        order = (lead, pieces.astype(np.float32))
        course = roll(goods.shelf, goods.coming, demand, goods.fresh, freshest=goods.freshest, order=order)
        left_out = np.where(until, course.unmet, 0).sum(axis=2).mean(axis=1)
        missing[:, size] = left_out - (met.missing - met.sold(pieces))
        wasted[:, size] = course.wasted.sum(axis=2).mean(axis=1) - met.old_waste - met.wasted(goods, pieces)
    return step, missing, wasted


def _days(goods: Goods, days: int, rules: Rules) -> Whole:
    """[N] days to look at: until the last day of what the next order brings and of what is there; of what keeps, until then."""
    last = goods.lead.reshape(len(goods.pack), -1).max(axis=1)
    keeps = goods.life >= goods.shelf.shape[1]
    review = _review(goods, rules)
    until = last + review + np.where(keeps, 0, goods.life)
    slots = goods.shelf[:, :-1] > 0
    oldest = np.where(slots.any(axis=1), slots.shape[1] - slots[:, ::-1].argmax(axis=1), 0)
    found: Whole = np.minimum(np.maximum(until, oldest), days)
    return found


def few(goods: Goods, rows: Whole, days: int) -> Goods:
    """Some goods, with a shelf of so many days; what lasts longer keeps."""
    shelf = goods.shelf[rows]
    slots = min(days + 1, shelf.shape[1])
    short = np.concatenate([shelf[:, : slots - 1], shelf[:, slots - 1 :].sum(axis=1, keepdims=True)], axis=1)
    return Goods(
        short,
        goods.coming[rows, :days],
        goods.lead[rows],
        goods.life[rows],
        goods.pack[rows],
        goods.price[rows],
        goods.cost[rows],
        None if goods.review is None else goods.review[rows],
        None if goods.freshest is None else goods.freshest[rows],
    )


def _review(goods: Goods, rules: Rules) -> Whole:
    """[N] days from the delivery of an order of now to that of the next one."""
    own = np.zeros(len(goods.pack), np.int64) if goods.review is None else goods.review
    return np.maximum(own, rules.review_days)


def _reach(goods: Goods, demand: Reals, rules: Rules) -> tuple[Reals, Reals, Reals, Reals, Reals]:
    course: Course = roll(goods.shelf, goods.coming, demand, goods.fresh, freshest=goods.freshest)
    day = np.arange(demand.shape[2])
    first = np.broadcast_to(goods.lead.reshape(len(goods.pack), -1, 1), (*demand.shape[:2], 1))
    unmet, began = course.unmet, day >= first
    review, last = _review(goods, rules)[:, None, None], first + goods.life[:, None, None]
    good, next_one = day < last, day < first + review
    return (
        np.where(began & good & next_one, unmet, 0).sum(axis=2),
        np.where(began & good, unmet, 0).sum(axis=2),
        np.where(began & (day < last + review), unmet, 0).sum(axis=2),
        np.where(began & next_one, unmet, 0).sum(axis=2).mean(axis=1),
        course.wasted.sum(axis=2).mean(axis=1),
    )


def worth(
    goods: Goods, met: Reach, rules: Rules, quantity: npt.NDArray[np.floating] | Whole
) -> npt.NDArray[np.float64]:
    """[N] fen that ordering so many pieces now is worth against ordering them next time, or never."""
    pieces = quantity.astype(np.float64)
    sold = met.sold(pieces)
    earns = goods.price - goods.cost + rules.goodwill * goods.price
    lost = rules.waste * goods.cost
    kept = rules.holding * _review(goods, rules) * goods.cost
    over_next = earns * sold - lost * met.spared(goods, pieces)
    over_never = earns * met.ever_sold(pieces) - lost * met.wasted(goods, pieces)
    found: npt.NDArray[np.float64] = np.minimum(over_next, over_never) - kept * (pieces - sold)
    return found


def packs(goods: Goods, met: Reach, rules: Rules, toll: Doubles | float = 0.0, floor: Reals | None = None) -> Whole:
    """[N] the best number of boxes.

    `toll` [N]: fen that a box must earn where money or room is short; below zero where an order must grow.
    `floor` [N]: the share of ways in which nothing may be missing, whatever it earns; 0 for none.
    """
    low, high = np.zeros(len(goods.pack), np.int64), _enough(goods, met)
    while (low < high).any():
        middle = (low + high) // 2
        better = (low < high) & (next_box(goods, met, rules, middle) > toll)
        low, high = np.where(better, middle + 1, low), np.where(better, high, middle)
    if met.mix is not None:
        low = np.where(met.mix.rows, _tried(goods, met, rules, toll), low)
    if floor is None:
        return low
    ways = met.soon.shape[1]
    at = np.clip(np.ceil(floor * ways).astype(np.int64) - 1, 0, ways - 1)
    needed = np.take_along_axis(np.sort(met.soon, axis=1), at[:, None], axis=1)[:, 0]
    least = np.where(floor > 0, np.ceil(needed / goods.pack - 1e-6), 0).astype(np.int64)
    return np.maximum(low, least)


def _tried(goods: Goods, met: Reach, rules: Rules, toll: Doubles | float) -> Whole:
    """[N] the best number of boxes of all, where a further one may be worth more than the one before."""
    enough, best = _enough(goods, met), np.zeros(len(goods.pack), np.int64)
    most = np.zeros(len(goods.pack))
    assert met.mix is not None
    for boxes in range(1, min(int(enough[met.mix.rows].max(initial=0)), MOST_TRIED) + 1):
        value = worth(goods, met, rules, boxes * goods.pack) - boxes * np.asarray(toll)
        better = (value > most) & (boxes <= enough)
        best, most = np.where(better, boxes, best), np.where(better, value, most)
    return best


def next_box(goods: Goods, met: Reach, rules: Rules, boxes: Whole) -> npt.NDArray[np.float64]:
    """[N] what one more box is worth beside so many, fen."""
    more = worth(goods, met, rules, (boxes + 1) * goods.pack)
    found: npt.NDArray[np.float64] = more - worth(goods, met, rules, boxes * goods.pack)
    return found


@dataclass(frozen=True, slots=True)
class Limit:
    """What all boxes together may take: money by what a box costs, a lorry or a store by the room it needs."""

    size: Doubles  # [N] of a box
    most: float


def within(
    goods: Goods, met: Reach, rules: Rules, limit: Limit, toll: Doubles | float = 0.0, floor: Reals | None = None
) -> tuple[Whole, float]:
    """The best boxes that keep to the limit together, and what a unit more would have earned.

    What may not be missing has its boxes first, as long as the limit takes these.
    A box is taken where it earns most for what it takes: the price of a unit is raised until the rest fits, and what is left
    over goes to the best boxes that still fit.
    """
    size = limit.size
    best = packs(goods, met, rules, toll, floor)
    if float(best @ size) <= limit.most:
        return best, 0.0

    def at(price: float) -> Whole:
        return packs(goods, met, rules, toll + price * size, floor)

    if floor is not None and float(at(DEAREST) @ size) > limit.most:
        floor = None
    low, high = 0.0, 1.0
    while float(at(high) @ size) > limit.most and high < DEAREST:
        high *= 4
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if float(at(middle) @ size) > limit.most else (low, middle)
    taken = at(high)
    rest = limit.most - float(taken @ size)
    while True:
        gain = (next_box(goods, met, rules, taken) - toll) / np.maximum(size, 1e-9)
        row = int(np.where((size > 0) & (size <= rest), gain, 0).argmax())
        if gain[row] <= 0 or not 0 < size[row] <= rest:
            return taken, high
        taken[row] += 1
        rest -= float(size[row])


def atleast(goods: Goods, met: Reach, rules: Rules, least: float, floor: Reals | None = None) -> Whole:
    """The best boxes that cost at least `least` fen together, none at all where that is worth more than growing so far."""
    price = goods.cost.astype(np.float64) * goods.pack
    best = packs(goods, met, rules, 0.0, floor)
    if not best.any() or float(best @ price) >= least:
        return best
    low, high = 0.0, 1.0
    while float(packs(goods, met, rules, -high * price, floor) @ price) < least and high < DEAREST:
        high *= 4
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (
            (low, middle)
            if float(packs(goods, met, rules, -middle * price, floor) @ price) >= least
            else (middle, high)
        )
    grown = packs(goods, met, rules, -high * price, floor)
    reaches = float(grown @ price) >= least
    return grown if reaches and float(worth(goods, met, rules, grown * goods.pack).sum()) > 0 else np.zeros_like(best)


def _enough(goods: Goods, met: Reach) -> Whole:
    """[N] boxes that no way can ask for until the next order: beyond them no box can be worth anything."""
    most: Whole = np.ceil(met.soon.max(axis=1) / goods.pack).astype(np.int64)
    found: Whole = np.minimum(most, MOST_PACKS)
    return found
