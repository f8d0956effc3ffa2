"""A day's batches, listings, orders, lines and payments as rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linshu.twin import names
from linshu.twin.clock import HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.market import SPECIALS, Market
from linshu.twin.opening import CHANNEL_POOL
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Words, member_pool, pool
from linshu.twin.seasons import as_date
from linshu.twin.selling import Amounts, Basket
from linshu.twin.world import State, World

MODES = pool(["pickup", "home", "express"])
UNPAID_SECONDS = 15 * 60
FUNDERS = pool(["merchant", "supplier", "platform"])


def stamp(day: int) -> int:
    """A day as the number yymmdd."""
    date = as_date(day)
    return (date.year % 100) * 10_000 + date.month * 100 + date.day


def batch_numbers(day: int, city: Ints) -> Ints:
    """The number of each city's batch of a day."""
    return stamp(day) * 100 + city


@dataclass(frozen=True)
class Trade:
    """The fate of each order of a day: who sold it, how it is paid, when it ends."""

    day: int
    number: Ints
    city: Ints
    leader: Ints
    supply_leader: Ints
    mode: Ints  # index into pickup, home, express
    paid_at: Ints  # NEVER: not paid
    cancelled_at: Ints  # NEVER: not cancelled
    closed_at: Ints
    pay_channel: Ints  # index into CHANNELS
    order_channel: Ints
    campaign: Ints
    arm: Ints
    is_test: np.ndarray

    @property
    def paid(self) -> np.ndarray:
        """Orders that were paid."""
        return self.paid_at != NEVER

    @property
    def kept(self) -> np.ndarray:
        """Orders that were paid and not cancelled: those to be delivered."""
        return self.paid & (self.cancelled_at == NEVER)


def batches(world: World, day: int, market: Market) -> list[Emission]:
    """The day's batch of every city and what it lists."""
    clock, pools = world.clock, world.pools
    cities = np.arange(market.cities)
    opens, ends = clock.start(day), clock.start(day + 1)
    date = as_date(day)
    row: Columns = {
        "batch_id": Numbered("B", batch_numbers(day, cities)),
        "name": [f"{c.name.removesuffix('市')} {date.month}月{date.day}日团" for c in world.places.cities],
        "scope_kind": "region", "scope_id": Words(pools.city, cities), "opened_at": np.full(len(cities), opens),
        "opened_date": np.full(len(cities), day), "cut_off_at": np.full(len(cities), ends),
        "delivery_date": np.full(len(cities), day + 1),
    }  # fmt: skip
    moments = [np.full(len(cities), at) for at in (opens, ends, clock.at(day + 1, 22.0))]
    stages = [
        ({**row, "status": status}, at) for status, at in zip(("open", "closed", "delivered"), moments, strict=True)
    ]
    return [changing("sale_batch", *stages)]


def listings(world: World, day: int, market: Market, sold_out: Ints) -> Emission:
    """What each batch lists, and when it sold out."""
    pools, width = world.pools, market.width
    city = np.repeat(np.arange(market.cities), width)
    column = np.tile(np.arange(width), market.cities)
    opens = world.clock.start(day)
    out = sold_out.ravel()
    new_only = column >= width - SPECIALS
    row: Columns = {
        "listing_id": Numbered("LS", listing_numbers(day, city, column)), "batch_id": Numbered("B", batch_numbers(day, city)),
        "sku_id": Words(pools.sku, market.sku.ravel()), "scope_kind": "region", "scope_id": Words(pools.city, city),
        "price_fen": market.price.ravel(), "new_member_price_fen": np.where(new_only, market.price.ravel(), np.nan),
        "funder": Words(FUNDERS, np.where(new_only, 2, np.where(market.deal.ravel(), 1, 0))),
        "quota_qty": np.maximum(market.quota.ravel(), 0), "limit_qty": np.where(market.limit > 0, market.limit, np.nan).ravel(), "is_new_member_only": new_only,
        "display_rank": column + 1, "listed_at": np.full(len(city), opens), "listed_date": np.full(len(city), day),
    }  # fmt: skip
    ends = np.full(len(city), world.clock.start(day + 1))
    no = {"sold_out_at": None, "closed_at": None, "closed_by": None}
    gone = out != NEVER
    closed = {
        "sold_out_at": out, "closed_at": np.where(gone, out, ends),
        "closed_by": Words(pool(["system", "sold_out"]), gone.astype(np.int64)),
    }  # fmt: skip
    return changing(
        "listing", ({**row, **no}, np.full(len(city), opens)), ({**row, **closed}, np.where(gone, out, ends))
    )


def listing_numbers(day: int, city: Ints, column: Ints) -> Ints:
    """The number of a listing: day, city, place in the list."""
    return batch_numbers(day, city) * 1000 + column


def fates(world: World, state: State, basket: Basket, day: int) -> Trade:
    """Draws for each order how it is paid, whether it is cancelled, how it is fetched and when it ends."""
    rng, clock = world.config.rng(day, 5), world.clock
    count = basket.orders
    city = world.places.group_city[basket.group]
    paid_at = basket.time + np.minimum(rng.exponential(25, count).astype(np.int64) + 4, 600)
    paid_at = np.where(rng.random(count) < 0.024, NEVER, paid_at)
    cancels = rng.random(count) < 0.008
    before_cut = np.minimum(paid_at + rng.integers(300, 4 * HOUR, count), clock.start(day + 1) - 1)
    cancelled = np.where((paid_at != NEVER) & cancels & (before_cut > paid_at), before_cut, NEVER)
    cancelled = np.where(paid_at == NEVER, basket.time + UNPAID_SECONDS, cancelled)
    mode = np.searchsorted(np.array([0.93, 0.985]), rng.random(count), side="right")
    closed = clock.at(day + 2, 12.0) + rng.integers(0, 4 * HOUR, count)
    helper = rng.random(count) < 0.035
    supplier = _help_sellers(world, city, rng)
    leader = state.leader[basket.group]
    return Trade(
        day=day, number=stamp(day) * 10_000_000 + np.arange(count), city=city, leader=leader,
        supply_leader=np.where(helper & (supplier != leader), supplier, NONE), mode=mode, paid_at=paid_at,
        cancelled_at=cancelled, closed_at=np.where(paid_at == NEVER, NEVER, np.where(cancelled == NEVER, closed, cancelled)),
        pay_channel=np.where(rng.random(count) < 0.86, 3, 4),
        order_channel=np.searchsorted(np.array([0.71, 0.92]), rng.random(count), side="right"),
        campaign=np.full(count, NONE), arm=np.full(count, NONE), is_test=rng.random(count) < 0.0004,
    )  # fmt: skip


def _help_sellers(world: World, city: Ints, rng: np.random.Generator) -> Ints:
    """For each order a leader of the city whose goods others help to sell (帮卖): one of its three ablest."""
    skill, home = np.array(world.leaders.skill), np.array(world.leaders.city)
    present = np.array(world.leaders.joined) <= world.config.first_day
    best = [np.argsort(-np.where((home == c) & present, skill, -1.0))[:3] for c in range(len(world.places.cities))]
    return np.array(best)[city, rng.integers(0, 3, len(city))]


def orders(world: World, state: State, basket: Basket, amounts: Amounts, trade: Trade) -> list[Emission]:
    """Orders as they are placed, paid, closed or cancelled; their lines; their payments."""
    row = _order_columns(world, state, basket, amounts, trade)
    nothing = {"paid_at": None, "paid_date": None, "closed_at": None, "closed_date": None}
    paid = {**nothing, "paid_at": trade.paid_at, "paid_date": np.full(basket.orders, trade.day)}
    end = np.where(trade.closed_at == NEVER, trade.cancelled_at, trade.closed_at)
    end_day = world.clock.day_of(end)
    paid_date = np.where(trade.paid, trade.day, NONE)
    status = Words(pool(["closed", "cancelled"]), (trade.cancelled_at != NEVER).astype(np.int64))
    last = {
        "paid_at": trade.paid_at,
        "paid_date": paid_date,
        "closed_at": end,
        "closed_date": end_day,
        "status": status,
    }
    return [
        changing(
            "orders", ({**row, **nothing, "status": "placed"}, basket.time), ({**row, **paid, "status": "paid"}, trade.paid_at),
            ({**row, **last}, end),
        ),
        emission("order_line", _line_columns(world, basket, amounts, trade), basket.time[basket.line_order]),
        _payments(amounts, trade),
    ]  # fmt: skip


def _order_columns(world: World, state: State, basket: Basket, amounts: Amounts, trade: Trade) -> Columns:
    pools, place, count = world.pools, world.places, basket.orders
    home = trade.mode > 0
    members = member_pool(state.members.count)
    estate = place.group_estate[basket.group]
    platform, merchant, supplier, leader = amounts.order_discounts
    lonlat = place.estate_lonlat[estate]
    return {
        "order_id": Numbered("O", trade.number), "channel_id": Words(CHANNEL_POOL, trade.order_channel),
        "shop_id": Words(pools.shop, trade.city), "member_id": Words(members, basket.member),
        "community_id": Words(pools.group, basket.group), "leader_id": Words(pools.leader, trade.leader),
        "supply_leader_id": Words(pools.leader, trade.supply_leader),
        "pickup_point_id": Words(pools.point, np.where(home, NONE, place.group_point[basket.group])),
        "warehouse_id": Words(pools.grid, place.group_grid[basket.group]),
        "batch_id": Numbered("B", batch_numbers(trade.day, trade.city)), "mode": Words(MODES, trade.mode),
        "placed_at": basket.time, "placed_date": np.full(count, trade.day), "goods_fen": amounts.order_goods,
        "discount_platform_fen": platform, "discount_merchant_fen": merchant, "discount_supplier_fen": supplier,
        "discount_leader_fen": leader, "shipping_fen": amounts.shipping, "paid_fen": amounts.order_paid,
        "is_test": trade.is_test,
        "receiver_phone": Numbered("", np.where(home, names.phones(basket.member), NONE)),
        "longitude": _only(lonlat[:, 0], home), "latitude": _only(lonlat[:, 1], home),
    }  # fmt: skip


def _only(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.where(where, np.round(values, 6), np.nan)


def _line_columns(world: World, basket: Basket, amounts: Amounts, trade: Trade) -> Columns:
    line = basket.line_order
    first = np.searchsorted(line, line)
    city = trade.city[line]
    platform, merchant, supplier, leader = amounts.discounts
    return {
        "order_id": Numbered("O", trade.number[line]), "line_no": np.arange(len(line)) - first + 1,
        "sku_id": Words(world.pools.sku, basket.line_sku), "listing_id": Numbered("LS", listing_numbers(trade.day, city, basket.line_column)),
        "qty": basket.line_qty, "unit_price_fen": amounts.price, "goods_fen": amounts.goods,
        "discount_platform_fen": platform, "discount_merchant_fen": merchant, "discount_supplier_fen": supplier,
        "discount_leader_fen": leader, "paid_fen": amounts.paid, "cost_fen": amounts.cost, "is_gift": False,
    }  # fmt: skip


def _payments(amounts: Amounts, trade: Trade) -> Emission:
    row: Columns = {
        "payment_id": Numbered("PAY", trade.number), "order_id": Numbered("O", trade.number), "amount_fen": amounts.order_paid,
        "paid_at": np.where(trade.paid, trade.paid_at, 0), "paid_date": np.full(len(trade.number), trade.day),
        "channel_id": Words(CHANNEL_POOL, trade.pay_channel), "channel_trade_id": Numbered("42000026", trade.number),
    }  # fmt: skip
    return emission("payment", row, trade.paid_at)
