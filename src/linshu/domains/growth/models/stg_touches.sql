-- grain: one row per touch, not deleted in its source
-- key: touch_id
-- owner: growth
-- materialized: view
-- column: member_id: the person reached; accounts joined by identity are one; empty when a group or leader was
SELECT
    t.touch_id, t.campaign_id, t.arm, t.medium, t.was_opened, t.touched_at,
    coalesce(t.touched_date, CAST(t.touched_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS touched_date,
    CASE WHEN t.unit_kind = 'member' THEN coalesce(i.member_id, t.unit_id) END AS member_id,
    CASE WHEN t.unit_kind = 'community' THEN t.unit_id END AS community_id,
    CASE WHEN t.unit_kind = 'leader' THEN t.unit_id END AS leader_id
FROM std.touch AS t
LEFT JOIN std.identity AS i
    ON t.unit_kind = 'member' AND i.account_source = t.source AND i.source_member_id = t.unit_id AND NOT i.deleted
WHERE NOT t.deleted
