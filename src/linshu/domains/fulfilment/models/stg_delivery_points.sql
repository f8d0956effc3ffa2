-- grain: one row per pick-up point
-- key: pickup_point_id
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.pickup_point
WHERE NOT deleted
