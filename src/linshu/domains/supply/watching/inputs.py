"""What the rule reads: stock within the viewer's scope through the metric layer; lots, forecasts, orders and goods as published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linshu.domains.supply.replenish.coming import LATE_DAYS
from linshu.domains.supply.replenish.scenarios import USUAL_WIDTH
from linshu.domains.supply.watching.decide import NEVER, Lots, Positions

if TYPE_CHECKING:
    import pandas as pd

    from linshu.domains.supply.watching.decide import Whole
    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop

DAY = timedelta(days=1)
AHEAD = 14
RECENT_DAYS = 28
KEYS = ["sku_id", "warehouse_id"]
FIGURES = ("stock_units", "stock_value")
KNOWN = "SELECT max(stock_date) AS day FROM fct_stock_days"
LOTS = """
SELECT
    sku_id, warehouse_id, stock_batch_id, received_on, expires_on, received_qty, on_hand_qty, on_hand_fen, idle_days, is_near, is_expired
FROM fct_stock_lots
"""
FORECASTS = """
SELECT
    sku_id, warehouse_id, CAST(day - CAST($1 AS DATE) AS INTEGER) AS ahead, wanted_units, known_qty, width, made_on
FROM fct_forecast_day
WHERE is_latest AND day > CAST($1 AS DATE) AND day <= CAST($2 AS DATE)
"""
COMING = """
SELECT
    sku_id, warehouse_id, min(greatest(due_date, CAST($1 AS DATE) + 1)) AS next_on, CAST(sum(coming_qty) AS BIGINT) AS coming_qty
FROM fct_coming_lines
WHERE coming_qty > 0 AND due_date >= CAST($2 AS DATE)
GROUP BY sku_id, warehouse_id
"""
LEAVING = """
SELECT sku_id, from_warehouse_id AS warehouse_id, CAST(sum(leaving_qty) AS BIGINT) AS leaving_qty
FROM fct_coming_lines
WHERE leaving_qty > 0 AND due_date >= CAST($1 AS DATE)
GROUP BY ALL
"""
LEADS = """
SELECT sku_id, warehouse_id, CAST(round(median(received_date - ordered_date)) AS BIGINT) AS lead_days
FROM fct_purchase_lines
WHERE received_date >= ordered_date AND received_date > CAST($1 AS DATE) - 90
GROUP BY sku_id, warehouse_id
"""
RECENT = """
SELECT sku_id, warehouse_id, -sum(qty) / 28 AS recent
FROM fct_stock_movements
WHERE kind = 'sale' AND moved_date > CAST($1 AS DATE) - 28
GROUP BY sku_id, warehouse_id
"""
GOODS = """
SELECT
    sku_id, category, coalesce(list_price_fen, 0) AS price_fen,
    coalesce(supply_mode NOT IN ('buy_to_order', 'dropship', 'prepared'), TRUE) AS kept
FROM dim_sku
"""


@dataclass(frozen=True, slots=True)
class Known:
    """The stock of one evening and what is known around it; `frame` has a row for each position, its place there."""

    evening: date  # days ahead begin after it
    known_on: date  # the last day of the books
    made_on: date | None  # the newest forecast used
    frame: pd.DataFrame
    positions: Positions
    lots: Lots
    lot_rows: pd.DataFrame


def evening_of(shop: Shop, today: date) -> tuple[date, date] | None:
    """The evening demand is counted from, and the last day booked; None where no stock is.

    What today will still ask for is not gone yet, however much of today is booked already.
    """
    known: date | None = shop.read(KNOWN)["day"][0].as_py()
    return None if known is None else (min(known, today - DAY), known)


def load(shop: Shop, scope: Scope, today: date, only: tuple[str, str] | None = None) -> Known | None:
    """The positions within the scope; of one SKU in one warehouse when given."""
    found = evening_of(shop, today)
    if found is None:
        return None
    evening, known_on = found
    where = {"sku": only[0], "warehouse": only[1]} if only else {}
    stock = shop.query(FIGURES, ("sku", "warehouse"), start=known_on, end=known_on, where=where, scope=scope).table
    reading = Reading(shop, only)
    frame = _positions(stock.to_pandas(), reading, evening)
    places = Places(frame)
    lots = places.placed(reading.rows(LOTS)).to_pandas()
    told = places.placed(reading.rows(FORECASTS, evening, evening + AHEAD * DAY))
    made_on: date | None = pc.max(told["made_on"]).as_py()
    return Known(evening, known_on, made_on, frame, _arranged(frame, lots, told), _lots(lots, evening), lots)


class Places:
    """Finds the position of a row by its SKU and warehouse; millions of rows at a time."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._values = [pa.array(frame[key].unique(), pa.string()) for key in KEYS]
        keys = self._keys(pa.Table.from_pandas(frame[KEYS], preserve_index=False))
        self._order = np.argsort(keys)
        self._sorted = keys[self._order]

    def placed(self, table: pa.Table) -> pa.Table:
        """The rows that belong to a position, with its place."""
        keys = self._keys(table)
        at = np.searchsorted(self._sorted, keys).clip(max=max(len(self._sorted) - 1, 0))
        mine = self._sorted[at] == keys if len(self._sorted) else np.zeros(len(keys), bool)
        return table.filter(pa.array(mine)).append_column("position", pa.array(self._order[at[mine]], pa.int64()))

    def _keys(self, table: pa.Table) -> Whole:
        sku, home = (
            pc.fill_null(pc.index_in(table[key].cast(pa.string()), value_set=values), -1).to_numpy().astype(np.int64)
            for key, values in zip(KEYS, self._values, strict=True)
        )
        return np.where((sku < 0) | (home < 0), -1, sku * max(len(self._values[1]), 1) + home)


@dataclass(frozen=True, slots=True)
class Reading:
    """The published tables, of one SKU in one warehouse when named."""

    shop: Shop
    only: tuple[str, str] | None

    def rows(self, sql: str, *params: object) -> pa.Table:
        """What a statement finds."""
        if self.only is None:
            return self.shop.read(sql, params)
        at = len(params)
        return self.shop.read(
            f"SELECT * FROM ({sql}) AS found WHERE sku_id = ${at + 1} AND warehouse_id = ${at + 2}",
            (*params, *self.only),
        )


def _positions(stock: pd.DataFrame, reading: Reading, evening: date) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    stock = stock.rename(columns={"sku": "sku_id", "warehouse": "warehouse_id"}).dropna(subset=KEYS)
    for sql, params in (
        (COMING, (evening, evening + DAY - LATE_DAYS * DAY)),
        (LEAVING, (evening + DAY - LATE_DAYS * DAY,)),
        (LEADS, (evening,)),
        (RECENT, (evening,)),
    ):
        stock = stock.merge(reading.rows(sql, *params).to_pandas(), on=KEYS, how="left")
    stock = stock.merge(reading.shop.read(GOODS).to_pandas(), on="sku_id", how="left")
    stock["receipt_in"] = (pd.to_datetime(stock["next_on"]) - pd.Timestamp(evening)).dt.days.fillna(NEVER)
    return stock.reset_index(drop=True)


def _arranged(frame: pd.DataFrame, lots: pd.DataFrame, told: pa.Table) -> Positions:
    many = len(frame)
    mean, variance = (np.full((many, AHEAD), np.nan) for _ in range(2))
    place, ahead = (told[name].to_numpy().astype(np.int64) for name in ("position", "ahead"))
    wanted, known = (told[name].to_numpy().astype(float) for name in ("wanted_units", "known_qty"))
    width = pc.fill_null(told["width"].cast(pa.float64()), USUAL_WIDTH).to_numpy()
    mean[place, ahead - 1] = wanted + known
    variance[place, ahead - 1] = wanted + width * wanted**2
    good = lots[(lots["on_hand_qty"] > 0) & ~lots["is_expired"].astype(bool)]
    usable = np.bincount(good["position"], weights=good["on_hand_qty"], minlength=many).astype(float)
    units, value = (frame[name].fillna(0).to_numpy(float) for name in FIGURES)
    usable = np.minimum(usable, np.maximum(units, 0))  # lots below zero are owed by the others
    usable = np.maximum(usable - frame["leaving_qty"].fillna(0).to_numpy(float), 0)
    cost = np.divide(value, units, out=np.zeros(many), where=units > 0)
    price = frame["price_fen"].fillna(0).to_numpy(float)
    return Positions(
        usable, frame["kept"].fillna(value=True).to_numpy(bool), np.where(price > 0, price, cost), cost,
        np.maximum(frame["recent"].fillna(0).to_numpy(float), 0), mean, variance,
        frame["receipt_in"].to_numpy(np.int64), frame["lead_days"].fillna(0).to_numpy(np.int64),
    )  # fmt: skip


def _lots(lots: pd.DataFrame, evening: date) -> Lots:
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    last = (pd.to_datetime(lots["expires_on"]) - pd.Timestamp(evening)).dt.days.fillna(NEVER)
    return Lots(
        lots["position"].to_numpy(np.int64), lots["on_hand_qty"].to_numpy(float), lots["on_hand_fen"].to_numpy(float),
        last.to_numpy().astype(np.int64), lots["is_near"].to_numpy(bool), lots["is_expired"].to_numpy(bool),
        lots["idle_days"].to_numpy(np.int64), lots["received_qty"].to_numpy(float),
    )  # fmt: skip
