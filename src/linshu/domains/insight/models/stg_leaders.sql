-- grain: one row per leader that was not deleted in its source
-- key: leader_id
-- owner: insight
-- materialized: view
SELECT
    leader_id,
    name,
    phone_index,
    phone_mask,
    member_id,
    joined_on,
    left_on,
    recruiter_leader_id,
    recruiter_staff_id,
    region_id,
    tax_mode,
    status
FROM std.leader
WHERE NOT deleted
