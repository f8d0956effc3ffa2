-- grain: one row per member account that was not deleted in its source, with the person behind it
-- key: account_id
-- owner: insight
-- materialized: view
-- column: member_id: the person; the account itself where no identity joins it to others
SELECT
    coalesce(i.member_id, m.member_id) AS member_id,
    m.member_id AS account_id,
    m.nickname,
    m.phone_mask,
    m.registered_at,
    coalesce(m.registered_date, CAST(m.registered_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS registered_date,
    m.channel_id,
    m.estate_id,
    m.inviter_member_id,
    m.inviter_leader_id,
    coalesce(m.consents_marketing, FALSE) AS consents_marketing,
    coalesce(m.is_test, FALSE) AS is_test
FROM stg_members AS m
LEFT JOIN (
    SELECT source_member_id, min(member_id) AS member_id FROM stg_identities GROUP BY source_member_id
) AS i ON i.source_member_id = m.member_id
