-- grain: one row per stock batch: goods of one arrival and one shelf life
-- key: stock_batch_id
-- owner: supply
-- materialized: view
SELECT stock_batch_id, sku_id, supplier_id, supplier_lot, purchase_order_id, produced_on, expires_on, received_qty, unit_cost_fen
FROM std.stock_batch
WHERE NOT deleted
