-- grain: one row per spell of a leader in a community that was not deleted in its source
-- key: community_id, leader_id, role, valid_from
-- owner: insight
-- materialized: view
SELECT
    community_id,
    leader_id,
    role,
    valid_from,
    valid_to
FROM std.leader_assignment
WHERE NOT deleted
