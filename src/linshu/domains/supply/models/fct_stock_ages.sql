-- grain: one row per SKU, warehouse and company day, from the first movement to the last day of any movement
-- key: sku_id, warehouse_id, stock_date
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, stock_date)
-- column: sku_id, warehouse_id, stock_date: what, where, at the end of which company day
-- column: near_qty (qty): of the stock at the day's end, what nears its date, by fct_lot_days
-- column: near_fen (fen): its value at cost
-- column: expired_fen (fen): value at cost of what is past its date and still booked
-- column: idle_fen (fen): value at cost of what came in, and whose SKU was last sold from here, a fortnight ago or longer
-- late: a late movement changes every later day; the table is rebuilt
-- empty: no stock is booked
WITH aged AS (
    SELECT
        sku_id, warehouse_id, stock_date, sum(on_hand_qty) FILTER (is_near) AS near_qty, sum(on_hand_fen) FILTER (is_near) AS near_fen,
        sum(on_hand_fen) FILTER (is_expired) AS expired_fen, sum(on_hand_fen) FILTER (idle_days >= 14) AS idle_fen
    FROM fct_lot_days
    WHERE on_hand_qty > 0
    GROUP BY sku_id, warehouse_id, stock_date
)

SELECT
    d.sku_id, d.warehouse_id, d.stock_date,
    CAST(coalesce(a.near_qty, 0) AS BIGINT) AS near_qty, CAST(coalesce(a.near_fen, 0) AS BIGINT) AS near_fen,
    CAST(coalesce(a.expired_fen, 0) AS BIGINT) AS expired_fen, CAST(coalesce(a.idle_fen, 0) AS BIGINT) AS idle_fen
FROM fct_stock_days AS d
LEFT JOIN aged AS a ON a.sku_id = d.sku_id AND a.warehouse_id = d.warehouse_id AND a.stock_date = d.stock_date
-- A question is about some days: only the blocks that hold them are read.
ORDER BY d.stock_date
