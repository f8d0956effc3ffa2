-- grain: one row per line of a purchase order
-- key: purchase_order_id, line_no
-- owner: supply
-- materialized: view
-- column: purchase_order_id, line_no: the order and the line
-- column: supplier_id, warehouse_id, batch_id, sku_id: who supplies, where to, for which batch, what
-- column: status: draft, ordered, confirmed, received or cancelled
-- column: is_binding: neither a draft nor cancelled
-- column: ordered_at, ordered_date, expected_at, expected_date, received_at, received_date: instants (UTC) and company
--   days; empty until they happen
-- column: ordered_qty, confirmed_qty, received_qty, rejected_qty (qty): base units; confirmed and received empty until then
-- column: accepted_qty (qty): received and not turned away; 0 until it came
-- column: filled_qty (qty): of what was ordered, what was accepted; more than ordered fills no other line
-- column: is_in_full: at least what was ordered was accepted
-- column: is_on_time: it came within an hour of the moment agreed; within the company day where only a day was agreed,
--   which is how midnight is read
-- column: due_date: the company day it is expected, else the day it was ordered
-- column: coming_qty (qty): what is still on its way: agreed, or ordered where nothing was agreed, less what came; 0 for
--   drafts, cancelled orders and those whose goods came
-- column: lead_second (second): from ordering to arrival; empty until it came
-- column: unit_price_fen, amount_fen (fen): price of a base unit with VAT, and that of what was ordered
-- empty: no purchase order has been imported
SELECT
    l.purchase_order_id, l.line_no, o.supplier_id, o.warehouse_id, o.batch_id, l.sku_id, o.status,
    o.status NOT IN ('draft', 'cancelled') AS is_binding,
    o.ordered_at, o.ordered_date, o.expected_at, o.expected_date, o.received_at, o.received_date,
    l.ordered_qty, l.confirmed_qty, l.received_qty, coalesce(l.rejected_qty, 0) AS rejected_qty,
    CAST(coalesce(l.received_qty - coalesce(l.rejected_qty, 0), 0) AS BIGINT) AS accepted_qty,
    CAST(least(coalesce(l.received_qty - coalesce(l.rejected_qty, 0), 0), l.ordered_qty) AS BIGINT) AS filled_qty,
    coalesce(l.received_qty - coalesce(l.rejected_qty, 0), 0) >= l.ordered_qty AS is_in_full,
    coalesce(
        CASE
            WHEN o.expected_at AT TIME ZONE 'Asia/Shanghai' = date_trunc('day', o.expected_at AT TIME ZONE 'Asia/Shanghai')
                THEN o.received_date <= o.expected_date
            ELSE o.received_at <= o.expected_at + INTERVAL 1 HOUR
        END,
        FALSE
    ) AS is_on_time,
    coalesce(o.expected_date, o.ordered_date) AS due_date,
    CAST(CASE
        WHEN o.status IN ('ordered', 'confirmed') AND o.received_date IS NULL
            THEN greatest(coalesce(l.confirmed_qty, l.ordered_qty) - coalesce(l.received_qty, 0), 0)
        ELSE 0
    END AS BIGINT) AS coming_qty,
    CAST(date_diff('second', o.ordered_at, o.received_at) AS BIGINT) AS lead_second,
    l.unit_price_fen, CAST(l.ordered_qty * l.unit_price_fen AS BIGINT) AS amount_fen
FROM stg_purchase_order_lines AS l
INNER JOIN stg_purchase_orders AS o ON o.purchase_order_id = l.purchase_order_id
