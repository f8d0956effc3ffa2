-- grain: one row per supplier that was not deleted in its source
-- key: supplier_id
-- owner: insight
-- materialized: view
SELECT
    supplier_id,
    name,
    region_id,
    status
FROM std.supplier
WHERE NOT deleted
