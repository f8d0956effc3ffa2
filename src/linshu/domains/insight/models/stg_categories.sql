-- grain: one row per category that was not deleted in its source
-- key: category_id
-- owner: insight
-- materialized: view
SELECT
    category_id,
    parent_id,
    name,
    level
FROM std.category
WHERE NOT deleted
