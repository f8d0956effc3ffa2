-- grain: one row per line of a parcel
-- key: parcel_id, line_no
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.parcel_line
WHERE NOT deleted
