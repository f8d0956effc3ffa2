-- grain: one row per line of a purchase order
-- key: purchase_order_id, line_no
-- owner: supply
-- materialized: view
-- column: purchase_order_id, line_no: the order and the line
-- column: supplier_id, warehouse_id, batch_id, sku_id: who supplies, where to, for which batch, what
-- column: status: draft, ordered, confirmed, received or cancelled
-- column: ordered_at, ordered_date, expected_at, expected_date, received_at, received_date: instants (UTC) and company
--   days; empty until they happen
-- column: ordered_qty, confirmed_qty, received_qty, rejected_qty (qty): base units; confirmed and received empty until then
-- column: unit_price_fen, amount_fen (fen): price of a base unit with VAT, and that of what was ordered
-- empty: no purchase order has been imported
SELECT
    l.purchase_order_id, l.line_no, o.supplier_id, o.warehouse_id, o.batch_id, l.sku_id, o.status,
    o.ordered_at, o.ordered_date, o.expected_at, o.expected_date, o.received_at, o.received_date,
    l.ordered_qty, l.confirmed_qty, l.received_qty, coalesce(l.rejected_qty, 0) AS rejected_qty,
    l.unit_price_fen, CAST(l.ordered_qty * l.unit_price_fen AS BIGINT) AS amount_fen
FROM stg_purchase_order_lines AS l
INNER JOIN stg_purchase_orders AS o ON o.purchase_order_id = l.purchase_order_id
