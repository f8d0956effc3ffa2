-- grain: one row per collected cost
-- key: cost_entry_id
-- owner: finance
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.cost_entry
WHERE NOT deleted
