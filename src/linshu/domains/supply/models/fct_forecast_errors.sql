-- grain: one row per forecast for all of a warehouse, 1 to 7 days ahead, of a day that is over and could be bought on all day
-- key: sku_id, warehouse_id, day, made_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, day, made_on)
-- column: sku_id, warehouse_id, day, made_on: the forecast
-- column: forecast_thousandths: what was expected with what was ordered already, thousandths of a base unit
-- column: sold_qty (qty): what was paid for and left on that day, tests and gifts left out (`fct_due_days`)
-- column: error_thousandths: how far apart the two are, never negative
-- column: usual_error_thousandths: how far apart the mean of the days offered among the last 14 before would have been,
--   the rule a spreadsheet uses
-- column: weekday_error_thousandths: how far apart the mean of the same weekday would have been, of those offered among
--   the four before
-- column: last_week_error_thousandths: how far apart the same day of the week before would have been
-- column: is_within: sales stayed within the forecast's high side (P90)
-- late: an order or listing that lands late changes the days it belongs to
-- empty: no forecast has been made, or none of its days is over yet
WITH sold AS (
    SELECT sku_id, warehouse_id, day, CAST(sum(qty) AS BIGINT) AS qty
    FROM fct_due_days
    GROUP BY ALL
),

known AS (
    SELECT (SELECT count(*) FROM fct_offer_days) > 0 AS offers, (SELECT max(paid_on) FROM fct_due_days) AS last_day
),

usual AS (
    SELECT
        f.sku_id, f.warehouse_id, f.made_on,
        1000 * CAST(coalesce(sum(s.qty), 0) AS BIGINT)
        // greatest(CASE WHEN any_value(k.offers) THEN count(o.day) ELSE 14 END, 1) AS thousandths
    FROM (SELECT DISTINCT sku_id, warehouse_id, made_on FROM fct_forecast_day WHERE community_id = '*') AS f
    CROSS JOIN known AS k
    CROSS JOIN generate_series(0, 13) AS past(back)
    LEFT JOIN sold AS s
        ON s.sku_id = f.sku_id AND s.warehouse_id = f.warehouse_id AND s.day = f.made_on - CAST(back AS INTEGER)
    LEFT JOIN fct_offer_days AS o
        ON o.sku_id = f.sku_id AND o.warehouse_id = f.warehouse_id AND o.day = f.made_on - CAST(back AS INTEGER)
    GROUP BY f.sku_id, f.warehouse_id, f.made_on
),

weekly AS (
    SELECT
        f.sku_id, f.warehouse_id, f.day, f.made_on,
        1000 * CAST(coalesce(sum(s.qty), 0) AS BIGINT)
        // greatest(CASE WHEN any_value(k.offers) THEN count(o.day) ELSE 4 END, 1) AS weekday_thousandths,
        1000 * CAST(coalesce(sum(s.qty) FILTER (past.back = 1), 0) AS BIGINT) AS last_thousandths
    FROM fct_forecast_day AS f
    CROSS JOIN known AS k
    CROSS JOIN generate_series(1, 4) AS past(back)
    LEFT JOIN sold AS s
        ON s.sku_id = f.sku_id AND s.warehouse_id = f.warehouse_id AND s.day = f.day - 7 * CAST(back AS INTEGER)
    LEFT JOIN fct_offer_days AS o
        ON o.sku_id = f.sku_id AND o.warehouse_id = f.warehouse_id AND o.day = f.day - 7 * CAST(back AS INTEGER)
    WHERE f.community_id = '*' AND f.horizon_days BETWEEN 1 AND 7 AND f.day <= k.last_day
    GROUP BY f.sku_id, f.warehouse_id, f.day, f.made_on
),

judged AS (
    SELECT
        f.sku_id, f.warehouse_id, f.day, f.made_on, f.mean_thousandths + 1000 * f.known_qty AS forecast_thousandths,
        coalesce(s.qty, 0) AS sold_qty, u.thousandths AS usual_thousandths, y.weekday_thousandths, y.last_thousandths, f.p90_qty + f.known_qty AS high_qty
    FROM fct_forecast_day AS f
    CROSS JOIN known AS k
    JOIN usual AS u ON u.sku_id = f.sku_id AND u.warehouse_id = f.warehouse_id AND u.made_on = f.made_on
    JOIN weekly AS y
        ON y.sku_id = f.sku_id AND y.warehouse_id = f.warehouse_id AND y.day = f.day AND y.made_on = f.made_on
    LEFT JOIN sold AS s ON s.sku_id = f.sku_id AND s.warehouse_id = f.warehouse_id AND s.day = f.day
    LEFT JOIN fct_offer_days AS o ON o.sku_id = f.sku_id AND o.warehouse_id = f.warehouse_id AND o.day = f.day
    WHERE f.community_id = '*' AND f.horizon_days BETWEEN 1 AND 7 AND f.day <= k.last_day AND (o.open_share >= 1 OR NOT k.offers)
)

SELECT
    sku_id, warehouse_id, day, made_on, forecast_thousandths, sold_qty,
    abs(forecast_thousandths - 1000 * sold_qty) AS error_thousandths,
    abs(usual_thousandths - 1000 * sold_qty) AS usual_error_thousandths,
    abs(weekday_thousandths - 1000 * sold_qty) AS weekday_error_thousandths,
    abs(last_thousandths - 1000 * sold_qty) AS last_week_error_thousandths,
    coalesce(sold_qty <= high_qty, FALSE) AS is_within
FROM judged
