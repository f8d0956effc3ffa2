-- grain: one row per movement of stock
-- key: stock_movement_id
-- owner: supply
-- materialized: view
-- column: qty (qty): signed; positive into stock, negative out of it
-- column: cost_fen (fen): value moved, signed as qty
-- column: out_cost_fen (fen): cost of goods sold, positive; goods that came back are taken off again
-- column: loss_fen (fen): value lost, positive; what was recovered is taken off again
-- empty: no stock is booked
SELECT
    stock_movement_id, sku_id, warehouse_id, stock_batch_id, kind, cause, moved_at, moved_date,
    qty, coalesce(cost_fen, 0) AS cost_fen,
    CAST(CASE WHEN kind IN ('sale', 'return') THEN -coalesce(cost_fen, 0) ELSE 0 END AS BIGINT) AS out_cost_fen,
    CAST(CASE WHEN kind = 'loss' THEN -coalesce(cost_fen, 0) ELSE 0 END AS BIGINT) AS loss_fen
FROM stg_stock_movements
