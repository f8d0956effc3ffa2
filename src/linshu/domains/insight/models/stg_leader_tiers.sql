-- grain: one row per spell of a tier that was not deleted in its source
-- key: leader_id, origin, valid_from
-- owner: insight
-- materialized: view
SELECT
    leader_id,
    tier,
    origin,
    valid_from,
    valid_to
FROM std.leader_tier
WHERE NOT deleted
