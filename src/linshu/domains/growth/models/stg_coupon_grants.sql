-- grain: one row per coupon given to a member, not deleted in its source
-- key: coupon_grant_id
-- owner: growth
-- materialized: view
-- column: member_id: the person; accounts joined by identity are one
SELECT
    g.coupon_grant_id, g.coupon_id, coalesce(i.member_id, g.member_id) AS member_id, g.campaign_id, g.arm, g.granted_at,
    coalesce(g.granted_date, CAST(g.granted_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS granted_date, g.expires_at
FROM std.coupon_grant AS g
LEFT JOIN std.identity AS i
    ON i.account_source = g.source AND i.source_member_id = g.member_id AND NOT i.deleted
WHERE NOT g.deleted
