-- grain: one row per spell of a community at a pick-up point that was not deleted in its source
-- key: community_id, valid_from
-- owner: insight
-- materialized: view
SELECT
    community_id,
    pickup_point_id,
    warehouse_id,
    valid_from,
    valid_to
FROM std.pickup_assignment
WHERE NOT deleted
