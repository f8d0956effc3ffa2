"""What the central warehouses order, receive, send out and lose, as rows; and the stock's part in a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin import stock
from linshu.twin.clock import HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.numbers import batch_numbers, stamp
from linshu.twin.rows import NONE, Columns, Ints, Numbered, Words
from linshu.twin.seasons import describe
from linshu.twin.stock import BUY_TO_ORDER, DROPSHIP, Issue, Receipts
from linshu.twin.today import Today
from linshu.twin.world import World

BAD_ROT = 0.05  # a lot that spoils more than this is a bad one


@dataclass(frozen=True)
class Supply:
    """What the night left undone: pieces sold that never came, and the share of spoilt pieces, by city x SKU."""

    missing: Ints
    rot: NDArray[np.float64]


def morning(today: Today) -> list[Emission]:
    """Stocked goods that arrive today, ordered some days ago."""
    world, state, day = today.world, today.state, today.day.number
    arriving = state.stock.coming[0].copy()
    state.stock.coming[:-1] = state.stock.coming[1:]
    state.stock.coming[-1] = 0
    receipts = stock.receive(state.stock, world.goods, today.rng(10), day, arriving)
    return _purchases(world, receipts, 0, _stocked(world, day), NONE, told=day >= stock.LEAD)


def first_fill(today: Today) -> list[Emission]:
    """The stock the company starts with."""
    world, state, day = today.world, today.state, today.day.number
    held = np.tile(world.goods.mode == stock.STOCKED, len(world.places.cities))
    rng = today.rng(11)
    ordered = np.where(held, np.ceil(state.stock.pace * rng.uniform(3.0, 8.0, len(held))), 0).astype(np.int64)
    receipts = stock.receive(state.stock, world.goods, rng, day - 1, ordered)
    when = (day - 1, world.clock.at(day - stock.LEAD - 2, 15.0), world.clock.start(day) - 60)
    return _purchases(world, receipts, 0, when, NONE)


def night(today: Today, bought: Ints, sold: Ints) -> Supply:
    """The night after a day's cut-off: prepared and to-order goods come in, all sold goes out, the old is thrown away."""
    world, state, day = today.world, today.state, today.day.number
    goods, clock, rng = world.goods, world.clock, today.rng(12)
    mode = np.tile(goods.mode, len(world.places.cities))
    prepared = stock.receive(state.stock, goods, rng, day + 1, bought)
    fetched = stock.receive(state.stock, goods, rng, day + 1, np.where(mode == BUY_TO_ORDER, sold, 0))
    today.rows += _purchases(world, prepared, 1, (day + 1, clock.at(day, 14.0), clock.at(day + 1, 1.5)), day)
    today.rows += _purchases(world, fetched, 2, (day + 1, clock.start(day + 1) + 600, clock.at(day + 1, 2.5)), day)
    for receipts in (prepared, fetched):
        bad = receipts.rot > BAD_ROT
        today.note("bad_lot", {"lot": receipts.lot[bad], "place": receipts.place[bad], "rot": receipts.rot[bad]})
    out, missing = stock.issue(state.stock, np.where(mode == DROPSHIP, 0, sold))
    spoilt = np.bincount(out.place, weights=out.qty * out.rot, minlength=len(sold))
    gone = np.bincount(out.place, weights=out.qty, minlength=len(sold))
    today.rows.append(_moved(world, out, "sale", None, (day, 1, clock.at(day + 1, 4.0))))
    today.rows += resting_night(today)
    return Supply(missing, spoilt / np.maximum(gone, 1))


def resting_night(today: Today) -> list[Emission]:
    """What a night takes from the shelves whether anything is sold or not: shrinkage found, old goods thrown away."""
    world, state, day = today.world, today.state, today.day.number
    lost = stock.miscount(state.stock, today.rng(14))
    counted = _counted(today, lost)
    thrown = stock.expire(state.stock, day + 1)
    return [
        counted,
        _moved(world, lost, "count", "theft", (day, 2, world.clock.at(day + 1, 15.0))),
        _moved(world, thrown, "loss", "expired", (day, 3, world.clock.at(day + 1, 20.0))),
    ]  # fmt: skip


def _counted(today: Today, lost: Issue) -> Emission:
    """Stock counts that found less than the books say."""
    world, held = today.world, today.state.stock.qty[lost.place].sum(axis=1)
    at = world.clock.at(today.day.number + 1, 15.0)
    row: Columns = {
        "warehouse_id": Words(world.pools.central, lost.place // world.goods.count),
        "sku_id": Words(world.pools.sku, lost.place % world.goods.count), "stock_batch_id": Numbered("SB", lost.lot),
        "counted_at": np.full(len(held), at), "qty": held, "book_qty": held + lost.qty,
    }  # fmt: skip
    return emission("stock_count", row, at)


def order_ahead(today: Today) -> None:
    """The buyer's afternoon order of stocked goods, for what the day of their arrival will ask."""
    restart = describe(today.day.number + stock.LEAD).factor
    wanted = stock.replenish(today.state.stock, today.world.goods, today.rng(13), restart)
    today.state.stock.coming[-1] += wanted
    place = np.flatnonzero(wanted)
    if len(place):
        orders = _orders(today.world, place, 0, _stocked(today.world, today.day.number + stock.LEAD), NONE)
        today.rows += _ordered(today.world, orders, place, wanted[place])


def _stocked(world: World, day: int) -> tuple[int, int, int]:
    """The day stocked goods arrive, when they were ordered and when they are due."""
    return day, world.clock.at(day - stock.LEAD, 15.0), world.clock.at(day, 8.5)


def _moved(world: World, issue: Issue, kind: str, cause: str | None, when: tuple[int, int, int]) -> Emission:
    day, code, at = when
    count, place = len(issue.place), issue.place
    row: Columns = {
        "stock_movement_id": Numbered("SM", (stamp(day) * 10 + code) * 1_000_000 + np.arange(count)),
        "sku_id": Words(world.pools.sku, place % world.goods.count), "warehouse_id": Words(world.pools.central, place // world.goods.count),
        "stock_batch_id": Numbered("SB", issue.lot), "kind": kind, "qty": -issue.qty, "cost_fen": -issue.cost * issue.qty,
        "cause": cause, "document_id": None, "moved_at": np.full(count, at),
    }  # fmt: skip
    return emission("stock_movement", row, at)


@dataclass(frozen=True)
class Orders:
    """Purchase orders of one moment, one per supplier and city, and which of them each place's goods belong to."""

    key: Ints  # of each order: city x 1000 + supplier
    order_no: Ints  # of each order
    number: Ints  # of each place: its order
    rank: Ints  # of each place: its line, from 1
    head: Columns
    ordered_at: int


def _orders(world: World, place: Ints, kind: int, when: tuple[int, int, int], batch_day: int) -> Orders:
    day, ordered_at, received_at = when
    goods, pools = world.goods, world.pools
    key, number = np.unique(place // goods.count * 1000 + goods.supplier[place % goods.count], return_inverse=True)
    line = np.argsort(number, kind="stable")
    rank = np.empty(len(line), dtype=np.int64)
    rank[line] = np.arange(len(line)) - np.searchsorted(number[line], number[line]) + 1
    order_no = (stamp(day) * 10 + kind) * 10_000 + np.arange(len(key))
    head: Columns = {
        "purchase_order_id": Numbered("PO", order_no), "supplier_id": Words(pools.supplier, key % 1000),
        "warehouse_id": Words(pools.central, key // 1000),
        "batch_id": Numbered("B", batch_numbers(batch_day, key // 1000) if batch_day != NONE else np.full(len(key), NONE)),
        "ordered_at": np.full(len(key), ordered_at), "confirmed_at": np.full(len(key), ordered_at + 1500),
        "expected_at": np.full(len(key), received_at),
    }  # fmt: skip
    return Orders(key, order_no, number, rank, head, ordered_at)


def _ordered(world: World, orders: Orders, place: Ints, ordered: Ints) -> list[Emission]:
    """What is known of purchase orders once the supplier agreed to them."""
    known = orders.ordered_at + 1500
    goods, pools = world.goods, world.pools
    lines: Columns = {
        "purchase_order_id": Numbered("PO", orders.order_no[orders.number]), "line_no": orders.rank,
        "sku_id": Words(pools.sku, place % goods.count), "ordered_qty": ordered, "confirmed_qty": ordered,
        "received_qty": None, "rejected_qty": None, "unit_price_fen": goods.cost_fen[place % goods.count],
        "stock_batch_id": None,
    }  # fmt: skip
    head = {**orders.head, "received_at": None, "status": "confirmed"}
    return [
        changing("purchase_order", (head, np.full(len(orders.key), known))),
        emission("purchase_order_line", lines, np.full(len(place), known)),
    ]


def _purchases(
    world: World, receipts: Receipts, kind: int, when: tuple[int, int, int], batch_day: int, *, told: bool = False
) -> list[Emission]:
    """Purchase orders that came in, their lines, the lots they became and the movement that books them.

    `told`: that they were ordered was said before.
    """
    if len(receipts.place) == 0:
        return []
    orders = _orders(world, receipts.place, kind, when, batch_day)
    late = np.zeros(len(orders.key), dtype=bool)
    np.logical_or.at(late, orders.number, receipts.late)
    came = when[2] + np.where(late, 5 * HOUR, 0)
    last = {**orders.head, "received_at": came, "status": "received"}
    return [
        *([] if told else _ordered(world, orders, receipts.place, receipts.ordered)),
        changing("purchase_order", (last, came)),
        *_purchase_lines(world, receipts, orders, (came, when[2])),
    ]


def _purchase_lines(world: World, receipts: Receipts, orders: Orders, came: tuple[Ints, int]) -> list[Emission]:
    goods, pools = world.goods, world.pools
    order_no, number, rank = orders.order_no[orders.number], orders.number, orders.rank
    sku = receipts.place % goods.count
    known = came[0][number]
    booked_at = np.full(len(number), came[1])  # what came in time; a late rest is refused
    lot = Numbered("SB", receipts.lot)
    lines: Columns = {
        "purchase_order_id": Numbered("PO", order_no), "line_no": rank, "sku_id": Words(pools.sku, sku),
        "ordered_qty": receipts.ordered, "confirmed_qty": receipts.ordered, "received_qty": receipts.received,
        "rejected_qty": np.zeros(len(sku), dtype=np.int64), "unit_price_fen": receipts.cost, "stock_batch_id": lot,
    }  # fmt: skip
    lots: Columns = {
        "stock_batch_id": lot, "sku_id": Words(pools.sku, sku), "supplier_id": Words(pools.supplier, goods.supplier[sku]),
        "supplier_lot": Numbered("LOT-", receipts.lot), "purchase_order_id": Numbered("PO", order_no),
        "produced_on": receipts.expires - goods.shelf_days[sku], "expires_on": receipts.expires,
        "received_qty": receipts.received, "unit_cost_fen": receipts.cost,
    }  # fmt: skip
    booked: Columns = {
        "stock_movement_id": Numbered("SM9", receipts.lot), "sku_id": Words(pools.sku, sku),
        "warehouse_id": Words(pools.central, receipts.place // goods.count), "stock_batch_id": lot, "kind": "receipt",
        "qty": receipts.received, "cost_fen": receipts.cost * receipts.received, "cause": None,
        "document_id": Numbered("PO", order_no), "moved_at": booked_at,
    }  # fmt: skip
    return [
        emission("purchase_order_line", lines, known),
        emission("stock_batch", lots, booked_at),
        emission("stock_movement", booked, booked_at),
    ]
