"""The central warehouses' stock as lots: receipts short or late, first in first out, expiry, spoilt lots, counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin.goods import MODES, Goods
from linshu.twin.rows import NONE, Ints

Floats = NDArray[np.float64]
STOCKED, PREPARED, BUY_TO_ORDER, DROPSHIP = range(len(MODES))
LOTS = 6  # lots of one SKU in one warehouse that are kept apart
LEAD = 3  # days from ordering stocked goods to their arrival
COVER = 6  # days of sales a replenishment aims at
BAD_LOT = 0.03  # chance that a lot of fresh goods is bad through and through
FRESH_DAYS = 15


@dataclass
class Stock:
    """Stock by city and SKU (one flat index, city x SKUs + SKU) and lot slot; lot NONE is an empty slot."""

    qty: Ints
    lot: Ints
    expires: Ints
    cost: Ints
    rot: Floats
    coming: Ints  # LEAD x (city x SKU): what arrives in 1, 2, 3 days
    pace: Floats  # smoothed daily sales as the company saw them

    @property
    def on_hand(self) -> Ints:
        """Sellable pieces by city and SKU."""
        return np.asarray(self.qty.sum(axis=1))


@dataclass(frozen=True)
class Receipts:
    """Goods that came in: city x SKU, what was ordered, what came, and the lot they became."""

    place: Ints
    ordered: Ints
    received: Ints
    lot: Ints
    expires: Ints
    cost: Ints
    rot: Floats
    late: NDArray[np.bool_]


@dataclass(frozen=True)
class Issue:
    """Pieces taken out of lots: for sale, or lost."""

    place: Ints
    lot: Ints
    qty: Ints
    cost: Ints
    rot: Floats


def opening(goods: Goods, cities: int, pace: Floats) -> Stock:
    """An empty store with the pace of sales the company expects."""
    places = cities * goods.count
    return Stock(
        qty=np.zeros((places, LOTS), dtype=np.int64), lot=np.full((places, LOTS), NONE),
        expires=np.zeros((places, LOTS), dtype=np.int64), cost=np.zeros((places, LOTS), dtype=np.int64),
        rot=np.zeros((places, LOTS)), coming=np.zeros((LEAD, places), dtype=np.int64), pace=pace.copy(),
    )  # fmt: skip


def receive(stock: Stock, goods: Goods, rng: np.random.Generator, day: int, ordered: Ints) -> Receipts:
    """Takes in what was ordered (city x SKU), less what suppliers keep back; every receipt is a lot of its own."""
    place = np.flatnonzero(ordered)
    sku = place % goods.count
    supplier = goods.supplier[sku]
    short = rng.random(len(place)) < goods.supplier_short[supplier]
    late = rng.random(len(place)) < goods.supplier_late[supplier]
    share = np.where(short, rng.uniform(0.6, 0.97, len(place)), 1.0) * np.where(
        late, rng.uniform(0.3, 0.85, len(place)), 1.0
    )
    received = np.ceil(ordered[place] * share).astype(np.int64)
    fresh = goods.shelf_days[sku] <= FRESH_DAYS
    bad = fresh & (rng.random(len(place)) < BAD_LOT)
    rot = np.where(bad, rng.uniform(0.06, 0.24, len(place)), goods.rot[sku] * rng.gamma(2.0, 0.5, len(place)))
    receipts = Receipts(
        place=place, ordered=ordered[place], received=received, lot=day * len(ordered) + place,
        expires=day + goods.shelf_days[sku], cost=goods.cost_fen[sku], rot=rot, late=late,
    )  # fmt: skip
    _shelve(stock, receipts)
    return receipts


def _shelve(stock: Stock, receipts: Receipts) -> None:
    """Puts each lot behind the older ones; the two oldest merge when the shelf is full."""
    place = receipts.place
    full = stock.qty[place, 0] > 0
    merged = place[full]
    stock.qty[merged, 1] += stock.qty[merged, 0]
    for field in (stock.qty, stock.lot, stock.expires, stock.cost, stock.rot):
        field[place, :-1] = field[place, 1:]
    stock.qty[place, -1], stock.lot[place, -1] = receipts.received, receipts.lot
    stock.expires[place, -1], stock.cost[place, -1], stock.rot[place, -1] = (
        receipts.expires,
        receipts.cost,
        receipts.rot,
    )


def issue(stock: Stock, wanted: Ints) -> tuple[Issue, Ints]:
    """Takes out the wanted pieces, oldest lot first; also says how many pieces were missing, by city and SKU."""
    before = np.cumsum(stock.qty, axis=1) - stock.qty
    taken = np.clip(wanted[:, None] - before, 0, stock.qty)
    stock.qty -= taken
    return _issued(stock, taken), wanted - taken.sum(axis=1)


def expire(stock: Stock, day: int) -> Issue:
    """Throws away what is past its day."""
    taken = np.where(stock.expires <= day, stock.qty, 0)
    stock.qty -= taken
    return _issued(stock, taken)


def miscount(stock: Stock, rng: np.random.Generator) -> Issue:
    """A few pieces a day that nobody can find: the stock count's shrinkage."""
    taken = np.zeros_like(stock.qty)
    some = np.flatnonzero((stock.qty[:, -1] > 8) & (rng.random(len(stock.qty)) < 0.015))
    taken[some, -1] = rng.integers(1, 4, len(some))
    stock.qty -= taken
    return _issued(stock, taken)


def _issued(stock: Stock, taken: Ints) -> Issue:
    place, slot = np.nonzero(taken)
    return Issue(place, stock.lot[place, slot], taken[place, slot], stock.cost[place, slot], stock.rot[place, slot])


def replenish(stock: Stock, goods: Goods, rng: np.random.Generator, restart: float) -> Ints:
    """What the buyer orders of stocked goods today: up to some days of cover, in whole cases, by a rough forecast."""
    cities = len(stock.pace) // goods.count
    stocked = np.tile(goods.mode == STOCKED, cities)
    guess = stock.pace * np.exp(rng.normal(0, 0.22, len(stock.pace))) * restart
    position = stock.on_hand + stock.coming.sum(axis=0)
    wanted = np.where(position < guess * (LEAD + 1.5), guess * (LEAD + COVER) - position, 0)
    pack = np.tile(goods.pack, cities)
    return np.where(stocked, np.ceil(np.maximum(wanted, 0) / pack) * pack, 0).astype(np.int64)


def prepare(stock: Stock, goods: Goods, rng: np.random.Generator, listed: Ints, factor: Floats) -> Ints:
    """What is bought ahead for the coming delivery of prepared goods, on a forecast that is sometimes too low."""
    cities = len(stock.pace) // goods.count
    prepared = np.tile(goods.mode == PREPARED, cities) & (listed > 0)
    guess = stock.pace * factor * np.exp(rng.normal(0.10, 0.20, len(stock.pace)))
    return np.where(prepared, np.maximum(np.ceil(guess + 1 - stock.on_hand), 0), 0).astype(np.int64)


def learn(stock: Stock, sold: Ints, listed: Ints, factor: Floats) -> None:
    """Moves the company's idea of a day's sales towards what it just saw, cleaned of the day's own factor."""
    seen = listed > 0
    stock.pace[seen] += 0.15 * (sold[seen] / np.maximum(factor[seen], 0.2) - stock.pace[seen])
