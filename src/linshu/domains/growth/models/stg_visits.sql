-- grain: one row per visit that was not deleted in its source
-- key: visit_id
-- owner: growth
-- materialized: view
-- column: member_id: the person where logged in; accounts joined by identity are one
-- column: person_id: the person as far as known: the member, else the device's visitor id, else the visit alone
SELECT
    v.visit_id, v.visitor_id,
    coalesce(i.member_id, v.member_id) AS member_id,
    coalesce(i.member_id, v.member_id, v.visitor_id, v.visit_id) AS person_id,
    v.share_id, v.touchpoint, v.community_id, v.leader_id, v.inviter_kind, v.inviter_id, v.channel_id, v.sku_id,
    v.campaign_id, v.is_new_visitor, v.pages, v.added_to_cart, v.order_id, v.duration_second, v.visited_at,
    coalesce(v.visited_date, CAST(v.visited_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS visited_date
FROM std.visit AS v
LEFT JOIN std.identity AS i
    ON i.account_source = v.source AND i.source_member_id = v.member_id AND NOT i.deleted
WHERE NOT v.deleted
