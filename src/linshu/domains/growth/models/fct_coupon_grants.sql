-- grain: one row per coupon given to a member
-- key: coupon_grant_id
-- owner: growth
-- materialized: view
-- column: coupon_grant_id, coupon_id, member_id: the coupon, its kind, and the person it was given to
-- column: campaign_id, campaign_arm: for which campaign, in which of its arms
-- column: granted_at, granted_date, expires_at: when it was given (UTC), its company day, when it ends
-- column: used_at, used_date, order_id: its first use, on which order; empty while unused
-- column: is_used: it was used, even if given back later
-- column: amount_fen (fen): money taken off by it; 0 while unused
-- column: is_test: the person is a test account
-- empty: no coupons are collected
SELECT
    g.coupon_grant_id, g.coupon_id, g.member_id, g.campaign_id, g.arm AS campaign_arm, g.granted_at, g.granted_date,
    g.expires_at, u.used_at, u.used_date, u.order_id,
    CAST(coalesce(u.amount_fen, 0) AS BIGINT) AS amount_fen,
    u.used_at IS NOT NULL AS is_used,
    coalesce(m.is_test, FALSE) AS is_test
FROM stg_coupon_grants AS g
LEFT JOIN stg_coupon_uses AS u ON u.coupon_grant_id = g.coupon_grant_id
LEFT JOIN dim_member AS m ON m.member_id = g.member_id
