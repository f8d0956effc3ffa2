-- grain: one row per refund that was not deleted in its source, as an order's lines need it
-- key: refund_id
-- owner: insight
-- materialized: view
SELECT
    refund_id,
    order_id,
    line_no,
    coalesce(qty, 0) AS qty,
    amount_fen,
    coalesce(kind, 'other') AS kind
FROM std.refund
WHERE NOT deleted
