-- grain: one row per region that was not deleted in its source
-- key: region_id
-- owner: insight
-- materialized: view
SELECT
    region_id,
    parent_id,
    level,
    name,
    longitude,
    latitude
FROM std.region
WHERE NOT deleted
