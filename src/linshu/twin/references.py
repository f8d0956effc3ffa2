"""The prices struck out beside the day's specials: honest ones were truly paid in the week before, a few are invented."""

from __future__ import annotations

import numpy as np

from linshu.twin.goods import Goods
from linshu.twin.market import SPECIALS, Market
from linshu.twin.rows import NEVER, Ints
from linshu.twin.seasons import hashed
from linshu.twin.selling import Basket
from linshu.twin.today import Today, Trade

INVENTED, INFLATED = 0.012, 1.3  # share of specials whose struck-out price is invented, and how far above list it lies


def strike(today: Today, market: Market) -> Ints:
    """The price struck out beside each listing, cities x listings; its own price where nothing is struck out."""
    state, goods, place = today.state, today.world.goods, _place(market, today.world.goods)
    special = market.deal.copy()
    special[:, -SPECIALS:] = False
    lowest = state.lowest_paid.min(axis=0)[place]
    paid = np.where(state.struck[place] > 0, state.struck[place], np.where(lowest < NEVER, lowest, 0))
    turn = hashed(today.world.config.seed, 91, place * 100_000 + today.day.number)
    invented = special & (paid > 0) & (turn < INVENTED)
    high = np.ceil(goods.list_fen[market.sku] * INFLATED / 10).astype(np.int64) * 10
    shown = np.where(invented, high, np.where(special & (paid > market.price), paid, market.price))
    going_on = shown > market.price
    state.struck[:] = 0
    state.struck[place[going_on]] = paid[going_on]
    city, column = np.nonzero(invented)
    today.note("false_reference", {"city": city, "sku": market.sku[city, column]})
    return np.asarray(shown)


def remember(today: Today, market: Market, basket: Basket, trade: Trade) -> None:
    """Keeps at which price each SKU was paid for today; what only newcomers may pay is nobody's usual price."""
    line = (trade.paid_at != NEVER)[basket.line_order]
    cell = trade.city[basket.line_order[line]] * market.width + basket.line_column[line]
    paid = (np.bincount(cell, minlength=market.sku.size) > 0).reshape(market.sku.shape)
    paid[:, -SPECIALS:] = False
    kept = _forget(today)
    kept[_place(market, today.world.goods)[paid]] = market.price[paid]


def rest(today: Today) -> None:
    """A day without trade: nothing is paid, and no special goes on."""
    _forget(today)
    today.state.struck[:] = 0


def _forget(today: Today) -> Ints:
    """The day's place in the memory of a week, emptied."""
    kept: Ints = today.state.lowest_paid[today.day.number % len(today.state.lowest_paid)]
    kept[:] = NEVER
    return kept


def _place(market: Market, goods: Goods) -> Ints:
    return np.arange(market.cities)[:, None] * goods.count + market.sku
