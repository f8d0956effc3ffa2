-- grain: one row per paid order of a known person, tests left out
-- key: order_id
-- owner: growth
-- materialized: table
-- incremental: key=member_id from=orders via=fct_orders.member_id
-- check: unique(order_id)
-- column: order_id, member_id, paid_at, paid_date, placed_at: the order
-- column: channel_id, community_id, leader_id, warehouse_id, batch_id, mode, is_first_order, is_self_order: as ordered
-- column: next_batch_date: the day of the person's next paid order in another batch; without batches, on another day
-- late: a row that lands late is there after the next build
-- empty: nobody known has paid yet
WITH purchases AS (
    SELECT
        order_id, member_id, paid_at, paid_date, placed_at, channel_id, community_id, leader_id, warehouse_id, batch_id,
        mode, is_first_order, is_self_order, coalesce(batch_id, CAST(paid_date AS VARCHAR)) AS occasion
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND member_id IS NOT NULL
),

-- In the order of days, a purchase whose batch differs from the one before begins a run; the next run is another batch.
-- Both windows look along the very same line: of two purchases of a batch the first alone begins its run.
runs AS (
    SELECT
        *,
        min(occasion) OVER same_day <> max(occasion) OVER same_day AS is_mixed_day,
        CASE WHEN occasion <> lag(occasion) OVER in_order THEN paid_date END AS begun
    FROM purchases
    WINDOW
        same_day AS (PARTITION BY member_id, paid_date),
        in_order AS (PARTITION BY member_id ORDER BY paid_date, occasion, order_id)
)

SELECT
    * EXCLUDE (occasion, is_mixed_day, begun),
    CASE
        WHEN is_mixed_day THEN paid_date
        ELSE min(begun) OVER (
            PARTITION BY member_id ORDER BY paid_date, occasion, order_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        )
    END AS next_batch_date
FROM runs
