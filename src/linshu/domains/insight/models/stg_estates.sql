-- grain: one row per estate that was not deleted in its source
-- key: estate_id
-- owner: insight
-- materialized: view
SELECT
    estate_id,
    name,
    region_id,
    households,
    longitude,
    latitude
FROM std.estate
WHERE NOT deleted
