-- grain: one row per refund that was not deleted in its source
-- key: refund_id
-- owner: finance
-- materialized: view
SELECT
    refund_id, order_id, line_no,
    coalesce(qty, 0) AS qty,
    amount_fen,
    refunded_at,
    coalesce(refunded_date, CAST(refunded_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS refunded_date,
    coalesce(kind, 'other') AS kind,
    case_id, payment_id, channel_id, channel_refund_id
FROM std.refund
WHERE NOT deleted
