-- grain: one row per batch (团期) that was not deleted in its source
-- key: batch_id
-- owner: insight
-- materialized: view
SELECT
    batch_id,
    name,
    scope_kind,
    scope_id,
    opened_at,
    opened_date,
    cut_off_at,
    delivery_date,
    status
FROM std.sale_batch
WHERE NOT deleted
