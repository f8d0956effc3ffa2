-- grain: one row per payment
-- key: payment_id
-- owner: finance
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.payment
WHERE NOT deleted
