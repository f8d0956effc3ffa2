-- grain: one row per parcel, or total of a point
-- key: parcel_id
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.parcel
WHERE NOT deleted
