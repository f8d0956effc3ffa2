"""What is on sale on a day in each city: the listed SKUs, their prices, quotas and deals, and how buyers are drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin.catalogue import SHELVES
from linshu.twin.config import Config
from linshu.twin.goods import Goods
from linshu.twin.rows import NONE, Ints
from linshu.twin.seasons import Day, Weather, hashed
from linshu.twin.stock import BUY_TO_ORDER, DROPSHIP, PREPARED, STOCKED, Stock

Floats = NDArray[np.float64]
SPECIALS = 2  # listings for new members only, at the end of each city's list
DEALS, PROMO_DEALS = 7, 20
HOT = ("C102", "C204")  # what heat sells
COLD = ("C107", "C104")  # what cold sells
BULKY = ("C301", "C202", "C302")  # what promotions sell


MISJUDGED = 0.14  # share of listings that hardly anybody wants
NEXT_TO_NOTHING = 0.0006


@dataclass(frozen=True)
class Market:
    """The day's listings, cities x listings: the last SPECIALS columns are for new members only."""

    sku: Ints
    price: Ints
    quota: Ints
    limit: Ints
    deal: NDArray[np.bool_]
    struck: Ints  # the price struck out beside it; its own price where nothing is
    weight: Floats  # cities x tastes x listings: how likely a line is this listing
    listed: Ints  # city x SKU, flat: the listing's column + 1, or 0
    substitute: Ints  # cities x listings: the column of what people take instead, or NONE

    @property
    def cities(self) -> int:
        """How many cities are served."""
        return len(self.sku)

    @property
    def width(self) -> int:
        """How many listings a city has."""
        return int(self.sku.shape[1])


def assort(config: Config, goods: Goods, day: Day) -> Ints:
    """Which SKUs each city lists today: the strong ones always, the others by turns, none retired or not yet launched."""
    cities, size = config.size.cities, config.size
    on_sale = (goods.launched <= day.number) & (goods.retired > day.number)
    strength = np.log(goods.appeal + 1e-9)
    lists = []
    for city in range(cities):
        turn = hashed(config.seed, 100 + city, np.arange(goods.count) * 1000 + day.number // 4)
        score = np.where(on_sale, strength + 1.9 * turn, -99.0)
        lists.append(np.argsort(-score, kind="stable")[: min(size.listed, int(on_sale.sum()))])
    return np.array(lists)


def prices(config: Config, goods: Goods, day: Day) -> tuple[Floats, Floats]:
    """Today's usual sale price and purchase cost of every SKU: fresh goods follow the market, others hold still."""
    fresh = goods.shelf_days <= 15
    week = day.number // 7
    turn = hashed(config.seed, 55, np.arange(goods.count) * 5000 + week) - 0.5
    market = 1.0 + np.where(fresh, 0.22, 0.02) * turn
    return goods.list_fen * (0.93 + 0.55 * (market - 1.0)), goods.cost_fen * market


def set_up(config: Config, goods: Goods, day: Day, weathers: list[Weather]) -> Market:
    """The listings of a day with prices, quotas and the pull of each on each kind of household."""
    rng = config.rng(day.number, 1)
    sku = assort(config, goods, day)
    usual = prices(config, goods, day)[0][sku]
    deals = _deals(rng, goods, sku, PROMO_DEALS if day.promotion else DEALS)
    cut = np.where(deals, rng.uniform(0.74, 0.91, sku.shape), np.where(day.promotion != "", 0.94, 1.0))
    price = np.maximum(np.round(usual * cut / 10).astype(np.int64) * 10 - 1, 49)
    weight = _weights(goods, sku, price, deals, weathers, day) * _misjudged(config, sku, day)[:, None, :]
    sku, price, weight, deals = _with_specials(rng, goods, (sku, price, weight, deals))
    listed = np.zeros(len(sku) * goods.count, dtype=np.int64)
    flat = np.arange(len(sku))[:, None] * goods.count + sku
    listed[flat[:, :-SPECIALS]] = np.arange(1, sku.shape[1] - SPECIALS + 1)
    limit = np.where(deals, 3, 0)
    limit[:, -SPECIALS:] = 1
    return Market(sku, price, np.zeros_like(sku), limit, deals, price, weight, listed, _substitutes(goods, sku))


def _substitutes(goods: Goods, sku: Ints) -> Ints:
    """For each listing the listed SKU of its category whose price is next: what people take instead."""
    found = np.full(sku.shape, NONE)
    for city, skus in enumerate(sku[:, :-SPECIALS]):
        order = np.lexsort((goods.list_fen[skus], goods.shelf[skus]))
        shelf = goods.shelf[skus[order]]
        alike = shelf[1:] == shelf[:-1]
        found[city, order[1:][alike]] = order[:-1][alike]
        found[city, order[:-1][alike]] = order[1:][alike]
    return found


def _deals(rng: np.random.Generator, goods: Goods, sku: Ints, count: int) -> NDArray[np.bool_]:
    """The day's specials (秒杀): strong SKUs by preference, never combos' weak tail."""
    liking = goods.appeal[sku] ** 0.5 * rng.gumbel(3.0, 1.0, sku.shape)
    return liking >= np.sort(liking, axis=1)[:, -count][:, None]


def _misjudged(config: Config, sku: Ints, day: Day) -> Floats:
    """What the buyers got wrong: for some days a listing meets next to no demand, so that sell-through is not perfect."""
    turn = hashed(config.seed, 77, sku * 1000 + day.number // 4)
    return np.where(turn < MISJUDGED, NEXT_TO_NOTHING, 1.0)


def _weights(
    goods: Goods, sku: Ints, price: Ints, deals: NDArray[np.bool_], weathers: list[Weather], day: Day
) -> Floats:
    base = goods.appeal[sku] * (price / goods.list_fen[sku]) ** -goods.elasticity[sku] * np.where(deals, 1.35, 1.0)
    codes = np.array([shelf.code for shelf in SHELVES])[goods.shelf[sku]]
    for city, weather in enumerate(weathers):
        base[city] *= 1.0 + np.where(np.isin(codes[city], HOT), 0.035 * max(weather.temperature - 22, 0), 0.0)
        base[city] *= 1.0 + np.where(np.isin(codes[city], COLD), 0.05 * max(12 - weather.temperature, 0), 0.0)
    base *= np.where(np.isin(codes, BULKY), day.promo_factor**1.5, 1.0)
    return base[:, None, :] * goods.taste[:, sku].transpose(1, 0, 2)


def _with_specials(
    rng: np.random.Generator, goods: Goods, lists: tuple[Ints, Ints, Floats, NDArray[np.bool_]]
) -> tuple[Ints, Ints, Floats, NDArray[np.bool_]]:
    """Adds what new members may buy once, far below cost: popular, everyday goods of modest price."""
    sku, price, weight, deals = lists
    modest = np.where((goods.list_fen[sku] > 300) & (goods.list_fen[sku] < 1300), goods.appeal[sku], 0.0)
    picked = np.argsort(-modest * rng.uniform(0.5, 1.0, modest.shape), axis=1)[:, :SPECIALS]
    extra = np.take_along_axis(sku, picked, axis=1)
    cheap = np.maximum(np.take_along_axis(price, picked, axis=1) // 4 // 10 * 10 + 9, 99)
    none = np.zeros((*weight.shape[:2], SPECIALS))
    return (
        np.concatenate([sku, extra], axis=1), np.concatenate([price, cheap], axis=1),
        np.concatenate([weight, none], axis=2), np.concatenate([deals, np.zeros_like(extra, dtype=bool)], axis=1),
    )  # fmt: skip


def quotas(market: Market, goods: Goods, stock: Stock, bought: Ints, rng: np.random.Generator, factor: Floats) -> Ints:
    """How many pieces each listing may sell: what is there, what was bought ahead, or what the supplier can still bring."""
    flat = np.arange(market.cities)[:, None] * goods.count + market.sku
    mode = goods.mode[market.sku]
    there = (stock.on_hand + bought)[flat]
    guess = stock.pace[flat] * factor[flat]
    open_end = np.ceil(guess * rng.uniform(1.6, 4.0, flat.shape) + 12)
    quota = np.select(
        [mode == STOCKED, mode == PREPARED, mode == BUY_TO_ORDER, mode == DROPSHIP], [there, there, open_end, open_end]
    )
    deal = np.maximum(np.ceil(guess * rng.uniform(1.2, 2.6, flat.shape)), 5)
    quota = np.where(market.deal, np.minimum(quota, deal), quota)
    quota[:, -SPECIALS:] = np.minimum(quota[:, -SPECIALS:], 400)
    return np.asarray(quota.astype(np.int64))


def cumulative(weight: Floats) -> Floats:
    """Flat cumulative shares for drawing: row r occupies (r, r + 1]."""
    rows = weight.reshape(-1, weight.shape[-1])
    shares = np.cumsum(rows, axis=1) / rows.sum(axis=1, keepdims=True)
    return np.asarray((shares + np.arange(len(rows))[:, None]).ravel())


def draw(cumulated: Floats, width: int, row: Ints, rng: np.random.Generator) -> Ints:
    """A listing for every line, drawn from the shares of its row (city x taste)."""
    found = np.searchsorted(cumulated, row + rng.random(len(row)) * (1 - 1e-9), side="right")
    return np.asarray(np.minimum(found - row * width, width - 1))
