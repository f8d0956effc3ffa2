"""What is told of suppliers and their lots: lateness, shortness, what spoils, how long they take, and who got a bad lot."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
from scipy.stats import spearmanr

from benchmarks.report import Row
from linshu.domains.supply.recall import decide, inputs
from linshu.domains.supply.replenish.inputs import LEAD_DAYS, LEADS
from linshu.twin.stock import BAD_LOT, FRESH_DAYS, LEAD

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from linshu.app.local import LocalShop

BAD_ROT = 0.15  # the mean of what spoils of a bad lot
LOTS = 40  # recalled, the first of so many
TAKES = {"stocked": LEAD, "prepared": 1, "buy_to_order": 0}  # company days from order to arrival
KEPT = ("purchase_on_time_rate", "purchase_fill_rate", "supplier_case_rate")
SUPPLIERS = "SELECT supplier_id, late, short FROM '{truth}/supplier/*.parquet'"
ROT = "SELECT sku_id AS sku, rot FROM '{truth}/sku/*.parquet'"
GOODS = "SELECT sku_id AS sku, supplier_id AS supplier, shelf_life_days AS days, supply_mode AS mode FROM dim_sku"
AGREED = "SELECT supplier_id, lead_days FROM dim_supplier"
BAD = "SELECT lot_id FROM '{truth}/bad_lot/*.parquet' WHERE day BETWEEN $1 AND $2 ORDER BY day, lot_id"


def suppliers(shop: LocalShop, truth: Path, span: tuple[date, date]) -> tuple[Row, ...]:
    """Whether those who seem to come late, come short and bring what spoils are those who do: rank correlation."""
    told = shop.figures.query(KEPT, "supplier", start=span[0], end=span[1]).rows()
    found = {row["supplier"]: row for row in told if row["purchase_on_time_rate"] is not None}
    known = duckdb.connect().execute(SUPPLIERS.format(truth=truth)).fetchall()
    pairs = [(late, short, found[one]) for one, late, short in known if one in found]
    spoils = _spoils(shop, truth, span)
    listed = [(spoils[one], row["supplier_case_rate"]) for one, row in found.items() if one in spoils]

    def row(what: str, pairs: Sequence[tuple[float, Any]]) -> Row:
        return Row(what, float(spearmanr(*zip(*pairs, strict=True)).statistic), None, "rank correlation")

    return (
        row("suppliers by lateness, against the true order", [(late, -one["purchase_on_time_rate"]) for late, _, one in pairs]),
        row("suppliers by what they leave out, against the true order", [(short, -one["purchase_fill_rate"]) for _, short, one in pairs]),
        row("suppliers by what spoils of theirs, against the true order", listed),
        _lead(shop, span[1]),
    )  # fmt: skip


def _spoils(shop: LocalShop, truth: Path, span: tuple[date, date]) -> Mapping[str, float]:
    """The share that spoils of what each supplier's goods sold, by each good's true chance and that of a bad lot."""
    goods = shop.figures.read(GOODS).to_pandas()
    rot = duckdb.connect().execute(ROT.format(truth=truth)).df()
    units = shop.figures.query("units", "sku", start=span[0], end=span[1]).table.to_pandas()
    every = goods.merge(rot, on="sku").merge(units, on="sku")
    bad = np.where(every["days"] <= FRESH_DAYS, BAD_LOT, 0.0)
    every["gone"] = ((1 - bad) * every["rot"] + bad * BAD_ROT) * every["units"].astype(float)
    summed = every.groupby("supplier")[["gone", "units"]].sum()
    return {str(one): row["gone"] / row["units"] for one, row in summed.iterrows() if row["units"] > 0}


def _lead(shop: LocalShop, day: date) -> Row:
    """How far the days an order is said to take lie from those it takes; the rival believes what was agreed."""
    seen = shop.figures.read(LEADS, (day - timedelta(days=LEAD_DAYS),)).to_pandas()
    said = seen.groupby(["supplier_id", "warehouse_id"], as_index=False)["days"].median()
    said["agreed"] = said["supplier_id"].map(
        {row["supplier_id"]: row["lead_days"] for row in shop.figures.read(AGREED).to_pylist()}
    )
    modes = {row["supplier"]: row["mode"] for row in shop.figures.read(GOODS).to_pylist()}
    said["true"] = said["supplier_id"].map(modes).map(TAKES)
    said = said.dropna()
    ours, plain = (float((said[name] - said["true"]).abs().mean()) for name in ("days", "agreed"))
    return Row("error of the days a delivery takes", ours, plain, "days")  # fmt: skip


def recalls(shop: LocalShop, truth: Path, span: tuple[date, date]) -> tuple[Row, ...]:
    """Recalls of bad lots where no sale names its lot: whether all who may have got some are found, and how many are called in vain.

    The company's sales do name their lots; these names are the truth, and are taken away from what the recall reads. The
    rival calls everybody who bought the good from the day it came in until the lot's last day.
    """
    lots = [lot for (lot,) in duckdb.connect().execute(BAD.format(truth=truth), list(span)).fetchall()]
    counted = np.zeros((2, 3))
    for lot in (inputs.one(shop.figures, one) for one in lots[:LOTS]):
        moves = inputs.moves(shop.figures, lot)
        left = {one.day for one in moves if one.kind == "sale" and one.lot == lot.lot}
        nameless = [replace(one, lot="") if one.kind == "sale" else one for one in moves]
        windows = decide.windows(lot.lot, nameless)
        wide = tuple(replace(one, last=lot.expires_on) for one in windows)
        bought = inputs.bought(shop.figures, lot, wide, span[1])
        homes = {one.warehouse for one in windows}
        true = {(one.order, one.line) for one in bought if one.warehouse in homes and one.handed_on in left}
        for at, found in enumerate((windows, wide)):
            called = {(one.bought.order, one.bought.line) for one in decide.buyers(lot.lot, found, bought, {})}
            counted[at] += (len(called & true), len(true), len(called))
    (ours, plain) = counted
    return (
        Row("buyers of a bad lot who are found", ours[0] / ours[1], plain[0] / plain[1], "share"),
        Row("of those called, who may have got some of it", ours[0] / ours[2], plain[0] / plain[2], "share"),
    )
