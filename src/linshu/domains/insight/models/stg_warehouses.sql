-- grain: one row per warehouse that was not deleted in its source
-- key: warehouse_id
-- owner: insight
-- materialized: view
SELECT
    warehouse_id,
    name,
    level,
    parent_id,
    region_id,
    capacity_cm3,
    capacity_per_day,
    operator_name,
    longitude,
    latitude
FROM std.warehouse
WHERE NOT deleted
