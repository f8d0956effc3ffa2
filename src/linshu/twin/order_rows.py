"""A day's batches, listings, orders, lines and payments as rows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linshu.twin import names
from linshu.twin.channels import CHANNEL_POOL
from linshu.twin.clock import DAY, HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.fulfilment import Delivery
from linshu.twin.market import SPECIALS, Market
from linshu.twin.numbers import batch_numbers, grant_numbers, listing_numbers, stamp
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Values, Words, member_pool, pool, take
from linshu.twin.seasons import as_date
from linshu.twin.selling import Basket
from linshu.twin.today import Sales, Today, Trade
from linshu.twin.world import World

MODES = pool(["pickup", "home", "express"])
UNPAID, UNPAID_SECONDS, CANCELLED, HELP_SOLD = 0.024, 15 * 60, 0.008, 0.035
ATTRIBUTION = pool(['{"rule": "last_share"}', '{"rule": "group_leader"}'])
FUNDERS = pool(["merchant", "supplier", "platform"])
RECEIVERS = pool([surname + given for surname in names.SURNAMES[:60] for given in names.GIVEN[:50]])


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
        "reference_price_fen": market.struck.ravel(),
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


def fates(today: Today, basket: Basket) -> Trade:
    """Draws for each order how it is paid, whether it is cancelled and how it is fetched."""
    world, rng, clock, day = today.world, today.rng(5), today.world.clock, today.day.number
    count = basket.orders
    city = world.places.group_city[basket.group]
    paid_at = basket.time + np.minimum(rng.exponential(25, count).astype(np.int64) + 4, 600)
    unpaid = (rng.random(count) < UNPAID) | (paid_at >= clock.start(day + 1))
    cancels = rng.random(count) < CANCELLED
    before_cut = np.minimum(paid_at + rng.integers(300, 4 * HOUR, count), clock.start(day + 1) - 1)
    cancelled = np.where(
        unpaid, basket.time + UNPAID_SECONDS, np.where(cancels & (before_cut > paid_at), before_cut, NEVER)
    )
    leader = today.state.leader[basket.group]
    supplier = _help_sellers(world, city, rng)
    helper = rng.random(count) < HELP_SOLD
    return Trade(
        day=day, number=stamp(day) * 10_000_000 + np.arange(count), city=city, leader=leader,
        supply_leader=np.where(helper & (supplier != leader), supplier, NONE),
        mode=np.searchsorted(np.array([0.93, 0.985]), rng.random(count), side="right"),
        paid_at=np.where(unpaid, NEVER, paid_at), cancelled_at=cancelled, pay_channel=np.where(rng.random(count) < 0.86, 3, 4),
        order_channel=np.searchsorted(np.array([0.71, 0.92]), rng.random(count), side="right"),
        is_test=rng.random(count) < 0.0004, kept=~unpaid & (cancelled == NEVER), coupon=np.full(count, NONE),
    )  # fmt: skip


def _help_sellers(world: World, city: Ints, rng: np.random.Generator) -> Ints:
    """For each order a leader of the city whose goods others help to sell (帮卖): one of its three ablest."""
    skill, home = np.array(world.leaders.skill), np.array(world.leaders.city)
    present = np.array(world.leaders.joined) <= world.config.first_day
    best = [np.argsort(-np.where((home == c) & present, skill, -1.0))[:3] for c in range(len(world.places.cities))]
    return np.array(best)[city, rng.integers(0, 3, len(city))]


def orders(today: Today, sales: Sales, delivery: Delivery, origin: Columns) -> None:
    """Orders as they are placed, paid, closed or cancelled; their lines; their payments. `origin` says what led to each."""
    world, basket, trade = today.world, sales.basket, sales.trade
    shared = origin["share_id"].numbers != NONE
    evidence = Words(ATTRIBUTION, np.where(shared, 0, 1))  # the latest share, else the leader of the group
    row = {**_order_columns(today, sales), **origin, "attribution": evidence}
    nothing = {"paid_at": None, "paid_date": None, "closed_at": None, "closed_date": None}
    paid = {**nothing, "paid_at": trade.paid_at, "paid_date": np.full(basket.orders, trade.day)}
    fetched = np.where(delivery.collected_at == NEVER, world.clock.at(trade.day + 3, 12.0), delivery.collected_at)
    end = np.where(trade.kept, fetched + DAY, trade.cancelled_at)
    was_paid = trade.paid_at != NEVER
    last = {
        "paid_at": trade.paid_at, "paid_date": np.where(was_paid, trade.day, NONE), "closed_at": end,
        "closed_date": world.clock.day_of(end), "status": Words(pool(["cancelled", "closed"]), trade.kept.astype(np.int64)),
    }  # fmt: skip
    today.rows += [
        changing(
            "orders", ({**row, **nothing, "status": "placed"}, basket.time), ({**row, **paid, "status": "paid"}, trade.paid_at),
            ({**row, **last}, end),
        ),
        emission("order_line", _line_columns(today, sales, origin), basket.time[basket.line_order]),
        _payments(sales), _coupons(sales),
    ]  # fmt: skip


def _order_columns(today: Today, sales: Sales) -> dict[str, Values]:
    world, basket, trade, amounts = today.world, sales.basket, sales.trade, sales.amounts
    pools, place, count = world.pools, world.places, basket.orders
    home = trade.mode > 0
    platform, merchant, supplier, leader = amounts.order_discounts
    lonlat = place.estate_lonlat[place.group_estate[basket.group]]
    names_of = Words(RECEIVERS, np.where(home, basket.member % len(RECEIVERS), NONE))
    return {
        "order_id": Numbered("O", trade.number), "channel_id": Words(CHANNEL_POOL, trade.order_channel),
        "shop_id": Words(pools.shop, trade.city), "member_id": Words(member_pool(today.state.members.count), basket.member),
        "community_id": Words(pools.group, basket.group), "leader_id": Words(pools.leader, trade.leader),
        "supply_leader_id": Words(pools.leader, trade.supply_leader),
        "pickup_point_id": Words(pools.point, np.where(home, NONE, place.group_point[basket.group])),
        "warehouse_id": Words(pools.grid, place.group_grid[basket.group]),
        "batch_id": Numbered("B", batch_numbers(trade.day, trade.city)), "mode": Words(MODES, trade.mode),
        "placed_at": basket.time, "placed_date": np.full(count, trade.day), "goods_fen": amounts.order_goods,
        "discount_platform_fen": platform, "discount_merchant_fen": merchant, "discount_supplier_fen": supplier,
        "discount_leader_fen": leader, "shipping_fen": amounts.shipping, "paid_fen": amounts.order_paid,
        "is_test": trade.is_test, "receiver_name": names_of,
        "receiver_phone": Numbered("", np.where(home, names.phones(basket.member), NONE)),
        "receiver_address": Words(_addresses(world), np.where(home, basket.group, NONE)),
        "longitude": np.where(home, np.round(lonlat[:, 0], 6), np.nan), "latitude": np.where(home, np.round(lonlat[:, 1], 6), np.nan),
    }  # fmt: skip


_ADDRESSES: dict[int, pa.Array] = {}


def _addresses(world: World) -> pa.Array:
    """One address per group for what is brought home: the estate's gate house."""
    if id(world) not in _ADDRESSES:
        place = world.places
        _ADDRESSES.clear()
        _ADDRESSES[id(world)] = pool([
            f"{place.street_names[place.estate_street[e]]}{place.estate_names[e]}{g % 23 + 1}栋{g % 17 + 1}01室"
            for g, e in enumerate(place.group_estate.tolist())
        ])  # fmt: skip
    return _ADDRESSES[id(world)]


def _line_columns(today: Today, sales: Sales, origin: Columns) -> Columns:
    basket, trade, amounts = sales.basket, sales.trade, sales.amounts
    line = basket.line_order
    city = trade.city[line]
    platform, merchant, supplier, leader = amounts.discounts
    led = {name: take(values, line) for name, values in origin.items()}
    return {
        "order_id": Numbered("O", trade.number[line]), "line_no": basket.line_no,
        "sku_id": Words(today.world.pools.sku, basket.line_sku),
        "listing_id": Numbered("LS", listing_numbers(trade.day, city, basket.line_column)),
        "qty": basket.line_qty, "unit_price_fen": amounts.price, "goods_fen": amounts.goods,
        "discount_platform_fen": platform, "discount_merchant_fen": merchant, "discount_supplier_fen": supplier,
        "discount_leader_fen": leader, "paid_fen": amounts.paid, "cost_fen": amounts.cost, "is_gift": False, **led,
    }  # fmt: skip


def _payments(sales: Sales) -> Emission:
    trade = sales.trade
    row: Columns = {
        "payment_id": Numbered("PAY", trade.number), "order_id": Numbered("O", trade.number), "amount_fen": sales.amounts.order_paid,
        "paid_at": np.where(trade.paid_at != NEVER, trade.paid_at, 0), "paid_date": np.full(len(trade.number), trade.day),
        "channel_id": Words(CHANNEL_POOL, trade.pay_channel), "channel_trade_id": Numbered("42000026", trade.number),
    }  # fmt: skip
    return emission("payment", row, trade.paid_at)


def _coupons(sales: Sales) -> Emission:
    """Coupons that were used, at the moment of paying."""
    trade, used = sales.trade, np.flatnonzero(sales.trade.coupon != NONE)
    row: Columns = {
        "coupon_grant_id": Numbered("CG", grant_numbers(trade.coupon[used], sales.basket.member[used])), "kind": "used",
        "occurred_at": trade.paid_at[used], "occurred_date": np.full(len(used), trade.day), "order_id": Numbered("O", trade.number[used]),
        "amount_fen": sales.amounts.order_discounts[0][used],
    }  # fmt: skip
    return emission("coupon_event", row, trade.paid_at[used])
