-- grain: one row per pick-up point that was not deleted in its source
-- key: pickup_point_id
-- owner: insight
-- materialized: view
SELECT
    pickup_point_id,
    name,
    estate_id,
    operator_kind,
    leader_id,
    capacity_per_day,
    status,
    longitude,
    latitude
FROM std.pickup_point
WHERE NOT deleted
