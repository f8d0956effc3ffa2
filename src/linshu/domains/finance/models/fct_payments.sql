-- grain: one row per payment
-- key: payment_id
-- owner: finance
-- materialized: table
-- incremental: key=order_id from=payment(payment_id) via=fct_orders.order_id
-- check: unique(payment_id)
-- check: not_null(payment_id, order_id, paid_at)
-- warn: reference(order_id, fct_orders.order_id)
-- column: payment_channel_id, channel_trade_id: the channel that received it, and its number there
-- column: channel_id, shop_id, member_id, community_id, leader_id, pickup_point_id, warehouse_id, batch_id: the order's
-- column: payment_id, order_id: the payment and what it pays
-- column: paid_at, paid_date: when it was received (UTC), and its company day
-- column: is_test: of the order
-- column: amount_fen (fen): what was paid in this payment, shipping included
-- late: a payment counts on the company day it was received, whenever it lands
-- empty: payments are not recorded apart from orders
SELECT
    p.payment_id, p.order_id, p.amount_fen, p.paid_at, p.paid_date, p.channel_id AS payment_channel_id, p.channel_trade_id,
    o.channel_id, o.shop_id, o.member_id, o.community_id, o.leader_id, o.pickup_point_id, o.warehouse_id, o.batch_id,
    coalesce(o.is_test, FALSE) AS is_test
FROM stg_payments AS p
LEFT JOIN fct_orders AS o ON p.order_id = o.order_id
