"""Trips, stops, parcels, delivery events and counted hand-overs of a day as rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from linshu.twin import names
from linshu.twin.clock import HOUR
from linshu.twin.emission import Emission, changing, emission
from linshu.twin.fulfilment import Delivery
from linshu.twin.numbers import batch_numbers, stamp, trip_numbers
from linshu.twin.rows import NEVER, NONE, Columns, Ints, Numbered, Words, numbered_pool, pool
from linshu.twin.today import Sales, Today
from linshu.twin.world import World

SKU_SPACE = 100_000
PIECES_PER_TOTE, TOTES_LOST = 25, 0.004
VAN_COST, TRUNK_COST = 2_800, 4_200  # fen a trip
EXCEPTIONS = pool(["late", "short", "uncollected"])


def fleet(world: World) -> list[Emission]:
    """Vans, trunk trucks and those who drive them."""
    start = world.clock.start(world.config.first_day) - 1
    count = world.routes.count + world.places.grids
    grid = np.concatenate([world.routes.grid, np.arange(world.places.grids)])
    trunk = np.arange(count) >= world.routes.count
    rng = world.config.rng(9)
    provinces = [world.places.cities[c].province for c in world.places.grid_city[grid].tolist()]
    vehicle: Columns = {
        "vehicle_id": Words(numbered_pool("V", count, 4), np.arange(count)),
        "plate_no": [f"{names.PLATES[p]}{n:05d}" for p, n in zip(provinces, rng.integers(0, 10**5, count).tolist(), strict=True)],
        "warehouse_id": _home(world, grid, trunk), "ambient_cm3": np.where(trunk, 24_000_000, 6_000_000),
        "chilled_cm3": np.where(trunk, 8_000_000, 2_000_000), "frozen_cm3": np.where(trunk, 2_000_000, 400_000),
        "payload_gram": np.where(trunk, 8_000_000, 1_500_000), "fixed_cost_fen": np.where(trunk, TRUNK_COST, VAN_COST),
        "cost_per_km_fen": np.where(trunk, 110, 60), "carrier_name": "迅达物流", "is_active": True,
    }  # fmt: skip
    courier: Columns = {
        "courier_id": Words(numbered_pool("K", count, 4), np.arange(count)), "name": names.people(rng, count),
        "phone": Numbered("", names.phones(np.arange(count) + 97_000_000)), "kind": "driver", "carrier_name": "迅达物流",
        "warehouse_id": _home(world, grid, trunk), "is_active": True,
    }  # fmt: skip
    return [emission("courier", courier, start), emission("vehicle", vehicle, start)]


def _home(world: World, grid: Ints, trunk: np.ndarray) -> Words:
    """Vans live at their grid, trunk trucks at the central warehouse."""
    both = pool([*world.pools.grid.to_pylist(), *world.pools.central.to_pylist()])
    return Words(both, np.where(trunk, world.places.grids + world.places.grid_city[grid], grid))


def rows(today: Today, sales: Sales, delivery: Delivery) -> None:
    """Everything fulfilment tells of the day's orders."""
    today.rows += _trips(today, sales, delivery)
    today.rows += _parcels(today, sales, delivery)
    today.rows += _handed(today, sales, delivery)
    today.rows += _totes(today, sales, delivery)


def _trips(today: Today, sales: Sales, delivery: Delivery) -> list[Emission]:
    world, clock, day = today.world, today.world.clock, today.day.number + 1
    drives, runs, places = delivery.haul, world.routes, world.places
    basket, bound = sales.basket, sales.trade.kept & (sales.trade.mode == 0)
    point = places.group_point[basket.group]
    pieces = np.bincount(point[basket.line_order], weights=_loaded(sales, delivery), minlength=places.points).astype(
        np.int64
    )
    served = np.flatnonzero(np.bincount(point[bound], minlength=places.points))
    busy = np.bincount(runs.of_point[served], minlength=runs.count) > 0
    ended = np.zeros(runs.count, dtype=np.int64)
    np.maximum.at(ended, runs.of_point, drives.arrived)
    stops = np.bincount(runs.of_point, minlength=runs.count)
    metres = (4000 + stops * 2600).astype(np.int64)
    route = np.arange(runs.count)
    grids = np.arange(places.grids)
    van: Columns = {
        "trip_id": Numbered("TR", trip_numbers(day, route)), "vehicle_id": Words(numbered_pool("V", runs.count + places.grids, 4), route),
        "courier_id": Words(numbered_pool("K", runs.count + places.grids, 4), route), "warehouse_id": Words(world.pools.grid, runs.grid),
        "delivery_date": np.full(runs.count, day), "planned_start_at": np.full(runs.count, clock.at(day, 8.5)),
        "planned_end_at": np.full(runs.count, clock.at(day, 15.0)), "distance_metre": metres,
        "cost_fen": VAN_COST + metres * 60 // 1000,
    }  # fmt: skip
    trunk: Columns = {
        "trip_id": Numbered("TR", trip_numbers(day, runs.count + grids)),
        "vehicle_id": Words(numbered_pool("V", runs.count + places.grids, 4), runs.count + grids),
        "courier_id": Words(numbered_pool("K", runs.count + places.grids, 4), runs.count + grids),
        "warehouse_id": Words(world.pools.central, places.grid_city), "delivery_date": np.full(places.grids, day),
        "planned_start_at": np.full(places.grids, clock.at(day, 3.0)), "planned_end_at": np.full(places.grids, clock.at(day, 5.0)),
        "distance_metre": np.full(places.grids, 18_000), "cost_fen": np.full(places.grids, TRUNK_COST),
    }  # fmt: skip
    stop: Columns = {
        "trip_id": Numbered("TR", trip_numbers(day, runs.of_point[served])), "stop_no": runs.stop[served], "place_kind": "point",
        "place_id": Words(world.pools.point, served), "planned_at": drives.planned[served], "arrived_at": drives.arrived[served],
        "left_at": drives.arrived[served] + 480, "service_second": np.full(len(served), 480), "pieces": pieces[served],
    }  # fmt: skip
    driven = [
        _driven(van, drives.van_out, ended + 900, busy),
        _driven(trunk, drives.trunk_out, drives.trunk_in, np.full(places.grids, len(served) > 0)),
    ]
    return [*driven, emission("trip_stop", stop, drives.arrived[served])]


def _driven(trip: Columns, out: Ints, back: Ints, busy: np.ndarray) -> Emission:
    start = {"started_at": out, "ended_at": None, "status": "running"}
    end = {"started_at": out, "ended_at": back, "status": "done"}
    return changing(
        "trip", ({**trip, **start}, np.where(busy, out, NEVER)), ({**trip, **end}, np.where(busy, back, NEVER))
    )


def _loaded(sales: Sales, delivery: Delivery) -> Ints:
    """Pieces by line that go to a pick-up point at all."""
    basket, trade = sales.basket, sales.trade
    bound = trade.kept[basket.line_order] & (trade.mode[basket.line_order] == 0)
    return np.where(bound, basket.line_qty - delivery.short_central - delivery.short_grid, 0)


def _parcels(today: Today, sales: Sales, delivery: Delivery) -> list[Emission]:
    """One parcel per order, signed for at the point, fetched in the evening, or sent back."""
    world, basket, trade, day = today.world, sales.basket, sales.trade, today.day.number
    kept = np.flatnonzero(trade.kept)
    due = np.bincount(basket.line_order, weights=basket.line_qty, minlength=basket.orders).astype(np.int64)[kept]
    short = np.bincount(basket.line_order, weights=delivery.short, minlength=basket.orders).astype(np.int64)[kept]
    number, home, express = trade.number[kept], trade.mode[kept] > 0, trade.mode[kept] == 2
    places, group = world.places, basket.group[kept]
    promised = np.where(
        express, world.clock.at(day + 4, 20.0), np.where(home, world.clock.at(day + 1, 20.0), delivery.promised_at)
    )
    parcel: Columns = {
        "parcel_id": Numbered("PK", number), "kind": "order", "order_id": Numbered("O", number),
        "batch_id": Numbered("B", batch_numbers(day, trade.city[kept])),
        "pickup_point_id": Words(world.pools.point, np.where(home, NONE, places.group_point[group])),
        "warehouse_id": Words(world.pools.grid, places.group_grid[group]), "delivery_date": np.full(len(kept), day + 1),
        "promised_at": promised, "pieces": due,
    }  # fmt: skip
    signed = delivery.signed_at[kept]
    trouble = np.where(signed > promised, 0, np.where(short > 0, 1, NONE))
    route = np.where(home, NONE, trip_numbers(day + 1, world.routes.of_point[places.group_point[group]]))
    event: Columns = {
        "parcel_id": Numbered("PK", number), "order_id": Numbered("O", number), "occurred_at": signed,
        "occurred_date": world.clock.day_of(signed), "place_kind": Words(pool(["point", "member"]), home.astype(np.int64)),
        "place_id": Words(world.pools.point, np.where(home, NONE, places.group_point[group])), "trip_id": Numbered("TR", route),
    }  # fmt: skip
    arrived: Columns = {
        **event, "delivery_event_id": Numbered("DA", number), "stage": Words(pool(["point_signed", "delivered"]), home.astype(np.int64)),
        "qty": due - short, "exception": Words(EXCEPTIONS, trouble),
    }  # fmt: skip
    known = world.clock.start(day + 1) + 20 * 60
    return [
        emission("parcel", parcel, known), emission("delivery_event", arrived, signed),
        *_fetched(today, sales, delivery, event, due - short),
    ]  # fmt: skip


def _fetched(today: Today, sales: Sales, delivery: Delivery, event: Columns, pieces: Ints) -> list[Emission]:
    world, trade = today.world, sales.trade
    kept = np.flatnonzero(trade.kept)
    number = trade.number[kept]
    there = (trade.mode[kept] == 0) & (pieces > 0)
    fetched = np.where(there, delivery.collected_at[kept], NEVER)
    back = np.where(there & delivery.returned[kept], world.clock.at(today.day.number + 3, 10.0), NEVER)
    lies = np.where(there & delivery.uncollected[kept], world.clock.at(today.day.number + 1, 22.5), NEVER)
    made = []
    for prefix, stage, when, exception in (
        ("DF", "collected", fetched, None),
        ("DN", "notified", lies, "uncollected"),
        ("DR", "returned", back, None),
    ):
        some = when != NEVER
        if some.any():
            made.append(emission("delivery_event", {
                **{name: values.take(some) if isinstance(values, Numbered | Words) else values[some] for name, values in event.items()},
                "delivery_event_id": Numbered(prefix, number[some]), "stage": stage, "qty": pieces[some], "exception": exception,
                "occurred_at": when[some], "occurred_date": world.clock.day_of(when[some]), "trip_id": None,
            }, when[some]))  # fmt: skip
    return made


@dataclass(frozen=True)
class Leg:
    """One hand-over of the day: from which places to which, line by line of what was ordered."""

    prefix: str
    kinds: tuple[str, str]
    pools: tuple[pa.Array, pa.Array]
    giver: Ints
    taker: Ints
    expected: Ints
    short: Ints
    batch: Ints
    at: Ints
    trip: Ints


def _handed(today: Today, sales: Sales, delivery: Delivery) -> list[Emission]:
    """Counts: totals in totes where all is there, the SKU by itself where pieces are missing."""
    world, basket, trade, places = today.world, sales.basket, sales.trade, today.world.places
    line = np.flatnonzero(trade.kept[basket.line_order] & (trade.mode[basket.line_order] == 0))
    group = basket.group[basket.line_order[line]]
    qty, central = basket.line_qty[line], delivery.short_central[line]
    lost, last = delivery.short_grid[line], delivery.short_point[line]
    grid, point = places.group_grid[group], places.group_point[group]
    day, pools = today.day.number + 1, world.pools
    batch = batch_numbers(today.day.number, trade.city[basket.line_order[line]])
    trunk = Leg(
        "HC", ("central", "grid"), (pools.central, pools.grid), places.grid_city[grid], grid, qty, central + lost, batch,
        delivery.haul.trunk_in[grid] + 1200, trip_numbers(day, world.routes.count + grid),
    )  # fmt: skip
    van = Leg(
        "HP", ("grid", "point"), (pools.grid, pools.point), grid, point, qty - central - lost, last, batch,
        delivery.haul.arrived[point], trip_numbers(day, world.routes.of_point[point]),
    )  # fmt: skip
    sku = basket.line_sku[line]
    return [*_counted(trunk, sku, day, pools.sku), *_counted(van, sku, day, pools.sku)]


def _totes(today: Today, sales: Sales, delivery: Delivery) -> list[Emission]:
    """Totes that go out to the grids full and come back empty, nearly all of them."""
    world, rng, places = today.world, today.rng(33), today.world.places
    pieces = np.bincount(
        places.group_grid[sales.basket.group[sales.basket.line_order]],
        weights=_loaded(sales, delivery),
        minlength=places.grids,
    )
    grid = np.flatnonzero(pieces)
    out = np.ceil(pieces[grid] / PIECES_PER_TOTE).astype(np.int64)
    back = out - rng.binomial(out, TOTES_LOST)
    made = []
    for way, (carried, later) in enumerate(((out, 0), (back, 20 * HOUR))):
        moved, count = grid[carried > 0], carried[carried > 0]  # a single tote that is lost never comes back
        at = delivery.haul.trunk_in[moved] + later
        sides = [
            ("central", Words(world.pools.central, places.grid_city[moved])),
            ("grid", Words(world.pools.grid, moved)),
        ]
        giver, taker = sides if way == 0 else reversed(sides)
        made.append(emission("container_movement", {
            "container_movement_id": Numbered("CM", (stamp(today.day.number) * 10 + way) * 10_000 + moved), "kind": "tote", "pieces": count,
            "from_kind": giver[0], "from_id": giver[1], "to_kind": taker[0], "to_id": taker[1],
            "trip_id": Numbered("TR", trip_numbers(today.day.number + 1, world.routes.count + moved)) if way == 0 else None, "moved_at": at,
        }, at))  # fmt: skip
    return made


def _counted(leg: Leg, sku: Ints, day: int, sku_pool: pa.Array) -> list[Emission]:
    """One hand-over per receiving place: a line for all complete SKUs together, then a line for each that is short."""
    if not len(sku):
        return []
    cell, inverse = np.unique(leg.taker * SKU_SPACE + sku, return_inverse=True)
    want = np.bincount(inverse, weights=leg.expected).astype(np.int64)
    lack = np.bincount(inverse, weights=leg.short).astype(np.int64)
    place, which = cell // SKU_SPACE, cell % SKU_SPACE
    full = lack == 0
    totes, member = np.unique(place[full], return_inverse=True)
    together = np.bincount(member, weights=want[full], minlength=len(totes)).astype(np.int64)
    none = np.zeros(len(totes), dtype=np.int64)
    rank = np.arange(int((~full).sum())) - np.searchsorted(place[~full], place[~full]) + 2
    return [
        _count_lines(leg, (totes, together, none, none + NONE, none + 1), day, sku_pool),
        _count_lines(leg, (place[~full], want[~full], lack[~full], which[~full], rank), day, sku_pool),
    ]


def _count_lines(leg: Leg, lines: tuple[Ints, Ints, Ints, Ints, Ints], day: int, sku_pool: pa.Array) -> Emission:
    keep = lines[1] > 0
    place, expected, short, sku, number = (part[keep] for part in lines)
    of_place = np.zeros(int(leg.taker.max()) + 1, dtype=np.int64)
    of_place[leg.taker] = np.arange(len(leg.taker))
    line = of_place[place]
    row: Columns = {
        "handover_id": Numbered(leg.prefix, stamp(day) * 100_000 + place), "line_no": number, "from_kind": leg.kinds[0],
        "from_id": Words(leg.pools[0], leg.giver[line]), "to_kind": leg.kinds[1], "to_id": Words(leg.pools[1], place),
        "trip_id": Numbered("TR", leg.trip[line]), "batch_id": Numbered("B", leg.batch[line]), "sku_id": Words(sku_pool, sku),
        "tote_id": Numbered("TT", np.where(sku == NONE, place, NONE)), "expected_qty": expected,
        "counted_qty": expected - short, "short_qty": short, "over_qty": np.zeros(len(place), dtype=np.int64),
        "handed_at": leg.at[line],
    }  # fmt: skip
    return emission("handover", row, leg.at[line])
