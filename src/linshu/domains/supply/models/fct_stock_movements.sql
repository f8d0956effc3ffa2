-- grain: one row per movement of stock
-- key: stock_movement_id
-- owner: supply
-- materialized: view
-- column: qty (qty): signed; positive into stock, negative out of it
-- column: cost_fen (fen): value moved, signed as qty
-- column: out_cost_fen (fen): cost of goods sold, positive; goods that came back are taken off again
-- column: loss_fen (fen): value lost, positive; what was recovered is taken off again
-- column: stock_movement_id: the movement
-- column: sku_id, warehouse_id, stock_batch_id: of what, where, of which lot
-- column: kind, cause: receipt, sale, transfer_in, transfer_out, convert_in, convert_out, loss, count or return; and
--   why
-- column: moved_at, moved_date: when (UTC), and its company day
-- empty: no stock is booked
SELECT
    stock_movement_id, sku_id, warehouse_id, stock_batch_id, kind, cause, moved_at, moved_date,
    qty, coalesce(cost_fen, 0) AS cost_fen,
    CAST(CASE WHEN kind IN ('sale', 'return') THEN -coalesce(cost_fen, 0) ELSE 0 END AS BIGINT) AS out_cost_fen,
    CAST(CASE WHEN kind = 'loss' THEN -coalesce(cost_fen, 0) ELSE 0 END AS BIGINT) AS loss_fen
FROM stg_stock_movements
