-- grain: one row per visit to a page or listing
-- key: visit_id
-- owner: growth
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.visit
WHERE NOT deleted
