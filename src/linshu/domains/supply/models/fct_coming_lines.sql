-- grain: one row per line of an order that brings goods to a warehouse, bought or moved
-- key: kind, order_id, line_no
-- owner: supply
-- materialized: view
-- column: kind: purchase, or transfer from another warehouse
-- column: order_id, line_no: the purchase order or the transfer, and the line
-- column: sku_id, warehouse_id, from_warehouse_id: what, where to, and of a transfer where from
-- column: ordered_date, due_date: company days: when it was ordered, and when it is expected, else the day it was ordered
-- column: agreed_qty (qty): what was agreed, sent or ordered: the last that is known
-- column: coming_qty (qty): what is still on its way; 0 for cancelled orders and those whose goods came
-- column: leaving_qty (qty): of a transfer, what is still to be taken out of the warehouse it comes from
-- empty: nothing was bought or moved
SELECT
    'purchase' AS kind, purchase_order_id AS order_id, line_no, sku_id, warehouse_id,
    CAST(NULL AS VARCHAR) AS from_warehouse_id, ordered_date, due_date,
    CAST(coalesce(confirmed_qty, ordered_qty) AS BIGINT) AS agreed_qty, coming_qty, CAST(0 AS BIGINT) AS leaving_qty
FROM fct_purchase_lines
WHERE is_binding
UNION ALL
SELECT
    'transfer' AS kind, l.transfer_order_id AS order_id, l.line_no, l.sku_id, o.to_warehouse_id AS warehouse_id,
    o.from_warehouse_id, o.ordered_date, coalesce(o.expected_date, o.ordered_date) AS due_date,
    CAST(coalesce(l.shipped_qty, l.ordered_qty) AS BIGINT) AS agreed_qty,
    CAST(CASE
        WHEN o.status IN ('ordered', 'shipped') AND o.received_date IS NULL
            THEN greatest(coalesce(l.shipped_qty, l.ordered_qty) - coalesce(l.received_qty, 0), 0)
        ELSE 0
    END AS BIGINT) AS coming_qty,
    CAST(CASE WHEN o.status = 'ordered' AND l.shipped_qty IS NULL THEN l.ordered_qty ELSE 0 END AS BIGINT) AS leaving_qty
FROM stg_transfer_order_lines AS l
INNER JOIN stg_transfer_orders AS o ON o.transfer_order_id = l.transfer_order_id
WHERE o.status NOT IN ('draft', 'cancelled')
