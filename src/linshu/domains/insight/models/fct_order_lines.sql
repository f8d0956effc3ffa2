-- grain: one row per order line, those of cancelled, unpaid and test orders included
-- key: order_id, line_no
-- owner: insight
-- materialized: table
-- incremental: key=order_id from=orders,order_line,refund(refund_id) via=fct_orders.order_id
-- check: unique(order_id, line_no)
-- check: not_null(order_id, line_no, sku_id, qty)
-- warn: discounts_add_up: SELECT order_id, line_no, goods_fen, discount_fen, paid_fen FROM fct_order_lines
--   WHERE goods_fen - discount_fen <> paid_fen
-- warn: lines_add_up: SELECT l.order_id, any_value(o.goods_fen) AS goods_fen, CAST(sum(l.goods_fen) AS BIGINT) AS
--   of_lines
--   FROM fct_order_lines AS l JOIN fct_orders AS o ON o.order_id = l.order_id
--   GROUP BY l.order_id HAVING sum(l.goods_fen) <> any_value(o.goods_fen)
-- column: order_id, line_no: the line
-- column: placed_at, placed_date, paid_at, paid_date, delivery_date, is_paid, status, mode: as in fct_orders
-- column: channel_id, shop_id, member_id, community_id, leader_id, supply_leader_id, pickup_point_id, warehouse_id,
--   batch_id: as in fct_orders: what the order was sold under, frozen
-- column: listing_id, sku_id: the listing it was sold from, and what was sold
-- column: campaign_id, experiment_arm, share_id: the line's own, else the order's
-- column: qty (base units): quantity
-- column: unit_price_fen (fen): listing price of one base unit
-- column: goods_fen (fen): listing price by quantity as the source states it; GMV sums this
-- column: discount_platform_fen, discount_merchant_fen, discount_supplier_fen, discount_leader_fen, discount_fen (fen):
--   the line's share of reductions by who funds them, and their sum
-- column: paid_fen (fen): the line's share of what was paid, goods only
-- column: cost_fen (fen): cost with VAT; empty when unknown
-- column: refunded_fen (fen): all refunds of the line so far, restated to the order's own days. A refund of the whole
--   order (or of a line the order has not) is split over its lines by what was paid for them, largest remainder
-- column: refunded_qty (base units): given back; all of it when the whole order was cancelled or returned
-- column: is_gift, is_test, is_self_order, is_first_order: a gift; the order's own flags
-- late: a line, order or refund that lands late recomputes the lines of its order
-- empty: no order line has been imported; a line without its order is left out
WITH refunds AS (
    SELECT r.order_id, l.line_no, r.qty, r.amount_fen, r.kind
    FROM stg_order_refunds AS r
    LEFT JOIN stg_order_lines AS l ON l.order_id = r.order_id AND l.line_no = r.line_no
),

of_lines AS (
    SELECT order_id, line_no, sum(amount_fen) AS amount_fen, sum(qty) AS qty
    FROM refunds
    WHERE line_no IS NOT NULL
    GROUP BY order_id, line_no
),

of_orders AS (
    SELECT order_id, sum(amount_fen) AS amount_fen, bool_or(kind IN ('cancel', 'return')) AS is_all_back
    FROM refunds
    WHERE line_no IS NULL
    GROUP BY order_id
),

weighed AS (
    SELECT
        l.order_id, l.line_no, l.qty, w.amount_fen, w.is_all_back,
        CASE
            WHEN sum(l.paid_fen) OVER orderwise > 0 THEN l.paid_fen
            WHEN sum(l.goods_fen) OVER orderwise > 0 THEN l.goods_fen
            ELSE 1
        END AS weight
    FROM stg_order_lines AS l
    JOIN of_orders AS w ON w.order_id = l.order_id
    WINDOW orderwise AS (PARTITION BY l.order_id)
),

shared AS (
    SELECT
        order_id, line_no, qty, amount_fen, is_all_back,
        CAST(amount_fen AS HUGEINT) * weight // sum(weight) OVER (PARTITION BY order_id) AS part,
        CAST(amount_fen AS HUGEINT) * weight % sum(weight) OVER (PARTITION BY order_id) AS remainder
    FROM weighed
),

split AS (
    SELECT
        order_id, line_no,
        CASE WHEN is_all_back THEN qty ELSE 0 END AS qty,
        part + CASE
            WHEN row_number() OVER (PARTITION BY order_id ORDER BY remainder DESC, line_no)
                <= amount_fen - sum(part) OVER (PARTITION BY order_id) THEN 1
            ELSE 0
        END AS amount_fen
    FROM shared
),

back AS (
    SELECT order_id, line_no, CAST(sum(amount_fen) AS BIGINT) AS amount_fen, CAST(sum(qty) AS BIGINT) AS qty
    FROM (SELECT order_id, line_no, amount_fen, qty FROM of_lines UNION ALL BY NAME FROM split)
    GROUP BY order_id, line_no
)

SELECT
    l.order_id, l.line_no,
    o.placed_at, o.placed_date, o.paid_at, o.paid_date, o.delivery_date, o.is_paid, o.status, o.mode,
    o.channel_id, o.shop_id, o.member_id, o.community_id, o.leader_id, o.supply_leader_id,
    o.pickup_point_id, o.warehouse_id, o.batch_id,
    l.listing_id, l.sku_id,
    coalesce(l.campaign_id, o.campaign_id) AS campaign_id,
    coalesce(l.experiment_arm, o.experiment_arm) AS experiment_arm,
    coalesce(l.share_id, o.share_id) AS share_id,
    l.qty, l.unit_price_fen, l.goods_fen,
    l.discount_platform_fen, l.discount_merchant_fen, l.discount_supplier_fen, l.discount_leader_fen,
    l.discount_platform_fen + l.discount_merchant_fen + l.discount_supplier_fen + l.discount_leader_fen AS discount_fen,
    l.paid_fen, l.cost_fen,
    coalesce(b.amount_fen, 0) AS refunded_fen,
    least(coalesce(b.qty, 0), l.qty) AS refunded_qty,
    l.is_gift, o.is_test, o.is_self_order, o.is_first_order
FROM stg_order_lines AS l
JOIN fct_orders AS o ON o.order_id = l.order_id
LEFT JOIN back AS b ON b.order_id = l.order_id AND b.line_no = l.line_no
