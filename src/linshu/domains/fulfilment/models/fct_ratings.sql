-- grain: one row per rating
-- key: rating_id
-- owner: fulfilment
-- materialized: table
-- incremental: key=rating_id from=rating via=fct_orders.order_id,fct_order_lines.order_id
-- check: unique(rating_id)
-- check: not_null(rating_id, about, score, rated_at)
-- column: rating_id, order_id, line_no, sku_id: the rating and what it is of
-- column: about: goods, point, delivery or service
-- column: is_satisfied: a score of 4 or 5
-- column: rated_at, rated_date: when (UTC), and its company day
-- column: paid_at, paid_date: of the order
-- column: channel_id, shop_id, member_id, community_id, leader_id, pickup_point_id, warehouse_id, batch_id: of the
--   order, as ordered
-- column: is_test: of the order
-- column: score: 1 to 5; satisfied from 4
-- late: a rating counts on the company day it was given, whenever it lands
-- empty: nobody rates yet
SELECT
    r.rating_id, r.order_id, r.line_no, l.sku_id, r.about, r.score, r.score >= 4 AS is_satisfied, r.rated_at, r.rated_date,
    o.paid_at, o.paid_date, o.channel_id, o.shop_id, coalesce(r.member_id, o.member_id) AS member_id, o.community_id,
    o.leader_id, o.pickup_point_id, o.warehouse_id, o.batch_id, coalesce(o.is_test, FALSE) AS is_test
FROM stg_ratings AS r
LEFT JOIN fct_orders AS o ON r.order_id = o.order_id
LEFT JOIN fct_order_lines AS l ON r.order_id = l.order_id AND r.line_no = l.line_no
