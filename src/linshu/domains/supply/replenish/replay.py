"""Days lived again under a rule of ordering: what it sells, misses, throws away and earns. Pure, chance is an argument.

Demand is given, day by day; a rule sees only what it would have seen, its own sales and the hours in which it had stock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from linshu.domains.supply.replenish.shelf import age, mixed

if TYPE_CHECKING:
    import numpy.typing as npt

    from linshu.domains.supply.replenish.shelf import Codes, Reals


@dataclass(frozen=True, slots=True)
class Setting:
    """N goods at warehouses, and what holds for them all the time."""

    price: Reals  # [N] fen a piece
    cost: Reals  # [N] fen a piece
    life: Codes  # [N] days a piece can be sold, from the morning it arrives
    pack: Codes  # [N] pieces in a box
    lead: int | Codes = 1  # or [N]; ordered in the evening of day t, there on the morning of t + 1 + lead
    goodwill: float = 0.15  # of the price, for each piece missing
    holding: float = 0.002  # of the cost, a day
    freshest: float | Reals = 0.0  # or [N]; share of shoppers who take the freshest

    @property
    def slots(self) -> int:
        """Slots of the shelf: a day each, and one for what keeps, which nothing here does."""
        return int(self.life.max()) + 1

    def some(self, rows: npt.NDArray[np.bool_]) -> Setting:
        """Only these goods."""
        lead = self.lead if isinstance(self.lead, int) else self.lead[rows]
        freshest = self.freshest if isinstance(self.freshest, float) else self.freshest[rows]
        return Setting(
            self.price[rows], self.cost[rows], self.life[rows], self.pack[rows],
            lead, self.goodwill, self.holding, freshest,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evening:
    """What a rule sees when it orders: nothing of the days to come."""

    day: int
    shelf: Reals  # [N, A] pieces by days left
    coming: Reals  # [N, longest lead] what arrives tomorrow, the day after, ...
    sold: Reals  # [N, day + 1] its own sales of the replayed days
    exposure: Reals  # [N, day + 1] share of each day's demand that came while there was stock


class Ordering(Protocol):
    """A rule: whole pieces to order of each of the N goods."""

    def __call__(self, evening: Evening) -> npt.NDArray[np.floating]:
        """Called every evening."""


@dataclass(frozen=True, slots=True)
class Lived:
    """[N, T] of each replayed day, pieces."""

    sold: Reals
    missed: Reals
    wasted: Reals
    left: Reals  # in the evening, after what is past its day was thrown away

    def since(self, day: int) -> Lived:
        """Without the first days, in which the rule found its feet."""
        return Lived(self.sold[:, day:], self.missed[:, day:], self.wasted[:, day:], self.left[:, day:])


@dataclass(frozen=True, slots=True)
class Score:
    """Of all goods together."""

    profit: float  # fen: margin of what was sold, less waste, holding and the goodwill of what was missing
    fill: float  # share of what was asked for that was sold
    waste: float  # share of what left the shelf that was thrown away
    turnover: float  # days: mean stock at cost over the cost of a day's sales
    stock: float  # fen: mean stock at cost


def replay(setting: Setting, demand: Reals, ordering: Ordering, seed: int = 0) -> Lived:
    """Lives the days of `demand` [N, T], whole pieces, from empty shelves."""
    many, days = demand.shape
    chance = np.random.default_rng(seed)
    shelf = np.zeros((many, setting.slots), np.float32)
    lead = np.broadcast_to(np.asarray(setting.lead), (many,))
    longest = int(lead.max(initial=0))
    coming = np.zeros((many, longest + 1), np.float32)
    lived = Lived(*(np.zeros((many, days), np.float32) for _ in range(4)))
    exposure = np.ones((many, days), np.float32)
    rows, fresh = np.arange(many), setting.life - 1
    for day in range(days):
        shelf[rows, fresh] += coming[:, 0]
        wanted, there = demand[:, day], shelf.sum(axis=1)
        taken = mixed(shelf, wanted, setting.freshest)
        lived.sold[:, day] = taken.sum(axis=1)
        lived.missed[:, day] = wanted - lived.sold[:, day]
        exposure[:, day] = _open_share(there, wanted, chance)
        shelf, lived.wasted[:, day] = age(shelf - taken)
        lived.left[:, day] = shelf.sum(axis=1)
        coming = np.concatenate([coming[:, 1:], np.zeros((many, 1), np.float32)], axis=1)
        seen = Evening(day, shelf, coming[:, :longest], lived.sold[:, : day + 1], exposure[:, : day + 1])
        coming[rows, lead] += ordering(seen)
    return lived


def _open_share(there: Reals, wanted: Reals, chance: np.random.Generator) -> Reals:
    """When the last piece went: of so many customers spread over the day, the moment the piece after the last is asked for."""
    short = wanted > there
    found = chance.beta(np.where(short, there + 1, 1), np.where(short, np.maximum(wanted - there, 1), 1))
    return np.where(short, found, 1).astype(np.float32)


def earned(setting: Setting, lived: Lived) -> npt.NDArray[np.float64]:
    """[N, T] fen of each good on each day."""
    price, cost = (one.astype(np.float64)[:, None] for one in (setting.price, setting.cost))
    found: npt.NDArray[np.float64] = (
        (price - cost) * lived.sold - cost * lived.wasted
        - setting.holding * cost * lived.left - setting.goodwill * price * lived.missed
    )  # fmt: skip
    return found


def profit(setting: Setting, lived: Lived) -> npt.NDArray[np.float64]:
    """[N] fen over the days."""
    found: npt.NDArray[np.float64] = earned(setting, lived).sum(axis=1)
    return found


def score(setting: Setting, lived: Lived) -> Score:
    """All goods together; shares are of pieces, turnover of money."""
    sold, missed, wasted = (float(one.sum(dtype=np.float64)) for one in (lived.sold, lived.missed, lived.wasted))
    stock = float((lived.left.mean(axis=1, dtype=np.float64) * setting.cost).sum())
    out = float((lived.sold.mean(axis=1, dtype=np.float64) * setting.cost).sum())
    return Score(
        float(profit(setting, lived).sum()),
        sold / max(sold + missed, 1e-9),
        wasted / max(sold + wasted, 1e-9),
        stock / max(out, 1e-9),
        stock,
    )
