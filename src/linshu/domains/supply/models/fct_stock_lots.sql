-- grain: one row per SKU, warehouse, stock batch and day received that still holds stock after all that was booked
-- key: sku_id, warehouse_id, stock_batch_id, received_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, stock_batch_id, received_on)
-- warn: not_negative: SELECT sku_id, warehouse_id, stock_batch_id, on_hand_qty FROM fct_stock_lots WHERE on_hand_qty < 0
-- column: sku_id, warehouse_id: what, and where
-- column: stock_batch_id: the stock batch; '' for goods booked without one, which have a row for each day they came in
-- column: supplier_id: who supplied the batch; the SKU's usual supplier where no batch says so
-- column: received_on: the company day it first came into this warehouse
-- column: produced_on: the day it was made; empty when unknown
-- column: expires_on: its last good day: the batch's own, else made or received plus the SKU's shelf life; empty when unknown
-- column: shelf_days: how long such goods keep in all: from making to the last good day, else the SKU's shelf life
-- column: days_left: from the last known day to the last good day; below zero once it is over
-- column: is_near: near its date by the custom of the trade: so many days left of a shelf life of a year 45, half a year 20,
--   three months 15, one month 10, 16 days 5, below that a quarter of it; false once the date is over
-- column: is_expired: its last good day is over
-- column: received_qty (qty): what the batch received, of goods without a batch what came in; empty when unknown
-- column: on_hand_qty (qty): what is left of it; added up, the last on_hand_qty of fct_stock_days. What left without naming a
--   batch (sales, losses, counts) is taken from the oldest that still hold some; below zero when more left than came
-- column: on_hand_fen (fen): its share of the stock's value at cost, by cost; added up, the last on_hand_fen of
--   fct_stock_days, unless some are below zero: then each is its quantity at its own cost
-- column: unit_cost_fen (fen): cost of one base unit: the batch's own, else of what came in; empty when unknown
-- column: idle_days: days up to the last known day since it came in and the SKU was last sold from this warehouse
-- column: known_on: the last company day on which anything was booked in this warehouse
-- late: a late movement changes the rows of its SKU; the table is rebuilt
-- empty: no stock is booked, or none is left
WITH booked AS (
    SELECT
        sku_id, warehouse_id, coalesce(stock_batch_id, '') AS stock_batch_id, moved_date,
        CAST(sum(qty) AS BIGINT) AS qty, CAST(sum(cost_fen) AS BIGINT) AS cost_fen,
        CAST(sum(qty) FILTER (qty > 0) AS BIGINT) AS in_qty, CAST(sum(cost_fen) FILTER (qty > 0) AS BIGINT) AS in_fen
    FROM fct_stock_movements
    GROUP BY ALL
),

sold AS (
    SELECT sku_id, warehouse_id, max(moved_date) AS sold_on FROM fct_stock_movements WHERE kind = 'sale' GROUP BY sku_id, warehouse_id
),

known AS (SELECT warehouse_id, max(moved_date) AS known_on FROM booked GROUP BY warehouse_id),

worth AS (
    SELECT sku_id, warehouse_id, CAST(sum(qty) AS BIGINT) AS total_qty, CAST(sum(cost_fen) AS BIGINT) AS total_fen
    FROM booked
    GROUP BY sku_id, warehouse_id
),

layers AS (
    SELECT
        sku_id, warehouse_id, stock_batch_id, coalesce(min(moved_date) FILTER (in_qty > 0), min(moved_date)) AS received_on,
        sum(qty) AS qty, sum(in_qty) AS in_qty, sum(in_fen) AS in_fen
    FROM booked
    WHERE stock_batch_id <> ''
    GROUP BY sku_id, warehouse_id, stock_batch_id
    UNION ALL
    SELECT sku_id, warehouse_id, '', moved_date, qty, in_qty, in_fen
    FROM booked
    WHERE stock_batch_id = '' AND qty > 0
),

gone AS (
    SELECT sku_id, warehouse_id, -sum(qty) AS qty, max(moved_date) AS last_on
    FROM booked
    WHERE stock_batch_id = '' AND qty < 0
    GROUP BY sku_id, warehouse_id
),

lined AS (
    SELECT
        l.*, coalesce(g.qty, 0) AS gone_qty,
        coalesce(sum(greatest(l.qty, 0)) OVER (
            PARTITION BY l.sku_id, l.warehouse_id ORDER BY l.received_on, l.stock_batch_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS older_qty
    FROM layers AS l
    LEFT JOIN gone AS g ON g.sku_id = l.sku_id AND g.warehouse_id = l.warehouse_id
),

held AS (
    SELECT
        sku_id, warehouse_id, stock_batch_id, received_on, in_qty, in_fen,
        CAST(qty - least(greatest(qty, 0), greatest(gone_qty - older_qty, 0)) AS BIGINT) AS qty
    FROM lined
    UNION ALL
    SELECT g.sku_id, g.warehouse_id, '', g.last_on, NULL, NULL, CAST(coalesce(l.qty, 0) - g.qty AS BIGINT)
    FROM gone AS g
    LEFT JOIN (SELECT sku_id, warehouse_id, sum(greatest(qty, 0)) AS qty FROM layers GROUP BY sku_id, warehouse_id) AS l
        ON l.sku_id = g.sku_id AND l.warehouse_id = g.warehouse_id
    WHERE g.qty > coalesce(l.qty, 0)
),

described AS (
    SELECT
        h.sku_id, h.warehouse_id, h.stock_batch_id, h.received_on, h.qty,
        coalesce(b.supplier_id, s.supplier_id) AS supplier_id, b.produced_on,
        coalesce(b.expires_on, coalesce(b.produced_on, h.received_on) + CAST(s.shelf_life_days AS INTEGER)) AS expires_on,
        coalesce(CAST(b.expires_on - b.produced_on AS BIGINT), CAST(s.shelf_life_days AS BIGINT)) AS shelf_days,
        CAST(coalesce(b.received_qty, h.in_qty) AS BIGINT) AS received_qty,
        coalesce(
            CAST(b.unit_cost_fen AS BIGINT), CAST(round(CAST(h.in_fen AS DOUBLE) / nullif(h.in_qty, 0)) AS BIGINT)
        ) AS unit_cost_fen,
        w.total_qty, w.total_fen
    FROM held AS h
    JOIN worth AS w ON w.sku_id = h.sku_id AND w.warehouse_id = h.warehouse_id
    LEFT JOIN stg_stock_batches AS b ON b.stock_batch_id = h.stock_batch_id
    LEFT JOIN dim_sku AS s ON s.sku_id = h.sku_id
    WHERE h.qty <> 0
),

weighed AS (
    SELECT
        d.*,
        CAST(qty AS DOUBLE) * CASE WHEN min(unit_cost_fen) OVER whole > 0 AND count(unit_cost_fen) OVER whole = count(*) OVER whole
            THEN unit_cost_fen ELSE 1 END AS weight,
        min(qty) OVER whole < 0 AND max(qty) OVER whole > 0 AS is_mixed
    FROM described AS d
    WINDOW whole AS (PARTITION BY sku_id, warehouse_id)
),

summed AS (
    SELECT
        w.*, sum(weight) OVER upto AS upto_weight, sum(weight) OVER (PARTITION BY sku_id, warehouse_id) AS whole_weight
    FROM weighed AS w
    WINDOW upto AS (
        PARTITION BY sku_id, warehouse_id ORDER BY received_on, stock_batch_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)

SELECT
    s.sku_id, s.warehouse_id, s.stock_batch_id, s.supplier_id, s.received_on, s.produced_on, s.expires_on, s.shelf_days,
    CAST(s.expires_on - k.known_on AS BIGINT) AS days_left,
    coalesce(
        s.qty > 0 AND s.expires_on - k.known_on BETWEEN 0 AND CASE
            WHEN s.shelf_days >= 365 THEN 45
            WHEN s.shelf_days >= 180 THEN 20
            WHEN s.shelf_days >= 90 THEN 15
            WHEN s.shelf_days >= 30 THEN 10
            WHEN s.shelf_days >= 16 THEN 5
            ELSE ceil(s.shelf_days / 4)
        END,
        FALSE
    ) AS is_near,
    coalesce(s.qty > 0 AND s.expires_on < k.known_on, FALSE) AS is_expired,
    s.received_qty, s.qty AS on_hand_qty,
    CAST(CASE
        WHEN s.is_mixed THEN s.qty * coalesce(s.unit_cost_fen, 0)
        ELSE round(s.total_fen * (s.upto_weight / s.whole_weight))
            - round(s.total_fen * ((s.upto_weight - s.weight) / s.whole_weight))
    END AS BIGINT) AS on_hand_fen,
    s.unit_cost_fen, CAST(k.known_on - greatest(s.received_on, o.sold_on) AS BIGINT) AS idle_days, k.known_on
FROM summed AS s
JOIN known AS k ON k.warehouse_id = s.warehouse_id
LEFT JOIN sold AS o ON o.sku_id = s.sku_id AND o.warehouse_id = s.warehouse_id
