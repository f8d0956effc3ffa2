-- grain: one row per refund
-- key: refund_id
-- owner: finance
-- materialized: table
-- incremental: key=order_id from=refund(refund_id),order_line
--   via=fct_orders.order_id
-- check: unique(refund_id)
-- check: not_null(refund_id, order_id, refunded_at, refunded_date, amount_fen)
-- warn: reference(order_id, fct_orders.order_id)
-- column: refund_id: the refund
-- column: order_id, line_no: what it gives back; no line_no for the whole order
-- column: refunded_at, refunded_date: when the money went back (UTC), and its company day
-- column: placed_date, paid_at, paid_date: the days of the order
-- column: channel_id, shop_id, member_id, community_id, leader_id, supply_leader_id, pickup_point_id, warehouse_id,
--   batch_id, campaign_id: the order's, as ordered
-- column: sku_id: of the line; for a whole order that of its only line, else empty
-- column: qty (base units): given back, 0 when only money is
-- column: amount_fen (fen): given back, with the shipping given back
-- column: kind: cancel, shortage, weight_difference, refund_only, return, price_protection or other
-- column: case_id: the after-sale case that led to it
-- column: is_paid, is_test, is_self_order: of the order
-- column: delivery_date: of the order's batch
-- column: payment_id, payment_channel_id, channel_refund_id: the payment it goes back on, the channel it went
--   through, and its number there
-- late: a refund counts on the company day it was given, whenever it lands
-- empty: no refund has been imported
WITH lines AS (
    SELECT order_id, line_no, sku_id, campaign_id
    FROM stg_bought_lines
    WHERE order_id IN (SELECT order_id FROM stg_refunds)
),

only_lines AS (
    SELECT order_id, min(line_no) AS line_no FROM lines GROUP BY order_id HAVING count(*) = 1
)

SELECT
    r.refund_id, r.order_id, r.line_no,
    r.refunded_at, r.refunded_date, o.placed_date, o.paid_at, o.paid_date, o.delivery_date,
    o.channel_id, o.shop_id, o.member_id, o.community_id, o.leader_id, o.supply_leader_id,
    o.pickup_point_id, o.warehouse_id, o.batch_id,
    coalesce(l.campaign_id, o.campaign_id) AS campaign_id,
    l.sku_id, r.qty, r.amount_fen, r.kind, r.case_id,
    r.payment_id, r.channel_id AS payment_channel_id, r.channel_refund_id,
    coalesce(o.is_paid, FALSE) AS is_paid,
    coalesce(o.is_test, FALSE) AS is_test,
    coalesce(o.is_self_order, FALSE) AS is_self_order
FROM stg_refunds AS r
LEFT JOIN fct_orders AS o ON o.order_id = r.order_id
LEFT JOIN only_lines AS n ON n.order_id = r.order_id
LEFT JOIN lines AS l ON l.order_id = r.order_id AND l.line_no = coalesce(r.line_no, n.line_no)
