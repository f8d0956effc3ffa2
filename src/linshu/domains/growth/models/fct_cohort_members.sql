-- grain: one row per person who ever paid, tests left out: the cohort of the first paid order
-- key: member_id
-- owner: growth
-- materialized: table
-- incremental: key=member_id narrow=fct_orders
-- touched: SELECT member_id FROM changed.fct_orders
-- check: unique(member_id)
-- column: member_id, first_paid_at, first_paid_date: the person and the first paid order
-- column: channel_id, community_id, leader_id, warehouse_id, mode: of that first order
-- column: ordered_week_1: paid again on day 7 to 13 after the first
-- column: ordered_month_1: paid again on day 30 to 59 after the first
-- column: ordered_month_2: paid again on day 60 to 89 after the first
-- late: a row that lands late is there after the next build
-- empty: nobody known has paid yet
WITH begun AS (
    SELECT member_id, min(paid_date) AS first_date
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND member_id IS NOT NULL
    GROUP BY member_id
),

came AS (
    SELECT
        o.member_id,
        min(o.paid_date) AS first_paid_date,
        bool_or(o.paid_date - b.first_date BETWEEN 7 AND 13) AS ordered_week_1,
        bool_or(o.paid_date - b.first_date BETWEEN 30 AND 59) AS ordered_month_1,
        bool_or(o.paid_date - b.first_date BETWEEN 60 AND 89) AS ordered_month_2
    FROM fct_orders AS o
    JOIN begun AS b ON b.member_id = o.member_id
    WHERE o.is_paid AND NOT o.is_test
    GROUP BY o.member_id
)

SELECT
    o.member_id, o.paid_at AS first_paid_at, c.first_paid_date,
    o.channel_id, o.community_id, o.leader_id, o.warehouse_id, o.mode,
    c.ordered_week_1, c.ordered_month_1, c.ordered_month_2
FROM fct_orders AS o
JOIN came AS c ON c.member_id = o.member_id
WHERE o.is_first_order
