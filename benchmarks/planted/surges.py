"""Surges by 10:00: the chance the product tells, against the days on which far more was wanted than usual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd

from benchmarks.report import Row
from benchmarks.surge import judge
from linshu.domains.supply.surge.decide import gone, surge_level
from linshu.domains.supply.surge.flow import nowcast
from linshu.domains.supply.surge.inputs import KEYS, LISTED, USUAL_DAYS, Known, begin
from linshu.engine.access.scope import Scope
from linshu.kernel.company_day import CompanyDay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from linshu.app.local import LocalShop
    from linshu.domains.supply.forecast.assemble import Series
    from linshu.domains.supply.forecast.decide import Forecast

CUT_OFF = CompanyDay.parse("23:00")
DAY, WEEK, HOURS = timedelta(days=1), 7, 11  # from 23:00 to 10:00
ABOVE = "SELECT warehouse_id, coalesce(parent_id, warehouse_id) AS above FROM dim_warehouse"
HOMES = "SELECT warehouse_id AS warehouse, coalesce(city_id, '') AS city FROM dim_warehouse"
WANTED = """
SELECT sku_id AS sku, region_id AS city, CAST(day AS TIMESTAMP) AS day, CAST(sum(wanted) AS DOUBLE) AS wanted
FROM '{truth}/demand/*.parquet' GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class Told:
    """The forecast of one evening."""

    evening: date
    series: Series
    forecast: Forecast


def surges(shop: LocalShop, truth: Path, told: Iterable[Told]) -> tuple[Row, ...]:
    """On the week after each evening: how well the chance told at 10:00 finds the surges; the rival scales what was sold up."""
    wanted = duckdb.connect().execute(WANTED.format(truth=truth)).df()
    ours, plain, real = [], [], []
    for one in told:
        for ahead in range(WEEK):
            found = _morning(shop, one, ahead)
            ours.append(found.surges)
            plain.append(_scaled(found))
            real.append(_surged(shop, found, wanted))
    score, rival, true = (np.concatenate(one) for one in (ours, plain, real))
    (precision, recall), (plainly, by_plain) = judge(score, true), judge(rival, true)
    return (
        Row("surges at 10:00, average precision", precision, plainly, "share"),
        Row("surges at 10:00, recall at 5 % alerts", recall, by_plain, "share"),
    )


def _morning(shop: LocalShop, told: Told, ahead: int) -> Any:
    """The nowcast of a day at 10:00, from nothing that is known later."""
    figures, day = shop.figures, told.evening + (ahead + 1) * DAY
    past = begin(figures, Scope.everything(), day, CUT_OFF)
    start = datetime.fromisoformat(past.hours[0])
    at = start + timedelta(hours=HOURS)
    series, forecast = told.series, told.forecast
    mean = (forecast.known + forecast.wanted)[:, ahead]
    expected = pd.DataFrame(
        {"sku": series.sku, "warehouse": series.warehouse, "told": mean, "wide": forecast.width[:, ahead]}
    )
    frame = past.frame.merge(expected, on=KEYS, how="left")
    frame["mean"], frame["width"] = frame["told"].fillna(frame["mean"]), frame["wide"].fillna(frame["width"])
    sold = figures.query("units", KEYS, start=day, end=day, grain="hour").table.to_pandas()
    sold = sold[sold["hour"].astype(str).map(datetime.fromisoformat) < at]
    homes = {row["warehouse_id"]: row["above"] for row in figures.read(ABOVE).to_pylist()}
    sold = sold.assign(warehouse=sold["warehouse"].map(homes)).groupby(KEYS, as_index=False)["units"].sum()
    frame = frame.merge(sold.rename(columns={"units": "sold"}), on=KEYS, how="left")
    listed = figures.read(LISTED, (start.astimezone(UTC), at)).to_pandas().drop(columns="room")
    for name in ("began", "ended", "planned"):
        listed[name] = (pd.to_datetime(listed[name], utc=True) - start).dt.total_seconds() / 3600
    frame = frame.merge(listed, on=KEYS).assign(kept=False)
    return nowcast(Known(day, at, past, frame, None))


def _scaled(found: Any) -> Any:
    """What anybody can do: what was sold over the usual share of a day gone, against what makes a surge."""
    frame = found.known.frame
    course = found.known.past.course[frame["family"].to_numpy(int)]
    return found.belief.sold / gone(course, np.full(len(frame), float(HOURS))) / found.level


def _surged(shop: LocalShop, found: Any, wanted: pd.DataFrame) -> Any:
    """Whether as much was wanted as makes a surge, given the mean of the days it was on offer in the fortnight before."""
    cities: Mapping[str, str] = {row["warehouse"]: row["city"] for row in shop.figures.read(HOMES).to_pylist()}
    day = pd.Timestamp(found.known.day)
    keys = found.known.frame[KEYS].assign(city=found.known.frame["warehouse"].map(cities))
    before = wanted[(wanted["day"] < day) & (wanted["day"] >= day - pd.Timedelta(days=USUAL_DAYS))]
    usual = before.groupby(["sku", "city"], as_index=False)["wanted"].mean().rename(columns={"wanted": "usual"})
    both = keys.merge(wanted[wanted["day"] == day], on=["sku", "city"], how="left").merge(usual, on=["sku", "city"], how="left")  # fmt: skip
    return both["wanted"].fillna(0).to_numpy() >= surge_level(both["usual"].fillna(0).to_numpy())
