"""What to do with stock that will not be sold by its last day: push it, or sell it for less: pure.

The shelf of each good is rolled through the ways its days may go, as when goods are ordered, once as things stand and once
for each price that may be asked. Of the stock that lies there the money is spent, so a price is worth

    the cost of what no longer spoils  +  the margin on what is sold more  -  what is given away on what would sell anyway

and the price worth most is proposed. How far sales rise when a price falls is an assumption of the policy until the goods
left alone tell. Below its cost a good goes only near its date: the price law asks for such a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.case import HORIZON, goods_of, ways_of
from linshu.domains.supply.replenish.decide import few
from linshu.domains.supply.replenish.shelf import roll

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.domains.supply.replenish.case import Case
    from linshu.domains.supply.replenish.decide import Goods
    from linshu.domains.supply.replenish.shelf import Reals

SEED = 31
LOOK = 7  # days that are looked at, and after which the outcome is seen
STEPS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)  # of the usual price; the first is a push alone
JIAO = 10  # fen: prices end on it
BLOCK = 1_000  # goods rolled together


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company decided about stock that will spoil."""

    days: int = 5  # what spoils within so many days is looked at; a price stands no longer
    push_lift: float = 0.2  # a push sells so much more; an assumption
    elasticity: float = 1.5  # sales rise as the price falls, to minus this power; an assumption
    deepest: float = 0.5  # the lowest price, of the usual one
    near_floor: float = 0.7  # the lowest price near its date, of the cost; before that never below the cost
    least_unsold: float = 1.0  # pieces
    least: int = 500  # fen a good must gain to be worth the trouble
    most: int = 50  # goods a day


@dataclass(frozen=True, slots=True)
class Good:
    """One good at one warehouse with stock that may spoil."""

    case: Case
    near: bool  # some of what spoils is near its date by the custom of the trade

    @property
    def usual(self) -> int:
        """What a piece sells for, fen."""
        return round(self.case.price)

    def floor(self, rules: Rules) -> int:
        """The lowest price that may be asked, fen."""
        least = self.case.cost * (rules.near_floor if self.near else 1.0)
        return -int(-max(least, rules.deepest * self.case.price) // JIAO) * JIAO


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of each good over the days at one price, means over the ways its days may go."""

    sold: Reals  # [N, LOOK] pieces
    wasted: Reals  # [N, LOOK] pieces past their day


@dataclass(frozen=True, slots=True)
class Offer:
    """A good at a price, and what that means; pieces and fen."""

    good: Good
    price: int
    until: int  # days from today; the last on which it is asked
    unsold: float  # expected to spoil as things stand
    unsold_with: float
    lift: float  # how many times the usual sales are assumed
    worth: int
    given: int  # what is given away on pieces that would sell anyway
    margin: int  # goods margin of the days less what spoils, as things stand: what the outcome is held against

    @property
    def is_push(self) -> bool:
        """Whether the price stays."""
        return self.price >= self.good.usual

    @property
    def below_cost(self) -> bool:
        """Whether it sells for less than it cost."""
        return self.price < self.good.case.cost


def offers(goods: Sequence[Good], rules: Rules) -> tuple[Offer, ...]:
    """The goods worth acting on, each at its best price, the one worth most first."""
    found: list[Offer] = []
    for begin in range(0, len(goods), BLOCK):
        some = goods[begin : begin + BLOCK]
        ladders = [_prices(one, rules) for one in some]
        tried = [
            offers_at(some, [each[min(step, len(each) - 1)] for each in ladders], rules) for step in range(len(STEPS))
        ]
        found += [max(each, key=lambda one: (one.worth, one.price)) for each in zip(*tried, strict=True)]
    worth_it = [one for one in found if one.unsold >= rules.least_unsold and one.worth >= rules.least]
    return tuple(sorted(worth_it, key=lambda one: (-one.worth, one.good.case.sku_id))[: rules.most])


def _prices(good: Good, rules: Rules) -> list[int]:
    """The prices that may be asked, the usual one first."""
    floor = good.floor(rules)
    lower = [int(share * good.usual) // JIAO * JIAO for share in STEPS[1:]]
    return [good.usual, *(one for one in lower if floor <= one < good.usual)]


def offers_at(goods: Sequence[Good], prices: Sequence[int], rules: Rules) -> list[Offer]:
    """The goods at given prices, against leaving them alone."""
    cases = [one.case for one in goods]
    shelf = few(goods_of(cases, 1)[0], np.arange(len(cases)), LOOK)
    demand = np.concatenate([_ways(one) for one in cases])
    alone = _course(shelf, demand)
    until = _last_days(alone, rules)
    lift = np.array([lift_of(one, price, rules) for one, price in zip(goods, prices, strict=True)], np.float32)
    stands = np.arange(LOOK) <= until[:, None]
    acted = _course(shelf, _lifted(cases, demand, np.where(stands, lift[:, None], 1).astype(np.float32)))
    usual, cost = (np.array([getattr(one, name) for one in cases]) for name in ("price", "cost"))
    lower = np.where(np.asarray(prices) < np.rint(usual), prices, usual)  # a push asks what is asked now
    asked = np.where(stands, lower[:, None], usual[:, None])
    margin = ((usual - cost)[:, None] * alone.sold - cost[:, None] * alone.wasted).sum(axis=1)
    after = ((asked - cost[:, None]) * acted.sold - cost[:, None] * acted.wasted).sum(axis=1)
    given = ((usual[:, None] - asked) * alone.sold).sum(axis=1)
    within = np.arange(LOOK) < rules.days
    before, then = ((one.wasted * within).sum(axis=1) for one in (alone, acted))
    return [
        Offer(
            one, int(prices[row]), int(until[row]), float(before[row]), float(then[row]), float(lift[row]),
            round(after[row] - margin[row]) if before[row] > 0 else 0, round(given[row]), round(margin[row]),
        )
        for row, one in enumerate(goods)
    ]  # fmt: skip


def lift_of(good: Good, price: int, rules: Rules) -> float:
    """How many times the usual sales are assumed at a price that groups are told of."""
    share = min(price, good.usual) / max(good.usual, 1)
    return float((1 + rules.push_lift) * max(share, 0.01) ** -rules.elasticity)


def _course(goods: Goods, demand: Reals) -> Course:
    course = roll(goods.shelf, goods.coming, demand, goods.fresh)
    return Course((demand - course.unmet).mean(axis=1), course.wasted.mean(axis=1))


def _ways(case: Case) -> Reals:
    """[1, WAYS, LOOK] the ways of one good alone: whatever others are looked at, it is proposed again as it was."""
    return ways_of([case], SEED)[1][:, :, :LOOK]


def _last_days(alone: Course, rules: Rules) -> Reals:
    """[N] the last day on which anything spoils within the days looked at; a price need not stand longer."""
    spoils = alone.wasted[:, : rules.days] > 0
    found: Reals = np.where(spoils.any(axis=1), spoils.shape[1] - 1 - spoils[:, ::-1].argmax(axis=1), 0)
    return found


def _lifted(cases: Sequence[Case], demand: Reals, lift: Reals) -> Reals:
    """Demand with what is not ordered yet multiplied; what is ordered already does not rise."""
    sure = np.zeros((len(cases), LOOK), np.float32)
    for row, one in enumerate(cases):
        told = one.sure[:LOOK]
        sure[row, : len(told)] = told
    known = np.minimum(sure[:, None, :], demand)
    lifted: Reals = known + (demand - known) * lift[:, None, :]
    return lifted


def may_spoil(case: Case, rules: Rules) -> bool:
    """Whether anything that lies there is past its day so soon; the many goods that keep are not looked at closer."""
    return case.mode == "stocked" and any(days < min(rules.days, HORIZON) and pieces > 0 for days, pieces in case.shelf)
