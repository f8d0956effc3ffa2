-- grain: one row per SKU, warehouse, stock batch and day received that still holds stock after all that was booked
-- key: sku_id, warehouse_id, stock_batch_id, received_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, stock_batch_id, received_on)
-- warn: not_negative: SELECT sku_id, warehouse_id, stock_batch_id, on_hand_qty FROM fct_stock_lots WHERE on_hand_qty < 0
-- column: known_on: the last company day on which anything was booked
-- column: days_left, is_near, is_expired, idle_days: as of that day
-- late: a late movement changes the rows of its SKU; the table is rebuilt
-- empty: no stock is booked, or none is left
SELECT * EXCLUDE (stock_date), stock_date AS known_on
FROM fct_lot_days
WHERE stock_date = (SELECT max(stock_date) FROM fct_stock_days)
