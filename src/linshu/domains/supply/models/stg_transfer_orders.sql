-- grain: one row per transfer between warehouses
-- key: transfer_order_id
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.transfer_order
WHERE NOT deleted
