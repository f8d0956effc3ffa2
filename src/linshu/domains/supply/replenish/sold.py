"""What was sold of each good at the warehouse that supplies it, day by day, and how long one could buy: what outcomes go by."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from linshu.domains.supply.replenish.case import HORIZON
from linshu.domains.supply.replenish.inputs import DAY, Key, above
from linshu.domains.supply.replenish.outcome import wanted

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from linshu.domains.supply.replenish.shelf import Reals
    from linshu.engine.shell.asking import Shop

OPENED = (
    "SELECT sku_id, warehouse_id, day, open_share FROM fct_offer_days WHERE day BETWEEN $1 AND $2 AND open_share < 1"
)


def sold_by_day(shop: Shop, day: date, apart: Collection[Key] = ()) -> Mapping[Key, Sequence[float]]:
    """What was asked for from `day` on, by good and supplying warehouse, those of `apart` alone; see `outcome.wanted`."""
    sold, opened, keys = _sold(shop, day, HORIZON, apart)
    found = wanted(sold, opened)
    return {key: found[row].tolist() for key, row in keys.items()}


def sold_and_open(shop: Shop, first: date, days: int, keys: Sequence[Key]) -> tuple[Reals, Reals]:
    """[keys, days] units sold, and the share of each day on which one could buy."""
    sold, opened, known = _sold(shop, first, days)
    rows = [known.get(key, -1) for key in keys]
    nothing = np.zeros((1, days), np.float32)
    return np.concatenate([sold, nothing])[rows], np.concatenate([opened, nothing + 1])[rows]


def _sold(shop: Shop, first: date, days: int, apart: Collection[Key] = ()) -> tuple[Reals, Reals, dict[Key, int]]:
    warehouses = above(shop)
    last = first + (days - 1) * DAY
    rows = shop.query("units", ("sku", "warehouse"), start=first, end=last, grain="day").rows()
    keys: dict[Key, int] = {}
    cells = []
    for row in rows:
        if row["sku"] and row["warehouse"]:
            own = (row["sku"], row["warehouse"])
            key = own if own in apart else (row["sku"], warehouses.get(row["warehouse"], row["warehouse"]))
            cells.append(
                (keys.setdefault(key, len(keys)), (date.fromisoformat(str(row["day"])) - first).days, row["units"])
            )
    sold, opened = np.zeros((len(keys), days), np.float32), np.ones((len(keys), days), np.float32)
    for place, number, units in cells:
        sold[place, number] += units or 0
    for row in shop.read(OPENED, (first, last)).to_pylist():
        if (row["sku_id"], row["warehouse_id"]) in keys:
            opened[keys[row["sku_id"], row["warehouse_id"]], (row["day"] - first).days] = row["open_share"]
    return sold, opened, keys
