"""`daily.parquet` of the FreshRetailNet form as a panel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linshu.domains.supply.forecast.panel import Panel, dense

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from linshu.domains.supply.forecast.panel import Codes, Reals

OPEN, SHUT = 6, 22  # the hours a stock-out counts in
PULL = 200.0  # units of sales a family must have before its own hours outweigh everybody's
PIECE = 0.1  # the data's own smallest quantity
GROUPS = {
    "product": "product_id", "place": "store_id", "region": "city_id", "kind_of_place": "management_group_id",
    "family": "third_category_id", "wider_family": "second_category_id", "widest_family": "first_category_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fresh:
    """The data hour by hour, before anything is estimated."""

    first_day: date
    hourly: Reals  # [N, T, 24] sales
    sold: Reals  # [N, T] sales of the day
    closed: npt.NDArray[np.bool_]  # [N, T, 24] out of stock
    price: Reals
    promoted: Reals
    holiday: Reals
    groups: dict[str, Codes]

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """[N, T] never out of stock in the hours that count."""
        return ~self.closed.any(axis=2)

    def panel(self, learned_until: int) -> Panel:
        """As a panel; the usual hours are learned from the days before `learned_until`."""
        known = self.whole.copy()
        known[:, learned_until:] = False
        seen = exposures(self.hourly, self.closed, self.groups["wider_family"], known)
        return Panel(
            self.first_day, self.sold, np.where(self.whole, 1, seen).astype(np.float32), self.price, self.promoted,
            self.holiday, self.groups, PIECE,
        )  # fmt: skip


def read(file: Path, stores: int | None = None, seed: int = 1) -> Fresh:
    """All series, or those of so many stores drawn at random."""
    table = pq.read_table(file)
    if stores is not None:
        names = np.unique(table["store_id"].to_numpy())
        drawn = np.random.default_rng(seed).choice(names, min(stores, len(names)), replace=False)
        table = table.filter(pc.field("store_id").isin(drawn))
    days = int(pc.count_distinct(table["dt"]).as_py())
    series = table.num_rows // days

    def block(name: str) -> npt.NDArray[Any]:
        return table[name].to_numpy().reshape(series, days)

    hourly = table["hourly_sale_x10"].combine_chunks().flatten().to_numpy().reshape(series, days, 24)
    hours = np.arange(24)
    closed = (block("stockout_hours_mask")[:, :, None] >> hours) & 1 == 1
    closed[:, :, :OPEN] = closed[:, :, SHUT:] = False
    first = table["dt"][0].as_py()
    return Fresh(
        date(first.year, first.month, first.day),
        (hourly * np.float32(PIECE)).astype(np.float32),
        block("sale_amount").astype(np.float32),
        closed,
        block("discount").astype(np.float32),
        block("activity_flag").astype(np.float32),
        block("holiday_flag").mean(axis=0).round().astype(np.float32),
        {name: dense(block(column)[:, 0]) for name, column in GROUPS.items()},
    )


def exposures(hourly: Reals, closed: npt.NDArray[np.bool_], family: Codes, known: npt.NDArray[np.bool_]) -> Reals:
    """[N, T] the share of a usual day's sales that falls into the open hours.

    `hourly` [N, T, 24] sales, `closed` [N, T, 24] hours out of stock, `known` [N, T] days the usual hours are learned from.
    """
    usual = np.zeros((int(family.max()) + 1, hourly.shape[2]), np.float32)
    np.add.at(usual, family, np.einsum("nth,nt->nh", hourly, known.astype(np.float32)))
    everybody = usual.sum(axis=0) / max(float(usual.sum()), 1e-9)
    shares = (usual + PULL * everybody) / (usual.sum(axis=1, keepdims=True) + PULL)
    shut = np.einsum("nth,nh->nt", closed.astype(np.float32), shares[family].astype(np.float32))
    found: Reals = np.clip(1 - shut, 0, 1).astype(np.float32)
    return found
