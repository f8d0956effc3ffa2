"""From tables to the panel: which series there are, and day by day what was sold, offered and planned: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from linshu.domains.supply.forecast.booked import Booked, habit
from linshu.domains.supply.forecast.festival import season
from linshu.domains.supply.forecast.horizon import HORIZONS
from linshu.domains.supply.forecast.likeness import Traits
from linshu.domains.supply.forecast.panel import Panel, dense
from linshu.domains.supply.forecast.weather import weather_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pyarrow as pa

    from linshu.domains.supply.forecast.panel import Reals

ALIVE_DAYS = 28  # a series neither sold nor offered for so long is not forecast
HABIT_DAYS = 28  # days the habit of ordering ahead is taken from


@dataclass(frozen=True, slots=True)
class Series:
    """The panel, and whose its rows are."""

    panel: Panel
    sku: tuple[str, ...]
    warehouse: tuple[str, ...]
    booked: Booked
    traits: Traits
    offers_known: (
        bool  # whether it is recorded when goods could be bought; else every day with stock since the first sale counts
    )


def assemble(tables: Mapping[str, pa.Table], made_on: date) -> Series:
    """Every SKU and supplying warehouse that lives, on all days up to `made_on` and the planned ones after it."""
    days = pd.to_datetime(tables["days"]["day"].to_pandas())
    past = int((days <= pd.Timestamp(made_on)).sum())
    above = tables["supplying"].to_pandas().drop_duplicates("warehouse_id").set_index("warehouse_id")
    sold, offered = _sold(tables["sold"], above), tables["offered"].to_pandas()
    early = sold[sold["day"] > sold["paid_on"]]
    early = early.assign(before=(early["day"] - early["paid_on"]).dt.days)
    sold = _summed(sold)
    offered["day"] = pd.to_datetime(offered["day"])
    alive = days.iloc[max(0, past - ALIVE_DAYS)]
    keys = pd.concat([each.loc[each.day >= alive, ["sku", "warehouse"]] for each in (sold, offered)])
    keys = keys.drop_duplicates().sort_values(["sku", "warehouse"]).reset_index(drop=True)
    grid = Grid(keys, days)
    goods = tables["goods"].to_pandas().drop_duplicates("sku_id").set_index("sku_id").reindex(keys["sku"])
    due = grid.of(sold, "units", 0.0)
    quantities = due[:, :past]
    known = len(offered) > 0
    course = usual_course(tables["curve"], int(tables["asked"]["begins"][0].as_py()))
    exposure = _exposure(grid, offered, course, quantities, known=known)[:, :past]
    if not known:
        exposure *= _in_stock(grid, tables["stood"], quantities)
    region = above.drop_duplicates("supplier_id").set_index("supplier_id")["region"].reindex(keys["warehouse"])
    panel = Panel(
        days.iloc[0].date(), quantities, exposure, _prices(grid, offered, goods),
        grid.of(offered, "promoted", 0.0), tables["days"]["is_off"].to_numpy(zero_copy_only=False).astype(np.float32),
        {
            "product": dense(keys["sku"].to_numpy(str)), "place": dense(keys["warehouse"].to_numpy(str)),
            "region": dense(region.fillna("").to_numpy(str)), "family": dense(goods["family"].fillna("").to_numpy(str)),
            "widest_family": dense(goods["widest_family"].fillna("").to_numpy(str)),
        },
        weather=weather_of(tables["weather"], region.fillna("").tolist(), days.iloc[0].date(), past),
        season=season(tables["festivals"], np.unique(goods["family"].fillna("").to_numpy(str)).tolist(), [one.date() for one in days]),
    )  # fmt: skip
    lately = slice(max(0, past - HABIT_DAYS), past)
    ahead = np.stack(
        [grid.of(_summed(early[early.before >= one]), "units", 0.0)[:, lately].sum(axis=1) for one in HORIZONS], axis=1
    )
    booked = Booked(due[:, past:], habit(ahead, quantities[:, lately].sum(axis=1), panel.groups["family"]))
    traits = Traits(
        goods["list_price_fen"].fillna(0).to_numpy(np.float32), *(pd.factorize(goods[name].replace("", None))[0].astype(np.int64) for name in ("brand", "supplier")),
    )  # fmt: skip
    return Series(panel, tuple(keys["sku"]), tuple(keys["warehouse"]), booked, traits, known)


class Grid:
    """Series down, days across: turns lists of (sku, warehouse, day, value) into blocks."""

    def __init__(self, keys: pd.DataFrame, days: pd.Series) -> None:
        self._row = pd.Series(np.arange(len(keys)), index=pd.MultiIndex.from_frame(keys[["sku", "warehouse"]]))
        self._column = pd.Series(np.arange(len(days)), index=days)
        self.shape = (len(keys), len(days))

    def of(self, listed: pd.DataFrame, value: str, otherwise: float) -> Reals:
        """The values in their places, `otherwise` where the list is silent."""
        block = np.full(self.shape, otherwise, np.float32)
        rows = self._row.reindex(pd.MultiIndex.from_frame(listed[["sku", "warehouse"]])).to_numpy(float)
        columns = self._column.reindex(listed["day"]).to_numpy(float)
        placed = ~(np.isnan(rows) | np.isnan(columns))
        block[rows[placed].astype(int), columns[placed].astype(int)] = listed[value].to_numpy(np.float32)[placed]
        return block


def _sold(table: pa.Table, above: pd.DataFrame) -> pd.DataFrame:
    listed = table.to_pandas().dropna(subset=["sku", "warehouse"])
    listed["warehouse"] = listed["warehouse"].map(above["supplier_id"]).fillna(listed["warehouse"])
    for name in ("day", "paid_on"):
        listed[name] = pd.to_datetime(listed[name])
    found: pd.DataFrame = listed
    return found


def _summed(listed: Any) -> pd.DataFrame:
    summed: pd.DataFrame = listed.groupby(["sku", "warehouse", "day"], as_index=False)["units"].sum()
    return summed


def _exposure(grid: Grid, offered: pd.DataFrame, course: tuple[Any, Any], sold: Reals, *, known: bool) -> Reals:
    """The share of a day's demand that could be met; of the time it was open, by the usual course of a day."""
    if not known:
        begun = np.cumsum(sold, axis=1) > 0
        return np.pad(begun.astype(np.float32), ((0, 0), (0, grid.shape[1] - sold.shape[1])))
    open_time = grid.of(offered, "open_share", 0.0)
    open_time[:, : sold.shape[1]] = np.where(
        (sold > 0) & (open_time[:, : sold.shape[1]] == 0), 1, open_time[:, : sold.shape[1]]
    )
    return np.where(open_time >= 1, 1, np.interp(open_time, *course)).astype(np.float32)


def _in_stock(grid: Grid, stood: pa.Table, sold: Reals) -> Reals:
    """Where nobody records listings: the share of a day's demand that stock could meet, by the warehouses that had some.

    Of a warehouse that was empty all day none, of one that ran out during it half, since nobody knows the hour. What sold all
    the same could be bought.
    """
    listed = stood.to_pandas()
    listed["day"] = pd.to_datetime(listed["day"])
    share = grid.of(listed, "open_share", 1.0)[:, : sold.shape[1]]
    return np.where((share == 0) & (sold > 0), 1, share).astype(np.float32)


def usual_course(curve: pa.Table, begins: int) -> tuple[Any, Any]:
    """(share of the company day gone, share of its sales made) at each full hour; even where nothing is known."""
    gone = np.linspace(0, 1, 25)
    listed = curve.to_pandas()
    if listed["units"].sum() <= 0:
        return gone, gone
    place = (listed["hour"].str.slice(11, 13).astype(int) - begins) % 24
    by_hour = listed.groupby(place)["units"].sum().reindex(range(24)).fillna(0).to_numpy(float)
    return gone, np.concatenate([[0.0], np.cumsum(by_hour) / by_hour.sum()])


def _prices(grid: Grid, offered: pd.DataFrame, goods: pd.DataFrame) -> Reals:
    """The price over the list price; where nothing is listed or planned, the last one known."""
    price = grid.of(offered, "price_fen", np.nan)
    usual = goods["list_price_fen"].to_numpy(float)
    middle = np.nanmedian(np.where(np.isnan(price).all(axis=1, keepdims=True), 1, price), axis=1)
    usual = np.where(np.isnan(usual) | (usual <= 0), middle, usual)
    ratio = pd.DataFrame(price / usual[:, None]).ffill(axis=1).bfill(axis=1).fillna(1.0)
    return ratio.to_numpy(np.float32)
