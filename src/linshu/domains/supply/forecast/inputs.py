"""What a forecast reads of the published tables: what was sold and for when, what was offered, goods and days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.domains.supply.forecast.festival import spans
from linshu.domains.supply.forecast.horizon import HORIZONS

if TYPE_CHECKING:
    from linshu.engine.shell.asking import Shop

PAST_DAYS = 120  # how far back sales are read
CURVE_DAYS = 28  # days the usual course of a day is taken from
DAY = timedelta(days=1)
SOLD = """
SELECT sku_id AS sku, warehouse_id AS warehouse, day, paid_on, qty AS units
FROM fct_due_days
WHERE day >= CAST($1 AS DATE) AND paid_on <= CAST($2 AS DATE)
"""
OFFERED = """
SELECT sku_id AS sku, warehouse_id AS warehouse, day, open_share, price_fen, CAST(is_promoted AS INTEGER) AS promoted
FROM fct_offer_days
WHERE day BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE)
"""
GOODS = """
SELECT
    sku_id, coalesce(category_id, '') AS family, coalesce(category_1_id, category_id, '') AS widest_family, list_price_fen,
    brand, supplier_id AS supplier
FROM dim_sku
"""
SUPPLYING = """
SELECT w.warehouse_id, coalesce(w.parent_id, w.warehouse_id) AS supplier_id, coalesce(p.city_id, w.city_id, '') AS region
FROM dim_warehouse AS w
LEFT JOIN dim_warehouse AS p ON p.warehouse_id = w.parent_id
"""
STOOD = """
WITH stood AS (
    SELECT
        s.sku_id, s.warehouse_id, coalesce(w.parent_id, s.warehouse_id) AS above_id, s.stock_date, s.on_hand_qty, s.received_qty, s.out_qty,
        s.is_out AND s.out_qty <= 0 AND s.received_qty = 0 AS is_empty
    FROM fct_stock_days AS s
    LEFT JOIN dim_warehouse AS w ON w.warehouse_id = s.warehouse_id
    WHERE s.stock_date BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE) AND s.counts_for_turnover
),

kept AS (
    SELECT sku_id, warehouse_id, greatest(sum(out_qty), 0) / count(*) FILTER (NOT is_empty) AS daily
    FROM stood
    GROUP BY sku_id, warehouse_id
    HAVING 2 * count(*) FILTER (received_qty > 0 AND on_hand_qty > 0) >= count(*) FILTER (received_qty > 0) AND sum(out_qty) > 0
)

SELECT
    s.sku_id AS sku, s.above_id AS warehouse, s.stock_date AS day,
    sum(k.daily * CASE WHEN s.is_empty THEN 0 WHEN s.on_hand_qty <= 0 THEN 0.5 ELSE 1 END) / sum(k.daily) AS open_share
FROM stood AS s
JOIN kept AS k ON k.sku_id = s.sku_id AND k.warehouse_id = s.warehouse_id
GROUP BY ALL
HAVING open_share < 1
"""
WEATHER = """
SELECT region_id, made_on, day, celsius, coalesce(rain_mm, 0) AS rain_mm
FROM fct_weather_forecasts
WHERE made_on BETWEEN CAST($1 AS DATE) - 3 AND CAST($2 AS DATE)
"""
FESTIVALS = """
SELECT coalesce(s.category_id, '') AS family, d.day, CAST(sum(d.qty) AS BIGINT) AS units
FROM fct_due_days AS d JOIN dim_sku AS s ON s.sku_id = d.sku_id
WHERE {spans}
GROUP BY ALL
"""
DAYS = """
SELECT date_day AS day, day_kind <> 'workday' AS is_off
FROM dim_date
WHERE date_day BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE)
ORDER BY date_day
"""


def gather(shop: Shop, made_on: date, begins: int) -> dict[str, pa.Table]:
    """The tables a forecast of the evening of `made_on` is made from; the company day begins at that full hour."""
    first, last = made_on - (PAST_DAYS - 1) * DAY, made_on + len(HORIZONS) * DAY
    curve = shop.query("units", start=made_on - (CURVE_DAYS - 1) * DAY, end=made_on, grain="hour").table
    return {
        "sold": shop.read(SOLD, (first, made_on)),
        "curve": curve.select(["hour", "units"]),
        "offered": shop.read(OFFERED, (first, last)),
        "stood": shop.read(STOOD, (first, made_on)),
        "goods": shop.read(GOODS),
        "supplying": shop.read(SUPPLYING),
        "weather": shop.read(WEATHER, (first, made_on)),
        "days": shop.read(DAYS, (first, last)),
        "festivals": _festivals(shop, first, last),
        "asked": pa.table({"made_on": pa.array([made_on], pa.date32()), "begins": [begins]}),
    }


def _festivals(shop: Shop, first: date, last: date) -> pa.Table:
    """What was sold around earlier Spring Festivals, where one lies near these days."""
    near = spans(first, last)
    where = " OR ".join(["d.day BETWEEN CAST(? AS DATE) AND CAST(? AS DATE)"] * len(near)) or "FALSE"
    return shop.read(FESTIVALS.format(spans=where), tuple(day for span in near for day in span))


def sold_days(shop: Shop, made_on: date) -> int:
    """How many days of the past that is looked at had sales."""
    sold = shop.query("units", start=made_on - (PAST_DAYS - 1) * DAY, end=made_on, grain="day").table
    return sum(1 for units in sold["units"].to_pylist() if units)
