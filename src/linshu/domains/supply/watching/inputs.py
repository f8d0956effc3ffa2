"""What the rule reads: stock within the viewer's scope through the metric layer; lots, forecasts, orders and goods as published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linshu.domains.supply.replenish.coming import LATE_DAYS
from linshu.domains.supply.replenish.inputs import above
from linshu.domains.supply.replenish.scenarios import USUAL_WIDTH
from linshu.domains.supply.watching.decide import NEVER, Lots, Positions
from linshu.domains.supply.watching.sharing import parts, thinned

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from linshu.domains.supply.watching.decide import Flags, Reals, Whole
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
    shared: Flags  # of each position: its demand is a part of what is forecast for the warehouse that supplies it


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
    lots = Places(frame).placed(reading.rows(LOTS)).to_pandas()
    told = Told.read(reading, frame, evening)
    return Known(
        evening, known_on, told.made_on, frame, _arranged(frame, lots, told), _lots(lots, evening), lots, told.shared
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What is forecast of each position, [N, AHEAD]; nan where nobody says."""

    mean: Reals
    variance: Reals
    shared: Flags
    made_on: date | None

    @classmethod
    def read(cls, reading: Reading, frame: pd.DataFrame, evening: date) -> Told:
        """Each warehouse by its own forecast; one below another without its own, by its part of that one's."""
        forecasts = reading.of_goods(FORECASTS, evening, evening + AHEAD * DAY)
        own = Places(frame).placed(forecasts)
        mean, variance = _spread(own, len(frame))
        shared, homes = np.zeros(len(frame), bool), above(reading.shop)
        served = frame.assign(warehouse_id=frame["warehouse_id"].map(homes).fillna(frame["warehouse_id"]))[KEYS]
        below = (served["warehouse_id"] != frame["warehouse_id"]).to_numpy()
        lone = np.all(np.isnan(mean), axis=1)
        if any(home != name for name, home in homes.items()):
            asked = served.drop_duplicates().reset_index(drop=True)
            at = (
                asked.reset_index()
                .merge(served.reset_index(names="place"), on=KEYS)
                .sort_values("place")["index"]
                .to_numpy()
            )
            placed = Places(asked).placed(forecasts)
            whole, widely = _spread(placed, len(asked))
            part = parts(_recent(frame), _leaving(reading, evening, homes, forecasts, asked)[at], ~below)
            shared = below & lone & ~np.isnan(part) & ~np.all(np.isnan(whole[at]), axis=1)
            taken = shared | ~(below | lone)
            mean[taken], variance[taken] = (each[taken] for each in thinned(whole[at], widely[at], part))
            own = placed if placed.num_rows else own
        return cls(mean, variance, shared, pc.max(own["made_on"]).as_py())


def _spread(told: pa.Table, many: int) -> tuple[Reals, Reals]:
    """Mean and variance of each day ahead of each place."""
    mean, variance = (np.full((many, AHEAD), np.nan) for _ in range(2))
    place, ahead = (told[name].to_numpy().astype(np.int64) for name in ("position", "ahead"))
    wanted, known = (told[name].to_numpy().astype(float) for name in ("wanted_units", "known_qty"))
    width = pc.fill_null(told["width"].cast(pa.float64()), USUAL_WIDTH).to_numpy()
    mean[place, ahead - 1] = wanted + known
    variance[place, ahead - 1] = wanted + width * wanted**2
    return mean, variance


def _leaving(
    reading: Reading, evening: date, homes: Mapping[str, str], forecasts: pa.Table, asked: pd.DataFrame
) -> Reals:
    """Pieces a day that lately left by sale, of each good and supplying warehouse, from all without a forecast of their own."""
    rows = reading.of_goods(RECENT, evening).to_pandas()
    known = forecasts.select(KEYS).group_by(KEYS).aggregate([]).to_pandas().assign(own=True)
    rows = rows.merge(known, on=KEYS, how="left")
    home = rows["warehouse_id"].map(homes).fillna(rows["warehouse_id"])
    rows = rows[(home == rows["warehouse_id"]) | rows["own"].isna()].assign(warehouse_id=home)
    rows["recent"] = rows["recent"].clip(lower=0)
    total = rows.groupby(KEYS, as_index=False)["recent"].sum()
    found: Reals = asked.merge(total, on=KEYS, how="left")["recent"].fillna(0).to_numpy(float)
    return found


def _recent(frame: pd.DataFrame) -> Reals:
    recent: Reals = frame["recent"].fillna(0).clip(lower=0).to_numpy(float)
    return recent


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

    def of_goods(self, sql: str, *params: object) -> pa.Table:
        """What a statement finds of the SKU named, in every warehouse."""
        if self.only is None:
            return self.shop.read(sql, params)
        return self.shop.read(
            f"SELECT * FROM ({sql}) AS found WHERE sku_id = ${len(params) + 1}", (*params, self.only[0])
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


def _arranged(frame: pd.DataFrame, lots: pd.DataFrame, told: Told) -> Positions:
    many = len(frame)
    good = lots[(lots["on_hand_qty"] > 0) & ~lots["is_expired"].astype(bool)]
    usable = np.bincount(good["position"], weights=good["on_hand_qty"], minlength=many).astype(float)
    units, value = (frame[name].fillna(0).to_numpy(float) for name in FIGURES)
    usable = np.minimum(usable, np.maximum(units, 0))  # lots below zero are owed by the others
    usable = np.maximum(usable - frame["leaving_qty"].fillna(0).to_numpy(float), 0)
    cost = np.divide(value, units, out=np.zeros(many), where=units > 0)
    price = frame["price_fen"].fillna(0).to_numpy(float)
    return Positions(
        usable, frame["kept"].fillna(value=True).to_numpy(bool), np.where(price > 0, price, cost), cost,
        _recent(frame), told.mean, told.variance,
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
