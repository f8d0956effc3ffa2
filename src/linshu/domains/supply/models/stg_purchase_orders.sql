-- grain: one row per purchase order
-- key: purchase_order_id
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.purchase_order
WHERE NOT deleted
