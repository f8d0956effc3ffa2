-- grain: one row per person who ever paid, tests left out: the cohort of the first paid order
-- key: member_id
-- owner: growth
-- materialized: table
-- incremental: key=member_id from=orders via=fct_orders.member_id
-- check: unique(member_id)
-- column: member_id, first_paid_at, first_paid_date: the person and the first paid order
-- column: channel_id, community_id, leader_id, warehouse_id, mode: of that first order
-- column: ordered_week_1: paid again on day 7 to 13 after the first
-- column: ordered_month_1: paid again on day 30 to 59 after the first
-- column: ordered_month_2: paid again on day 60 to 89 after the first
-- late: a row that lands late is there after the next build
-- empty: nobody known has paid yet
WITH paid AS (
    SELECT
        member_id, paid_at, paid_date, placed_at, order_id, channel_id, community_id, leader_id, warehouse_id, mode,
        min(paid_date) OVER (PARTITION BY member_id) AS first_date
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND member_id IS NOT NULL
)

SELECT
    member_id,
    min(paid_at) AS first_paid_at,
    min(first_date) AS first_paid_date,
    arg_min_null(channel_id, (paid_at, order_id)) AS channel_id,
    arg_min_null(community_id, (paid_at, order_id)) AS community_id,
    arg_min_null(leader_id, (paid_at, order_id)) AS leader_id,
    arg_min_null(warehouse_id, (paid_at, order_id)) AS warehouse_id,
    arg_min_null(mode, (paid_at, order_id)) AS mode,
    bool_or(paid_date - first_date BETWEEN 7 AND 13) AS ordered_week_1,
    bool_or(paid_date - first_date BETWEEN 30 AND 59) AS ordered_month_1,
    bool_or(paid_date - first_date BETWEEN 60 AND 89) AS ordered_month_2
FROM paid
GROUP BY member_id
