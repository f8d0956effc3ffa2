"""The night and day after a cut-off: trucks, counts at every hand-over, collection in the evening."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linshu.twin.clock import DAY, HOUR
from linshu.twin.places import Places
from linshu.twin.rows import NEVER, Ints
from linshu.twin.stock_rows import Supply
from linshu.twin.today import Sales, Today

PROMISE_HOUR = 16.0
FIRST_STOP_HOUR, STOP_MINUTES = 9.0, 34
LATE_TRUCK, LATE_TRUNK = 0.030, 0.012  # chance a day of a van, and of the trunk truck to a grid, to be badly late
GRID_LOSS, POINT_LOSS = 0.0022, 0.0040  # chance of a line to lose a piece on the way to the grid, to the point
STAYS = 0.032  # orders not fetched on the day
RETURNED = 0.30  # of those, never fetched at all


@dataclass(frozen=True)
class Haul:
    """When the day's trucks were where; by grid for the trunk, by route and by point for the vans."""

    trunk_out: Ints
    trunk_in: Ints
    van_out: Ints
    van_late: NDArray[np.bool_]
    arrived: Ints  # by point
    planned: Ints  # by point


@dataclass(frozen=True)
class Delivery:
    """What became of every line and order that was to be delivered."""

    haul: Haul
    short_central: Ints  # by line: pieces that never left, were lost before the grid, before the point
    short_grid: Ints
    short_point: Ints
    signed_at: Ints  # by order; NEVER when nothing is delivered
    promised_at: int
    collected_at: Ints  # by order; NEVER: not fetched
    uncollected: NDArray[np.bool_]  # not fetched on the day
    returned: NDArray[np.bool_]  # never fetched

    @property
    def short(self) -> Ints:
        """Pieces missing at the point, by line."""
        return self.short_central + self.short_grid + self.short_point

    @property
    def late(self) -> NDArray[np.bool_]:
        """Orders signed after the promise."""
        return np.asarray((self.signed_at != NEVER) & (self.signed_at > self.promised_at))


def haul(today: Today) -> Haul:
    """The drives of the night and the morning; rain makes lateness likelier."""
    rng, clock, places = today.rng(30), today.world.clock, today.world.places
    runs, day = today.world.routes, today.day.number + 1
    wet = np.array([1.0 + min(spell.rain / 20, 1.5) for spell in today.weathers])
    city_of_grid = places.grid_city
    late_trunk = rng.random(places.grids) < LATE_TRUNK * wet[city_of_grid]
    out = clock.at(day, 3.0) + rng.integers(0, 2400, places.grids)
    trunk_in = (
        out
        + rng.integers(3600, 6600, places.grids)
        + np.where(late_trunk, rng.integers(2 * HOUR, 6 * HOUR, places.grids), 0)
    )
    delay = np.maximum(trunk_in - clock.at(day, 5.6), 0)
    late_van = rng.random(runs.count) < LATE_TRUCK * wet[city_of_grid[runs.grid]]
    held_up = np.where(late_van, rng.integers(2 * HOUR, 6 * HOUR, runs.count), rng.integers(0, 1500, runs.count))
    van_out = clock.at(day, FIRST_STOP_HOUR - 0.6) + delay[runs.grid] + held_up
    planned = clock.at(day, FIRST_STOP_HOUR) + runs.stop * STOP_MINUTES * 60
    drift = rng.normal(0, 420, places.points).astype(np.int64)
    arrived = np.maximum(
        van_out[runs.of_point] + 1800 + runs.stop * STOP_MINUTES * 60 + drift, van_out[runs.of_point] + 600
    )
    return Haul(out, trunk_in, van_out, late_van | late_trunk[runs.grid], arrived, planned)


def deliver(today: Today, sales: Sales, supply: Supply) -> Delivery:
    """Follows every line of a day to the hands of its buyer."""
    rng, places, basket, trade = today.rng(31), today.world.places, sales.basket, sales.trade
    drives = haul(today)
    central = _never_left(today, sales, supply.missing)
    due = np.where(trade.kept[basket.line_order], basket.line_qty, 0) - central
    on_road = trade.mode[basket.line_order] == 0
    grid = ((rng.random(len(due)) < GRID_LOSS) & (due > 0) & on_road).astype(np.int64)
    point = (
        (rng.random(len(due)) < POINT_LOSS * (1 + 2 * _careless(places)[basket.group[basket.line_order]]))
        & (due - grid > 0)
        & on_road
    ).astype(np.int64)
    clock, day = today.world.clock, today.day.number + 1
    signed = drives.arrived[places.group_point[basket.group]]
    home = trade.mode > 0
    brought = np.where(
        trade.mode == 1,
        signed + rng.integers(HOUR // 2, 4 * HOUR, basket.orders),
        clock.at(day + 1, 9.0) + rng.integers(0, DAY, basket.orders),
    )
    signed = np.where(trade.kept, np.where(home, brought, signed), NEVER)
    evening = _evening(rng, basket.orders, clock.at(day, 0.0))
    fetched = np.maximum(evening, np.where(trade.kept, signed, 0) + rng.integers(600, 5400, basket.orders))
    stays = trade.kept & ~home & (rng.random(basket.orders) < STAYS)
    never = stays & (rng.random(basket.orders) < RETURNED)
    fetched = np.where(stays, fetched + DAY - rng.integers(0, 5 * HOUR, basket.orders), fetched)
    fetched = np.where(home, signed, fetched)
    return Delivery(
        haul=drives, short_central=central, short_grid=grid, short_point=point, signed_at=signed,
        promised_at=clock.at(day, PROMISE_HOUR), collected_at=np.where(trade.kept & ~never, fetched, NEVER),
        uncollected=stays, returned=never,
    )  # fmt: skip


def _careless(places: Places) -> NDArray[np.float64]:
    """Some points count badly: one in eight loses three times as much."""
    return np.asarray(places.group_point * 2654435761 % 8 == 0, dtype=np.float64)


def _never_left(today: Today, sales: Sales, missing: Ints) -> Ints:
    """Gives the pieces the warehouse lacked to the orders that came last."""
    basket, trade = sales.basket, sales.trade
    kept = trade.kept[basket.line_order]
    cell = trade.city[basket.line_order] * today.world.goods.count + basket.line_sku
    qty = np.where(kept, basket.line_qty, 0)
    order = np.lexsort((-basket.line_order, cell))
    cum = np.cumsum(qty[order])
    first = np.searchsorted(cell[order], cell[order])
    before = cum - qty[order] - (np.where(first > 0, cum[first - 1], 0) if len(cum) else cum)
    short = np.zeros(len(qty), dtype=np.int64)
    short[order] = np.clip(missing[cell[order]] - before, 0, qty[order])
    return short


def _evening(rng: np.random.Generator, count: int, midnight: int) -> Ints:
    """When people fetch: mostly between five and half past eight, some at noon."""
    late = rng.normal(18.6, 1.15, count)
    noon = rng.uniform(11.5, 17.0, count)
    hour = np.clip(np.where(rng.random(count) < 0.74, late, noon), 10.5, 22.0)
    return midnight + (hour * HOUR).astype(np.int64)


def returned_pieces(delivery: Delivery, sales: Sales) -> Ints:
    """Pieces by line that lie uncollected and go back."""
    basket = sales.basket
    there = basket.line_qty - delivery.short
    return np.where(delivery.returned[basket.line_order], there, 0)
