-- grain: one row per line of a transfer
-- key: transfer_order_id, line_no
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.transfer_order_line
WHERE NOT deleted
