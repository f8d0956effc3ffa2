-- grain: one row per paid order of a known person, tests left out
-- key: order_id
-- owner: growth
-- materialized: table
-- incremental: key=member_id from=orders via=fct_orders.member_id
-- check: unique(order_id)
-- column: order_id, member_id, paid_at, paid_date, placed_at: the order
-- column: channel_id, community_id, leader_id, warehouse_id, batch_id, mode, is_first_order, is_self_order: as ordered
-- column: next_batch_date: the day of the person's next paid order in another batch; without batches, on another day
-- empty: nobody known has paid yet
WITH purchases AS (
    SELECT
        order_id, member_id, paid_at, paid_date, placed_at, channel_id, community_id, leader_id, warehouse_id, batch_id,
        mode, is_first_order, is_self_order, coalesce(batch_id, CAST(paid_date AS VARCHAR)) AS occasion
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND member_id IS NOT NULL
),

occasions AS (
    SELECT member_id, occasion, min(paid_date) AS first_date, max(paid_date) AS last_date
    FROM purchases
    GROUP BY member_id, occasion
)

SELECT
    p.* EXCLUDE (occasion),
    (
        SELECT min(greatest(o.first_date, p.paid_date)) FROM occasions AS o
        WHERE o.member_id = p.member_id AND o.occasion <> p.occasion AND o.last_date >= p.paid_date
    ) AS next_batch_date
FROM purchases AS p
