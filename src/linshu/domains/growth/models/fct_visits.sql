-- grain: one row per visit
-- key: visit_id
-- owner: growth
-- materialized: view
-- column: visitor_id: the person as far as known; the member where logged in, else the device's visitor id
-- column: visited_at, visited_date: when
-- column: share_id, touchpoint, community_id, leader_id, inviter_kind, inviter_id, channel_id, campaign_id: how they
--   came
-- column: is_first_visit: this person's first visit of all
-- column: converts_within_7d: a first visit whose person placed the first order of all, paid and not wholly refunded,
--   within 7 days of it; only such visits count for acquisition conversion
-- column: is_mature: 7 days have passed since the visit in the data at hand, so that the answer is final
-- column: visit_id, member_id: the visit, and the member where logged in
-- column: sku_id, order_id: what was looked at, and the order placed in the visit
-- column: added_to_cart, pages: whether something was put in the cart, pages seen
-- column: duration_second (second): how long it lasted
-- empty: no visits are collected
SELECT
    v.visit_id, v.person_id AS visitor_id, v.member_id, v.share_id, v.touchpoint, v.community_id, v.leader_id,
    v.inviter_kind, v.inviter_id, v.channel_id, v.sku_id, v.campaign_id,
    v.visited_at, v.visited_date, v.order_id, v.added_to_cart, v.pages, v.duration_second,
    v.is_first_visit, v.converts_within_7d,
    v.visited_at + INTERVAL 7 DAY <= l.seen_until AS is_mature
FROM fct_visit_orders AS v
CROSS JOIN (SELECT max(visited_at) AS seen_until FROM fct_visit_orders) AS l
