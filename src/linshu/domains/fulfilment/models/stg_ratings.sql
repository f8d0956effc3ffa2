-- grain: one row per rating
-- key: rating_id
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.rating
WHERE NOT deleted
