"""One good at one warehouse on the morning an order is made: every number the rule reads, nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from linshu.domains.supply.replenish.decide import Goods
from linshu.domains.supply.replenish.scenarios import WAYS, draw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.domains.supply.replenish.shelf import Reals

Mode = Literal["stocked", "presale"]
HORIZON = 21  # days looked ahead; beyond the forecast its last week goes on
WEEK = 7
KEEPS = 10_000  # days of life of goods without a date
LONG = 15  # days: goods with a longer life keep


@dataclass(frozen=True, slots=True)
class Case:
    """One good at one warehouse. Day 0 is today; pieces are base units, money is fen a piece."""

    sku_id: str
    sku: str
    warehouse_id: str
    warehouse: str
    supplier_id: str
    supplier: str
    mode: Mode
    shelf: tuple[tuple[int, int], ...]  # (days it can still be sold after today, pieces)
    coming: tuple[tuple[int, int], ...]  # (day it arrives in the morning, pieces), late ones today
    mean: tuple[float, ...]  # expected demand of today, tomorrow, ..., orders already placed for them included
    width: float  # variance of what is not placed yet = mean + width x mean squared
    lead: tuple[int, ...]  # days deliveries took lately, one for each; sorted
    life: int  # days it can be sold from the morning it arrives, as lots lately came, else as agreed; KEEPS without a date
    pack: int
    price: float
    cost: float
    confirmed: int = 0  # pre-sale: sold already of what leaves today, not bought yet
    gone: float = 0.0  # pre-sale: the part of a usual day's sales that came before now
    usual: float = 0.0  # pieces a day, mean of the last 14 days
    rank: str = "C"  # of its sales: A, B or C
    volume_cm3: int = 0
    sure: tuple[int, ...] = ()  # of `mean`, what is ordered already: it comes whatever happens
    wait: int = 0  # days until the supplier takes an order; its `lead` counts from today all the same
    review: int = 0  # days from that delivery to the next one, as the supplier's days have it; 0 = as the policy has it
    kinds: tuple[str, ...] = ()  # its category and the top one, by name

    @property
    def is_staple(self) -> bool:
        """Of class A and lasting: what a policy may want never missing."""
        return self.rank == "A" and self.life > LONG

    @property
    def on_hand(self) -> int:
        """Pieces that can be sold."""
        return sum(pieces for _, pieces in self.shelf)

    @property
    def on_way(self) -> int:
        """Pieces that were ordered and have not come."""
        return sum(pieces for _, pieces in self.coming)

    @property
    def usual_lead(self) -> int:
        """Days a delivery takes, the middle of what was seen."""
        return self.lead[len(self.lead) // 2] if self.lead else 1

    @property
    def to_come(self) -> float:
        """Pre-sale: expected pieces still to be sold before the cut-off."""
        return max(0.0, ((self.mean[0] if self.mean else self.usual) - sum(self.sure[:1])) * (1 - self.gone))

    @property
    def ahead(self) -> tuple[float, ...]:
        """[HORIZON] expected demand, the last known week going on."""
        known = self.mean[:HORIZON]
        if not known:
            return (self.usual,) * HORIZON
        week = known[-WEEK:]
        return known + tuple(week[number % len(week)] for number in range(HORIZON - len(known)))

    def told(self) -> dict[str, Any]:
        """As it is frozen."""
        return asdict(self)


def untold(kept: Mapping[str, Any]) -> Case:
    """A case as it was frozen."""
    whole = dict(kept)
    for name in ("shelf", "coming"):
        whole[name] = tuple((int(day), int(pieces)) for day, pieces in whole[name])
    for name in ("mean", "lead", "sure", "kinds"):
        whole[name] = tuple(whole.get(name, ()))
    return Case(**whole)


def goods_of(cases: Sequence[Case], ways: int) -> tuple[Goods, Reals]:
    """The cases as blocks, and their expected demand [N, HORIZON]; each delivery time stands in its share of the ways."""
    shelf = np.zeros((len(cases), HORIZON + 1), np.float32)
    coming = np.zeros((len(cases), HORIZON), np.float32)
    lead = np.ones((len(cases), ways), np.int64)
    for row, one in enumerate(cases):
        for days, pieces in one.shelf:
            shelf[row, min(days, HORIZON)] += pieces
        for day, pieces in one.coming:
            coming[row, min(max(day, 0), HORIZON - 1)] += pieces
        if one.lead:
            lead[row] = np.asarray(one.lead)[np.arange(ways) * len(one.lead) // ways]

    def column(name: str, kind: type[np.generic]) -> Any:
        return np.array([getattr(one, name) for one in cases], kind)

    goods = Goods(
        shelf, coming, lead, column("life", np.int64), column("pack", np.int64),
        column("price", np.float32), column("cost", np.float32), column("review", np.int64),
    )  # fmt: skip
    return goods, np.array([one.ahead for one in cases], np.float32).reshape(len(cases), HORIZON)


def ways_of(cases: Sequence[Case], seed: int) -> tuple[Goods, Reals]:
    """The cases as blocks, and the ways their days may go [N, WAYS, HORIZON]: what is ordered already comes in all of them."""
    goods, mean = goods_of(cases, WAYS)
    sure = np.zeros_like(mean)
    for row, one in enumerate(cases):
        told = one.sure[:HORIZON]
        sure[row, : len(told)] = np.minimum(told, mean[row, : len(told)])
    width = np.array([one.width for one in cases], np.float32)
    return goods, draw(mean - sure, width, seed) + sure[:, None, :]
