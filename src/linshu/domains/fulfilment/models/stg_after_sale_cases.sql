-- grain: one row per after-sale case
-- key: case_id
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.after_sale_case
WHERE NOT deleted
