-- grain: one row per stock batch
-- key: stock_batch_id
-- owner: supply
-- materialized: table
-- check: unique(stock_batch_id)
-- column: stock_batch_id, name: the lot, and what people call it: the supplier's own number where there is one
-- column: sku_id, supplier_id, purchase_order_id: what it is, who supplied it, by which purchase order
-- column: supplier_lot, produced_on, expires_on: as the supplier says; empty when not known
-- column: received_qty (qty): base units that arrived
-- column: unit_cost_fen (fen): cost of one base unit with VAT; empty when not known
-- column: is_registered: false when movements name it but the company keeps no row of it
-- late: a row that lands late is there after the next build
-- empty: stock is not kept by lot
SELECT
    stock_batch_id, coalesce(supplier_lot, stock_batch_id) AS name, sku_id, supplier_id, purchase_order_id,
    supplier_lot, produced_on, expires_on, received_qty, unit_cost_fen, TRUE AS is_registered
FROM stg_stock_batches
UNION ALL
SELECT stock_batch_id, stock_batch_id, min(sku_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE
FROM stg_stock_movements
WHERE stock_batch_id IS NOT NULL AND stock_batch_id NOT IN (SELECT stock_batch_id FROM stg_stock_batches)
GROUP BY stock_batch_id
