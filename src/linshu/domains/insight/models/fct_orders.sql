-- grain: one row per order, cancelled, unpaid and test orders included
-- key: order_id
-- owner: insight
-- materialized: table
-- incremental: key=order_id from=orders,order_line,refund(refund_id)
--   via=identity.source_member_id=member_id,member.member_id,sale_batch.batch_id,
--   dim_first_order.order_id,dim_leader_account.leader_id
-- check: unique(order_id)
-- check: not_null(order_id, placed_at, placed_date, status)
-- column: order_id: the order
-- column: placed_at, paid_at, closed_at: instants (UTC), empty when it did not happen
-- column: placed_date, paid_date, closed_date: the company days of those instants
-- column: delivery_date: the company day the batch's goods are handed out; empty without a batch
-- column: is_paid: paid at some time; a cancellation after payment is a refund, not an order unpaid
-- column: status, mode: placed, paid, closed or cancelled; pickup, home or express
-- column: channel_id, shop_id, community_id, pickup_point_id, warehouse_id, batch_id, campaign_id, experiment_arm,
--   share_id: what the order was sold under, frozen when it was placed
-- column: leader_id, supply_leader_id: the leader who sold it and the one who supplied it (帮卖), as ordered
-- column: member_id: the person who ordered; accounts joined by identity are one person
-- column: lines, units (base units): how many lines and how many base units
-- column: goods_fen (fen): listing price by quantity, before discounts, without shipping
-- column: discount_platform_fen, discount_merchant_fen, discount_supplier_fen, discount_leader_fen, discount_fen (fen):
--   reductions by who funds them, and their sum
-- column: shipping_fen, paid_fen (fen): shipping, and what was paid with shipping
-- column: cost_fen (fen): cost of its goods with VAT; empty when that of any line is unknown
-- column: refunded_fen (fen): all refunds so far, restated to the order's own days
-- column: is_test: marked as a test, or placed by a test account
-- column: is_self_order: the buyer is the leader who sold it
-- column: is_first_order: the first order that person ever paid, tests left out
-- late: an order, line or refund that lands late recomputes its order, and the person's first order
-- empty: no order has been imported
WITH line_totals AS (
    SELECT
        order_id,
        count(line_no) AS lines,
        CAST(sum(qty) AS BIGINT) AS units,
        CASE WHEN count(cost_fen) = count(*) THEN CAST(sum(cost_fen) AS BIGINT) END AS cost_fen
    FROM stg_order_lines
    GROUP BY order_id
),

refund_totals AS (
    SELECT order_id, CAST(sum(amount_fen) AS BIGINT) AS refunded_fen
    FROM stg_order_refunds
    GROUP BY order_id
)

SELECT
    o.order_id,
    o.placed_at, o.placed_date, o.paid_at, o.paid_date, o.closed_at, o.closed_date, b.delivery_date,
    o.is_paid, o.status, o.mode,
    o.channel_id, o.shop_id, o.member_id, o.community_id, o.leader_id, o.supply_leader_id,
    o.pickup_point_id, o.warehouse_id, o.batch_id, o.campaign_id, o.experiment_arm, o.share_id,
    coalesce(t.lines, 0) AS lines,
    coalesce(t.units, 0) AS units,
    o.goods_fen,
    o.discount_platform_fen, o.discount_merchant_fen, o.discount_supplier_fen, o.discount_leader_fen,
    o.discount_platform_fen + o.discount_merchant_fen + o.discount_supplier_fen + o.discount_leader_fen AS discount_fen,
    o.shipping_fen,
    o.paid_fen,
    t.cost_fen,
    coalesce(r.refunded_fen, 0) AS refunded_fen,
    o.is_test,
    a.leader_id IS NOT NULL AS is_self_order,
    f.order_id IS NOT NULL AS is_first_order
FROM stg_orders AS o
LEFT JOIN line_totals AS t ON t.order_id = o.order_id
LEFT JOIN refund_totals AS r ON r.order_id = o.order_id
LEFT JOIN stg_batches AS b ON b.batch_id = o.batch_id
LEFT JOIN dim_leader_account AS a ON a.leader_id = o.leader_id AND a.member_id = o.member_id
LEFT JOIN dim_first_order AS f ON f.order_id = o.order_id
