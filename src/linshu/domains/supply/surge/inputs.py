"""What the rule reads: today's sales hour by hour and the usual ones through the metric layer; stock, quotas and goods as published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from linshu.domains.supply.replenish.coming import LATE_DAYS
from linshu.domains.supply.surge.decide import WIDTH, courses

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from linshu.engine.access.scope import Scope
    from linshu.engine.shell.asking import Shop
from linshu.engine.metrics.filters import UNKNOWN
from linshu.kernel.company_day import CompanyDay

DAY = timedelta(days=1)
USUAL_DAYS, COURSE_DAYS, OWED_DAYS = 14, 28, 7
GUESSED_WIDTH = 0.7  # where nobody forecasts: the usual day says less
NEW_WIDTH = 1.5  # of what was never sold before
KEYS = ["sku", "warehouse"]
LATEST = "SELECT max(paid_at) AS at FROM fct_orders WHERE paid_date = CAST($1 AS DATE) AND is_paid AND NOT is_test"
NEWEST = "SELECT max(paid_date) AS day FROM fct_orders WHERE is_paid AND NOT is_test AND paid_date <= CAST($1 AS DATE)"
ABOVE = "SELECT warehouse_id AS warehouse, coalesce(parent_id, warehouse_id) AS above FROM dim_warehouse"
HOMES = "SELECT warehouse_id AS warehouse, name AS home FROM dim_warehouse"
GOODS = """
SELECT sku_id AS sku, name AS goods, coalesce(category, '') AS category, coalesce(list_price_fen, 0) AS price_fen,
    coalesce(supply_mode = 'stocked', TRUE) AS kept, coalesce(supplier_id, '') AS supplier
FROM dim_sku
"""
FORECAST = """
SELECT sku_id AS sku, warehouse_id AS warehouse, wanted_units + known_qty AS mean, width, made_on
FROM fct_forecast_day
WHERE is_latest AND day = CAST($1 AS DATE)
"""
OFFERED = """
SELECT sku_id AS sku, warehouse_id AS warehouse, sum(open_share) AS open_days
FROM fct_offer_days
WHERE day BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE)
GROUP BY ALL
"""
COMING = """
SELECT sku_id AS sku, warehouse_id AS warehouse, CAST(sum(coming_qty) AS BIGINT) AS coming
FROM fct_coming_lines
WHERE coming_qty > 0 AND due_date BETWEEN CAST($2 AS DATE) AND CAST($1 AS DATE)
GROUP BY ALL
"""
KNOWN = "SELECT max(stock_date) AS day FROM fct_stock_days WHERE stock_date <= CAST($1 AS DATE)"
# What may still be sold of each good, by the warehouse that supplies it: of a quota over several warehouses each has its
# part by communities; one for new members alone is no room for the others. Open = neither sold out, closed nor cut off at the
# moment looked at.
LISTED = """
WITH reached AS (
    SELECT
        l.listing_id, l.sku_id, coalesce(w.parent_id, c.warehouse_id) AS warehouse_id, l.listed_at,
        least(coalesce(l.sold_out_at, l.cut_off_at), coalesce(l.closed_at, l.cut_off_at), l.cut_off_at) AS ended_at, l.cut_off_at,
        l.is_new_member_only, greatest(l.quota_qty - l.sold_qty, 0) AS room, count(*) AS communities
    FROM fct_listings AS l
    JOIN dim_scope_community AS s ON s.scope_kind = l.scope_kind AND s.scope_id = l.scope_id
    JOIN dim_community AS c ON c.community_id = s.community_id
    LEFT JOIN dim_warehouse AS w ON w.warehouse_id = c.warehouse_id
    WHERE l.is_sellable AND l.listed_at < $2 AND l.cut_off_at > $1 AND c.warehouse_id IS NOT NULL
    GROUP BY ALL
),

parts AS (
    SELECT *, room * communities / sum(communities) OVER (PARTITION BY listing_id) AS part
    FROM reached
)

SELECT
    sku_id AS sku, warehouse_id AS warehouse, min(listed_at) AS began, max(ended_at) AS ended, max(cut_off_at) AS planned,
    CASE
        WHEN bool_and(part IS NOT NULL OR is_new_member_only OR ended_at <= $2)
            THEN floor(sum(part) FILTER (NOT is_new_member_only AND ended_at > $2))
    END AS room
FROM parts
GROUP BY sku_id, warehouse_id
"""


@dataclass(frozen=True, slots=True)
class Past:
    """What the day begins with: what was usual, and what was expected; good for the whole day."""

    frame: pd.DataFrame  # sku, warehouse, mean, width, usual, guessed, row of `course`
    course: np.ndarray  # [families, hours + 1] share of the day gone
    families: tuple[str, ...]
    hours: tuple[str, ...]  # the company day's hours, in order
    made_on: date | None  # the evening of the forecast; None where nobody forecasts


@dataclass(frozen=True, slots=True)
class Known:
    """The day as it stands: one row a good at a supplying warehouse."""

    day: date
    at: datetime | None  # until when sales are known; None before the first sale of the day
    past: Past
    frame: pd.DataFrame
    stock_on: date | None


def begin(shop: Shop, scope: Scope, day: date, rhythm: CompanyDay) -> Past:
    """What was usual before the day, and what is expected of it."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    hours = tuple(rhythm.hour_name(one) for one in rhythm.hours(day))
    goods, above = shop.read(GOODS).to_pandas(), _above(shop)
    usual = _sold(shop, scope, day - USUAL_DAYS * DAY, day - DAY, above).rename(columns={"units": "before"})
    offered = shop.read(OFFERED, (day - USUAL_DAYS * DAY, day - DAY)).to_pandas()
    told, seen = shop.read(FORECAST, (day,)).to_pandas(), _foreseen(shop, scope, day)
    frame = usual.merge(told.merge(seen, on=KEYS), on=KEYS, how="outer").merge(offered, on=KEYS, how="left")
    open_days = np.clip(frame["open_days"].fillna(USUAL_DAYS).to_numpy(float), 1, USUAL_DAYS)
    frame["usual"] = frame["before"].fillna(0).to_numpy(float) / open_days
    frame["guessed"] = frame["mean"].isna()
    frame["mean"] = frame["mean"].fillna(frame["usual"]).astype(float)
    frame["width"] = np.where(frame["guessed"], GUESSED_WIDTH, frame["width"].astype(float).fillna(WIDTH))
    course, families = _courses(shop, day, hours)
    made_on = told["made_on"].max() if len(told) else None
    frame = frame.merge(goods[["sku", "category"]], on="sku", how="left")
    frame["family"] = _rows_of(frame["category"], families)
    kept = frame[[*KEYS, "mean", "width", "usual", "guessed", "family"]]
    return Past(kept, course, families, hours, None if made_on is None else pd.Timestamp(made_on).date())


def load(shop: Shop, scope: Scope, day: date, past: Past) -> Known:
    """The day within the scope, with all that is known of it by its last sale."""
    at = shop.read(LATEST, (day,))["at"][0].as_py()
    if at is None:
        return Known(day, None, past, past.frame.iloc[:0].assign(goods="", home="", kept=True), None)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    above, start = _above(shop), datetime.fromisoformat(past.hours[0])
    sold = _sold(shop, scope, day, day, above).rename(columns={"units": "sold"})
    frame = past.frame.merge(sold, on=KEYS, how="outer")
    frame["guessed"] = frame["guessed"].astype("boolean").fillna(value=True).astype(bool)
    for name, otherwise in (("mean", 1.0), ("width", NEW_WIDTH), ("usual", 0.0), ("sold", 0.0), ("family", 0)):
        frame[name] = frame[name].fillna(otherwise)
    frame["family"] = frame["family"].astype(int)
    frame = frame.merge(shop.read(GOODS).to_pandas(), on="sku", how="left").merge(
        shop.read(HOMES).to_pandas(), on="warehouse", how="left"
    )
    stock_on: date | None = shop.read(KNOWN, (day,))["day"][0].as_py()
    for part in (
        _stock(shop, scope, day, stock_on, above),
        shop.read(COMING, (day, day - LATE_DAYS * DAY)).to_pandas(),
        _listed(shop, start, at),
    ):
        frame = frame.merge(part, on=KEYS, how="left")
    frame["goods"], frame["home"] = frame["goods"].fillna(frame["sku"]), frame["home"].fillna(frame["warehouse"])
    frame["kept"] = frame["kept"].astype("boolean").fillna(value=True).astype(bool)
    return Known(day, at, past, frame.reset_index(drop=True), stock_on)


def newest_day(shop: Shop, day: date) -> date | None:
    """The last company day with sales, up to this one."""
    found: date | None = shop.read(NEWEST, (day,))["day"][0].as_py()
    return found


def _above(shop: Shop) -> dict[str, str]:
    """The warehouse that supplies each warehouse."""
    table = shop.read(ABOVE).to_pydict()
    return dict(zip(table["warehouse"], table["above"], strict=True))


def _sold(shop: Shop, scope: Scope, start: date, end: date, above: Mapping[str, str]) -> pd.DataFrame:
    """Units by good and supplying warehouse; what no warehouse is known for nobody can move."""
    return _summed(shop.query("units", KEYS, start=start, end=end, scope=scope).table.to_pandas(), above)


def _summed(listed: pd.DataFrame, above: Mapping[str, str]) -> pd.DataFrame:
    named: Any = listed[listed[KEYS].notna().all(axis=1) & (listed[KEYS] != UNKNOWN.zh).all(axis=1)].copy()
    named["warehouse"] = named["warehouse"].map(dict(above)).fillna(named["warehouse"])
    found: pd.DataFrame = named.groupby(KEYS, as_index=False)["units"].sum()
    return found.astype({"sku": object, "warehouse": object})  # what holds no row has lost its kind


def _foreseen(shop: Shop, scope: Scope, day: date) -> pd.DataFrame:
    """The goods and warehouses whose forecast the viewer may see."""
    found: pd.DataFrame = shop.query("forecast_units", KEYS, start=day, end=day, scope=scope).table.to_pandas()[KEYS]
    return found


def _courses(shop: Shop, day: date, hours: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """How the day goes by in each category: of everybody's sales, as nobody's in particular."""
    listed = shop.query(
        "units", "category", start=day - COURSE_DAYS * DAY, end=day - DAY, grain="hour"
    ).table.to_pandas()
    families = tuple(sorted(listed["category"].dropna().unique()))
    place = {one[11:13]: at for at, one in reversed(list(enumerate(hours)))}
    units = np.zeros((len(families) + 1, len(hours)))
    at = listed["hour"].astype(str).str.slice(11, 13).map(place)
    known = at.notna().to_numpy()
    rows = _rows_of(listed["category"], families)
    np.add.at(units, (rows[known], at[known].to_numpy(int)), listed["units"].to_numpy(float)[known])
    return courses(units), families


def _rows_of(names: pd.Series, families: tuple[str, ...]) -> np.ndarray:
    """The row of each family's course; the last one is of those without."""
    known = {name: row for row, name in enumerate(families)}
    return names.map(known).fillna(len(families)).to_numpy(int)


def _stock(shop: Shop, scope: Scope, day: date, stock_on: date | None, above: Mapping[str, str]) -> pd.DataFrame:
    """What lies there, and what of it is sold already but has not left: what is handed out after the last booked day."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    if stock_on is None:
        return pd.DataFrame({"sku": [], "warehouse": [], "stock": [], "owed": []}).astype(
            {"sku": str, "warehouse": str}
        )
    lies = shop.query("stock_units", KEYS, start=day, end=day, scope=scope).table.to_pandas()[[*KEYS, "stock_units"]]
    told = shop.query(
        "units", [*KEYS, "delivery_date"], start=day - OWED_DAYS * DAY, end=day - DAY, scope=scope
    ).table.to_pandas()
    later = _dates(told["delivery_date"]) > pd.Timestamp(stock_on)
    today = shop.query("units", [*KEYS, "delivery_date"], start=day, end=day, scope=scope).table.to_pandas()
    leaves = _dates(today["delivery_date"])
    still = leaves.isna() | (leaves > pd.Timestamp(stock_on))
    owed = _summed(pd.concat([told[later], today[still]]), above).rename(columns={"units": "owed"})
    found: pd.DataFrame = lies.rename(columns={"stock_units": "stock"}).merge(owed, on=KEYS, how="left")
    return found


def _dates(given: Any) -> Any:
    """Days; what is no day is none."""
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    return pd.to_datetime(given.astype(str), format="%Y-%m-%d", errors="coerce")


def _listed(shop: Shop, start: datetime, at: datetime) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - heavy, and commands start without it

    listed: pd.DataFrame = shop.read(LISTED, (start.astimezone(UTC), at)).to_pandas()
    for name in ("began", "ended", "planned"):
        moments = pd.to_datetime(listed[name], utc=True)
        listed[name] = (moments - pd.Timestamp(start.astimezone(UTC))).dt.total_seconds() / 3600
    return listed
