"""Turns wishes into orders: listings sell out in order of time, buyers switch or give up, amounts add up to the fen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin.market import Market
from linshu.twin.rows import NEVER, Ints
from linshu.twin.split import allocate

SWITCH = 0.45  # buyers who take the substitute when their wish is sold out


@dataclass(frozen=True)
class Wish:
    """The day's intended orders and their lines, in order of time."""

    member: Ints
    group: Ints
    time: Ints
    line_order: Ints  # index of the order each line belongs to
    line_column: Ints  # listing column in the city of the order
    line_qty: Ints


@dataclass(frozen=True)
class Basket:
    """Orders and lines that could be served, and what was wanted but not served."""

    member: Ints
    group: Ints
    time: Ints
    line_order: Ints
    line_column: Ints
    line_sku: Ints
    line_qty: Ints
    sold_out: Ints  # cities x listings: the instant the quota was used up, or NEVER
    wanted: Ints  # cities x listings: pieces buyers came for
    sold: Ints  # cities x listings

    @property
    def line_no(self) -> Ints:
        """The number of each line within its order, from 1."""
        return np.arange(len(self.line_order)) - np.searchsorted(self.line_order, self.line_order) + 1

    @property
    def orders(self) -> int:
        """How many orders there are."""
        return len(self.member)


def sell(market: Market, wish: Wish, city: Ints, rng: np.random.Generator) -> Basket:
    """First come, first served until each quota is used up."""
    width = market.width
    shape = market.sku.shape
    cell = city[wish.line_order] * width + wish.line_column
    wanted = np.bincount(cell, weights=wish.line_qty, minlength=market.sku.size).astype(np.int64)
    served = _serve(cell, wish.line_qty, market.quota.ravel())
    lost = np.flatnonzero(~served)
    switch = market.substitute[city[wish.line_order[lost]], wish.line_column[lost]]
    takes = (switch >= 0) & (rng.random(len(lost)) < SWITCH)
    column = wish.line_column.copy()
    column[lost[takes]] = switch[takes]
    again = served.copy()
    again[lost[takes]] = True
    kept = np.flatnonzero(again)
    cell = city[wish.line_order[kept]] * width + column[kept]
    final = kept[_serve(cell, wish.line_qty[kept], market.quota.ravel())]
    return _compact(wish, (final, column), city, shape, wanted, market)


def _serve(cell: Ints, qty: Ints, quota: Ints) -> NDArray[np.bool_]:
    """Which lines fit their quota, taking lines of each listing in the order given."""
    order = np.argsort(cell, kind="stable")
    taken = np.cumsum(qty[order])
    first = np.searchsorted(cell[order], cell[order])
    before = np.where(first > 0, taken[first - 1], 0) if len(cell) else taken
    fits = np.empty(len(cell), dtype=bool)
    fits[order] = taken - before <= quota[cell[order]]
    return fits


def _compact(
    wish: Wish, lines: tuple[Ints, Ints], city: Ints, shape: tuple[int, ...], wanted: Ints, market: Market
) -> Basket:
    """Renumbers orders that kept at least one line, joins lines that became equal, and notes what sold out when."""
    final, column = lines
    key = np.unique(wish.line_order[final] * market.width + column[final], return_inverse=True)
    qty = np.bincount(key[1], weights=wish.line_qty[final], minlength=len(key[0])).astype(np.int64)
    old, column = key[0] // market.width, key[0] % market.width
    limit = market.limit[city[old], column]
    qty = np.where(limit > 0, np.minimum(qty, limit), qty)
    orders, line_order = np.unique(old, return_inverse=True)
    cell = city[old] * market.width + column
    sold = np.bincount(cell, weights=qty, minlength=market.sku.size).astype(np.int64)
    last = np.zeros(market.sku.size, dtype=np.int64)
    np.maximum.at(last, cell, wish.time[old])
    out = (wanted > sold) & (sold > 0) & (sold >= market.quota.ravel() - 2)
    return Basket(
        wish.member[orders], wish.group[orders], wish.time[orders], line_order, column, market.sku[city[old], column], qty,
        np.where(out, last + 1, NEVER).reshape(shape), wanted.reshape(shape), sold.reshape(shape),
    )  # fmt: skip


@dataclass(frozen=True)
class Amounts:
    """What each line and order costs; every order is the exact sum of its lines, to the fen."""

    price: Ints
    goods: Ints
    discounts: tuple[Ints, Ints, Ints, Ints]  # by line: platform, merchant, supplier, leader
    paid: Ints  # by line, goods only
    cost: Ints
    order_goods: Ints
    order_discounts: tuple[Ints, Ints, Ints, Ints]
    shipping: Ints
    order_paid: Ints  # with shipping


@dataclass(frozen=True)
class Discounts:
    """Reductions of whole orders by who funds them, before they are shared out among the lines."""

    platform: Ints
    merchant: Ints
    leader: Ints


def price_up(basket: Basket, lines: tuple[Ints, Ints, Ints], order: Discounts, shipping: Ints) -> Amounts:
    """Adds up each order: prices x pieces, less the supplier's part per line, less order discounts shared by value.

    `lines` are price, cost and supplier's reduction of one piece, line by line.
    """
    price, cost, supplier = lines
    count, group = basket.orders, basket.line_order
    goods = price * basket.line_qty
    by_supplier = np.clip(supplier * basket.line_qty, 0, goods - basket.line_qty)
    left = goods - by_supplier
    shared = []
    for reduction in (order.platform, order.merchant, order.leader):
        split = allocate(np.minimum(reduction, _sum(group, left, count)), group, left)
        shared.append(split)
        left = left - split
    by_line = (shared[0], shared[1], by_supplier, shared[2])
    platform, merchant, by_suppliers, leader = (_sum(group, part, count) for part in by_line)
    return Amounts(
        price=price, goods=goods, discounts=by_line, paid=left, cost=cost * basket.line_qty,
        order_goods=_sum(group, goods, count), order_discounts=(platform, merchant, by_suppliers, leader),
        shipping=shipping, order_paid=_sum(group, left, count) + shipping,
    )  # fmt: skip


def _sum(group: Ints, values: Ints, count: int) -> Ints:
    return np.bincount(group, weights=values, minlength=count).astype(np.int64)
