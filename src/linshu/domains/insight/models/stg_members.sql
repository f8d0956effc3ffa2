-- grain: one row per member account that was not deleted in its source
-- key: member_id
-- owner: insight
-- materialized: view
SELECT
    member_id,
    nickname,
    phone_index,
    phone_mask,
    registered_at,
    registered_date,
    channel_id,
    estate_id,
    inviter_member_id,
    inviter_leader_id,
    consents_marketing,
    consents_profiling,
    is_test
FROM std.member
WHERE NOT deleted
