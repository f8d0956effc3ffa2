-- grain: one row per touch: a message, call or advert that reached someone
-- key: touch_id
-- owner: growth
-- materialized: view
-- column: touch_id: the touch
-- column: member_id, community_id, leader_id: who was reached: one of the three, the others empty
-- column: campaign_id, campaign_arm, medium: for which campaign, in which of its arms, by what means
-- column: touched_at, touched_date: when (UTC), and its company day
-- column: was_opened: it was opened; empty when nobody can tell
-- column: is_test: the person is a test account
-- empty: no touches are collected
SELECT
    t.touch_id, t.member_id, t.community_id, t.leader_id, t.campaign_id, t.arm AS campaign_arm, t.medium, t.touched_at,
    t.touched_date, t.was_opened, coalesce(m.is_test, FALSE) AS is_test
FROM stg_touches AS t
LEFT JOIN dim_member AS m ON m.member_id = t.member_id
