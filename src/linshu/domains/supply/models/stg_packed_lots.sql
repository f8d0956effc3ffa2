-- grain: one row per line of a parcel that says which lot it holds
-- key: parcel_id, line_no
-- owner: supply
-- materialized: view
SELECT parcel_id, line_no, sku_id, stock_batch_id, qty
FROM std.parcel_line
WHERE NOT deleted AND stock_batch_id IS NOT NULL
