-- grain: one row: the last company day on which any group chatted or bought
-- key: last_date
-- owner: growth
-- materialized: table
-- check: unique(last_date)
-- column: last_date: that day; how far the days of every group are drawn
-- late: a row that lands late is there after the next build
-- empty: neither chat nor orders of any group are known
SELECT max(activity_date) AS last_date
FROM (
    SELECT max(activity_date) AS activity_date FROM fct_chat
    UNION ALL
    SELECT max(paid_date) FROM fct_orders
    WHERE is_paid AND NOT is_test AND community_id IS NOT NULL AND member_id IS NOT NULL
)
HAVING max(activity_date) IS NOT NULL
