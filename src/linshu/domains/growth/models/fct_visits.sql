-- grain: one row per visit
-- key: visit_id
-- owner: growth
-- materialized: table
-- column: visitor_id: the person as far as known; the member where logged in, else the device's visitor id
-- column: is_first_visit: this person's first visit of all
-- column: converts_within_7d: a first visit whose person placed the first order of all, paid and not wholly refunded,
--   within 7 days of it; only such visits count for acquisition conversion
-- column: is_mature: 7 days have passed since the visit in the data at hand, so that the answer is final
-- empty: no visits are collected
WITH visits AS (
    SELECT *, coalesce(member_id, visitor_id, visit_id) AS person_id FROM stg_visits
),

ranked AS (
    SELECT *, row_number() OVER (PARTITION BY person_id ORDER BY visited_at, visit_id) AS nth FROM visits
),

first_orders AS (
    SELECT member_id, min(paid_at) AS first_paid_at
    FROM fct_orders
    WHERE is_first_order AND is_paid AND NOT is_test AND paid_fen > coalesce(refunded_fen, 0)
    GROUP BY member_id
),

latest AS (
    SELECT max(visited_at) AS seen_until FROM visits
)

SELECT
    v.visit_id, v.person_id AS visitor_id, v.member_id, v.share_id, v.touchpoint, v.community_id, v.leader_id,
    v.inviter_kind, v.inviter_id, v.channel_id, v.sku_id, v.campaign_id,
    v.visited_at, v.visited_date, v.order_id, coalesce(v.added_to_cart, FALSE) AS added_to_cart,
    CAST(coalesce(v.pages, 0) AS BIGINT) AS pages, CAST(coalesce(v.duration_second, 0) AS BIGINT) AS duration_second,
    v.nth = 1 AND coalesce(v.is_new_visitor, TRUE) AS is_first_visit,
    v.nth = 1 AND coalesce(v.is_new_visitor, TRUE)
    AND coalesce(o.first_paid_at >= v.visited_at AND o.first_paid_at < v.visited_at + INTERVAL 7 DAY, FALSE)
        AS converts_within_7d,
    v.visited_at + INTERVAL 7 DAY <= l.seen_until AS is_mature
FROM ranked AS v
CROSS JOIN latest AS l
LEFT JOIN first_orders AS o ON v.member_id = o.member_id
