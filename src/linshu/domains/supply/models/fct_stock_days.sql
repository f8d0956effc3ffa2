-- grain: one row per SKU, warehouse and company day, from the first movement to the last day of any movement
-- key: sku_id, warehouse_id, stock_date
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, stock_date)
-- warn: not_negative: SELECT sku_id, warehouse_id, stock_date, on_hand_qty FROM fct_stock_days WHERE on_hand_qty < 0
-- column: on_hand_qty (qty): stock at the day's end
-- column: on_hand_fen (fen): its value at cost, moved values added up
-- column: received_qty, out_qty, loss_qty (qty): the day's receipts, sales and losses, positive
-- column: out_cost_fen (fen): cost of the day's goods out
-- column: is_out: nothing left at the day's end, after there once was stock
-- column: counts_for_turnover: false for buy-to-order and dropship, which own no stock
-- column: sku_id, warehouse_id, stock_date: what, where, at the end of which company day
-- column: loss_fen (fen): the day's losses at cost, positive
-- late: a late movement changes every later day; the table is rebuilt
-- empty: no stock is booked
WITH moved AS (
    SELECT
        sku_id, warehouse_id, moved_date,
        sum(qty) AS qty,
        sum(cost_fen) AS value_fen,
        sum(qty) FILTER (kind = 'receipt') AS received_qty,
        -sum(qty) FILTER (kind IN ('sale', 'return')) AS out_qty,
        -sum(qty) FILTER (kind = 'loss') AS loss_qty,
        sum(out_cost_fen) AS out_cost_fen,
        sum(loss_fen) AS loss_fen
    FROM fct_stock_movements
    GROUP BY sku_id, warehouse_id, moved_date
),

spans AS (
    SELECT sku_id, warehouse_id, min(moved_date) AS first_date, (SELECT max(moved_date) FROM moved) AS last_date
    FROM moved
    GROUP BY sku_id, warehouse_id
),

days AS (
    SELECT sku_id, warehouse_id, CAST(unnest(generate_series(first_date, last_date, INTERVAL 1 DAY)) AS DATE) AS stock_date
    FROM spans
),

filled AS (
    SELECT
        d.sku_id, d.warehouse_id, d.stock_date,
        sum(coalesce(m.qty, 0)) OVER upto AS on_hand_qty,
        sum(coalesce(m.value_fen, 0)) OVER upto AS on_hand_fen,
        coalesce(m.received_qty, 0) AS received_qty, coalesce(m.out_qty, 0) AS out_qty,
        coalesce(m.loss_qty, 0) AS loss_qty, coalesce(m.out_cost_fen, 0) AS out_cost_fen,
        coalesce(m.loss_fen, 0) AS loss_fen
    FROM days AS d
    LEFT JOIN moved AS m
        ON d.sku_id = m.sku_id AND d.warehouse_id = m.warehouse_id AND d.stock_date = m.moved_date
    WINDOW upto AS (PARTITION BY d.sku_id, d.warehouse_id ORDER BY d.stock_date)
)

SELECT
    f.sku_id, f.warehouse_id, f.stock_date,
    CAST(f.on_hand_qty AS BIGINT) AS on_hand_qty,
    CAST(CASE WHEN f.on_hand_qty = 0 THEN 0 ELSE f.on_hand_fen END AS BIGINT) AS on_hand_fen,
    CAST(f.received_qty AS BIGINT) AS received_qty, CAST(f.out_qty AS BIGINT) AS out_qty,
    CAST(f.loss_qty AS BIGINT) AS loss_qty, CAST(f.out_cost_fen AS BIGINT) AS out_cost_fen,
    CAST(f.loss_fen AS BIGINT) AS loss_fen,
    f.on_hand_qty <= 0 AS is_out,
    coalesce(s.supply_mode NOT IN ('buy_to_order', 'dropship'), TRUE) AS counts_for_turnover
FROM filled AS f
LEFT JOIN dim_sku AS s ON f.sku_id = s.sku_id
-- A question is about some days: only the blocks that hold them are read.
ORDER BY f.stock_date
