-- grain: one row per visit, with what it led to
-- key: visit_id
-- owner: growth
-- materialized: table
-- incremental: key=person_id narrow=stg_visits
-- touched: SELECT v.person_id FROM changed.visit AS c JOIN stg_visits AS v ON v.visit_id = c.visit_id
--   UNION SELECT f.person_id FROM changed.visit AS c JOIN fct_visit_orders AS f ON f.visit_id = c.visit_id
--   UNION SELECT member_id AS person_id FROM changed.fct_orders WHERE is_first_order
-- check: unique(visit_id)
-- check: not_null(visit_id, person_id, visited_at, visited_date)
-- column: person_id: the person as far as known: the member, else the device, else the visit alone
-- column: is_first_visit: this person's first visit of all
-- column: converts_within_7d: a first visit whose person paid the first order of all, not wholly refunded, within 7
--   days
-- column: visit_id, member_id: the visit, and the member where logged in
-- column: share_id, touchpoint, community_id, leader_id: how the person came
-- column: inviter_kind, inviter_id: who brought the person
-- column: channel_id, sku_id, campaign_id: what was looked at
-- column: visited_at, visited_date: when (UTC), and its company day
-- column: order_id: the order placed in the visit
-- column: added_to_cart, pages: whether something was put in the cart, pages seen
-- column: duration_second (second): how long it lasted
-- late: a visit or order that lands late recomputes the visits of its person
-- empty: no visits are collected
WITH first_visits AS (
    SELECT first.visit_id AS visit_id
    FROM (SELECT min({'visited_at': visited_at, 'visit_id': visit_id}) AS first FROM stg_visits GROUP BY person_id)
),

first_orders AS (
    SELECT member_id, paid_at AS first_paid_at
    FROM fct_orders
    WHERE is_first_order AND paid_fen > refunded_fen
)

SELECT
    v.visit_id, v.person_id, v.member_id, v.share_id, v.touchpoint, v.community_id, v.leader_id,
    v.inviter_kind, v.inviter_id, v.channel_id, v.sku_id, v.campaign_id,
    v.visited_at, v.visited_date, v.order_id, coalesce(v.added_to_cart, FALSE) AS added_to_cart,
    coalesce(v.pages, 0) AS pages, coalesce(v.duration_second, 0) AS duration_second,
    f.visit_id IS NOT NULL AND coalesce(v.is_new_visitor, TRUE) AS is_first_visit,
    f.visit_id IS NOT NULL AND coalesce(v.is_new_visitor, TRUE)
    AND coalesce(o.first_paid_at >= v.visited_at AND o.first_paid_at < v.visited_at + INTERVAL 7 DAY, FALSE)
        AS converts_within_7d
FROM stg_visits AS v
LEFT JOIN first_visits AS f ON f.visit_id = v.visit_id
LEFT JOIN first_orders AS o ON o.member_id = v.member_id
