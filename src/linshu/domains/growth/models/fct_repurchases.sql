-- grain: one row per paid order of a known person, tests left out
-- key: order_id
-- owner: growth
-- materialized: view
-- column: order_id, member_id, paid_at, paid_date, placed_at, channel_id, community_id, leader_id, warehouse_id,
--   batch_id, mode, is_first_order, is_self_order, next_batch_date: as in fct_next_purchases
-- column: rebought_30d: the person bought in another batch within 30 days, the order's day being the first
-- column: next_days: company days until that next purchase in another batch; empty while there is none
-- column: is_mature_30d: those 30 days lie within the data at hand, so that the answer is final
-- empty: nobody known has paid yet
SELECT
    *,
    coalesce(next_batch_date < paid_date + 30, FALSE) AS rebought_30d,
    CAST(next_batch_date - paid_date AS BIGINT) AS next_days,
    paid_date + 29 <= (SELECT max(paid_date) FROM fct_orders) AS is_mature_30d
FROM fct_next_purchases
