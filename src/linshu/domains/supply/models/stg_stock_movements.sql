-- grain: one row per movement of stock
-- key: stock_movement_id
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.stock_movement
WHERE NOT deleted
