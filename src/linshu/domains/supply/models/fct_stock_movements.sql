-- grain: one row per movement of stock
-- key: stock_movement_id
-- owner: supply
-- materialized: table
-- incremental: key=stock_movement_id from=stock_movement via=stock_batch.stock_batch_id,dim_sku.sku_id
-- check: unique(stock_movement_id)
-- column: qty (qty): signed; positive into stock, negative out of it
-- column: cost_fen (fen): value moved, signed as qty
-- column: out_cost_fen (fen): cost of goods sold, positive; goods that came back are taken off again
-- column: loss_fen (fen): value lost, positive; what was recovered is taken off again
-- column: loss_qty (qty): base units lost, signed as loss_fen
-- column: missing_fen (fen): value that counts found missing, positive; what they found too much is taken off again
-- column: stock_movement_id: the movement
-- column: sku_id, warehouse_id, stock_batch_id: of what, where, of which lot
-- column: supplier_id: who supplied the lot; the SKU's usual supplier where no lot is known
-- column: kind, cause: receipt, sale, transfer_in, transfer_out, convert_in, convert_out, loss, count or return; and
--   why
-- column: moved_at, moved_date: when (UTC), and its company day
-- late: a late movement, lot or supplier recomputes its movements
-- empty: no stock is booked
SELECT
    m.stock_movement_id, m.sku_id, m.warehouse_id, m.stock_batch_id, coalesce(b.supplier_id, s.supplier_id) AS supplier_id,
    m.kind, m.cause, m.moved_at, m.moved_date, m.qty, coalesce(m.cost_fen, 0) AS cost_fen,
    CAST(CASE WHEN m.kind IN ('sale', 'return') THEN -coalesce(m.cost_fen, 0) ELSE 0 END AS BIGINT) AS out_cost_fen,
    CAST(CASE WHEN m.kind = 'loss' THEN -coalesce(m.cost_fen, 0) ELSE 0 END AS BIGINT) AS loss_fen,
    CAST(CASE WHEN m.kind = 'loss' THEN -m.qty ELSE 0 END AS BIGINT) AS loss_qty,
    CAST(CASE WHEN m.kind = 'count' THEN -coalesce(m.cost_fen, 0) ELSE 0 END AS BIGINT) AS missing_fen
FROM stg_stock_movements AS m
LEFT JOIN stg_stock_batches AS b ON b.stock_batch_id = m.stock_batch_id
LEFT JOIN dim_sku AS s ON s.sku_id = m.sku_id
