-- grain: one row per coupon that was used: its first use
-- key: coupon_grant_id
-- owner: growth
-- materialized: view
SELECT
    coupon_grant_id,
    min(occurred_at) AS used_at,
    arg_min(coalesce(occurred_date, CAST(occurred_at AT TIME ZONE 'Asia/Shanghai' AS DATE)), occurred_at) AS used_date,
    arg_min(coalesce(amount_fen, 0), occurred_at) AS amount_fen,
    arg_min(order_id, occurred_at) AS order_id
FROM std.coupon_event
WHERE NOT deleted AND kind = 'used'
GROUP BY coupon_grant_id
