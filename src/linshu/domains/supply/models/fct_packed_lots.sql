-- grain: one row per order, SKU and stock batch that was packed for it
-- key: order_id, sku_id, stock_batch_id
-- owner: supply
-- materialized: view
-- column: order_id, sku_id, stock_batch_id: for which order, what, of which lot
-- column: packed_qty (qty): base units packed
-- empty: parcels do not say which lots they hold
SELECT p.order_id, l.sku_id, l.stock_batch_id, CAST(sum(l.qty) AS BIGINT) AS packed_qty
FROM stg_packed_lots AS l
INNER JOIN stg_packed_orders AS p ON p.parcel_id = l.parcel_id
GROUP BY p.order_id, l.sku_id, l.stock_batch_id
