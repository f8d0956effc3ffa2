"""The company's price lists: fresh goods are priced anew each week, the rest keeps its price."""

from __future__ import annotations

import numpy as np

from linshu.twin import market
from linshu.twin.emission import Emission, emission
from linshu.twin.rows import NONE, Columns, Ints, Words, pool
from linshu.twin.seasons import describe
from linshu.twin.stock import FRESH_DAYS
from linshu.twin.today import Today

REASONS = pool(["本周行情价"])


def lists(today: Today) -> list[Emission]:
    """What is priced today: everything on the first day, fresh goods every Monday, each SKU on the day it is launched."""
    world, day = today.world, today.day.number
    goods = world.goods
    first, fresh = day == world.config.first_day, goods.shelf_days <= FRESH_DAYS
    due = (goods.launched <= day) & (goods.retired > day) & (fresh if today.day.weekday == 0 else first)
    due |= goods.launched == day
    return [_rows(today, np.flatnonzero(due | (first & (goods.launched <= day))), fresh)]


def _rows(today: Today, sku: Ints, fresh: np.ndarray) -> Emission:
    world, day = today.world, today.day.number
    usual, cost = market.prices(world.config, world.goods, describe(day))
    since = np.full(len(sku), world.clock.at(day, 0.0))
    next_monday = world.clock.at(day + 7 - today.day.weekday, 0.0)
    row: Columns = {
        "sku_id": Words(world.pools.sku, sku), "scope_kind": "all", "scope_id": "*", "valid_from": since,
        "valid_to": np.where(fresh[sku], next_monday, NONE), "sale_price_fen": usual[sku].astype(np.int64),
        "cost_fen": cost[sku].astype(np.int64), "funder": None, "reason": Words(REASONS, np.where(fresh[sku], 0, NONE)),
    }  # fmt: skip
    return emission("price", row, world.clock.start(day))
