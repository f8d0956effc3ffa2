-- grain: one row per leader and complete company week in whose last 28 days someone else paid an order with the leader
-- key: leader_id, week_end
-- owner: growth
-- materialized: table
-- incremental: key=leader_id narrow=fct_orders,fct_cases,fct_ratings cut=fct_orders
-- touched: SELECT leader_id FROM changed.fct_orders
--   UNION SELECT leader_id FROM changed.fct_cases
--   UNION SELECT leader_id FROM changed.fct_ratings
-- check: unique(leader_id, week_end)
-- check: share: SELECT leader_id, week_end FROM fct_leader_weeks WHERE contribution_ppm NOT BETWEEN 0 AND 1000000
-- column: leader_id, week_end: the leader and the Sunday that ends the week; all figures look at the 28 days ending then
-- column: households: homes of the groups sold in, 300 where unknown; at least 300
-- column: orders_28d, active_days_28d: paid orders of others, and the days with any
-- column: paid_28d_fen (fen): paid for these orders with shipping, less all refunds of them
-- column: new_buyers_28d: persons whose first paid order of all is among them
-- column: buyers_before: persons who bought from the leader in the 28 days before
-- column: buyers_kept: of these, those who bought from the leader again
-- column: complaints_28d: after-sale cases opened for which leader or point is liable, and ratings of point or service
--   below 4
-- column: acquisition_ppm (ppm): new buyers per household, as if 500 typical households more were there, as
--   rate / (rate + typical); typical 0.002
-- column: sales_ppm (ppm): paid per household, likewise; typical 150 fen
-- column: activity_ppm (ppm): active days / 28
-- column: retention_ppm (ppm): buyers kept / buyers before, as if 10 more had been there of whom 6 came again
-- column: service_ppm (ppm): complaints per order, as if 100 orders more with 2 complaints were there, as
--   typical / (rate + typical); typical 0.02
-- column: contribution_ppm (ppm): 0 to 1,000,000: acquisition 20 % + sales 30 % + activity 15 % + retention 20 % +
--   service 15 %; what is typical gives half, and what is added keeps a small leader from soaring or sinking by chance
-- late: what lands late recomputes the weeks of its leader; a new day those of all
-- empty: nobody bought from a leader yet
WITH weights AS (
    SELECT 20 AS acquisition, 30 AS sales, 15 AS activity, 20 AS retention, 15 AS service
),

-- A week counts for itself and the three that follow: 28 days ending with a Sunday.
weeks AS (
    SELECT unnest([0, 7, 14, 21]) AS later
),

sold AS (
    SELECT
        leader_id, member_id, community_id, paid_date, is_first_order, paid_fen - refunded_fen AS fen,
        CAST(date_trunc('week', paid_date) AS DATE) + 6 AS week_end
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND NOT is_self_order AND leader_id IS NOT NULL
),

by_day AS (
    SELECT
        leader_id, week_end, paid_date, count(*) AS orders, sum(fen) AS fen,
        count(*) FILTER (is_first_order) AS new_buyers
    FROM sold
    GROUP BY leader_id, week_end, paid_date
),

sales AS (
    SELECT
        leader_id, week_end + w.later AS week_end, sum(orders) AS orders, count(*) AS active_days,
        greatest(sum(fen), 0) AS fen, sum(new_buyers) AS new_buyers
    FROM by_day
    CROSS JOIN weeks AS w
    GROUP BY leader_id, week_end + w.later
),

places AS (
    SELECT p.leader_id, p.week_end, sum(coalesce(c.households, 300)) AS households
    FROM (
        SELECT DISTINCT s.leader_id, s.community_id, s.week_end + w.later AS week_end
        FROM (SELECT DISTINCT leader_id, community_id, week_end FROM sold WHERE community_id IS NOT NULL) AS s
        CROSS JOIN weeks AS w
    ) AS p
    LEFT JOIN dim_community AS c ON c.community_id = p.community_id
    GROUP BY p.leader_id, p.week_end
),

loyalty AS (
    SELECT leader_id, week_end, count(*) AS buyers_before, count(*) FILTER (came_again) AS buyers_kept
    FROM (
        SELECT
            b.leader_id, b.member_id, b.week_end + w.later + o.span AS week_end,
            bool_or(o.span = 28) AS came_before, bool_or(o.span = 0) AS came_again
        FROM (SELECT DISTINCT leader_id, member_id, week_end FROM sold WHERE member_id IS NOT NULL) AS b
        CROSS JOIN weeks AS w
        CROSS JOIN (VALUES (0), (28)) AS o(span)
        GROUP BY b.leader_id, b.member_id, b.week_end + w.later + o.span
    )
    WHERE came_before
    GROUP BY leader_id, week_end
),

trouble AS (
    SELECT leader_id, CAST(date_trunc('week', day) AS DATE) + 6 + w.later AS week_end, count(*) AS complaints
    FROM (
        SELECT leader_id, opened_date AS day FROM fct_cases
        WHERE NOT is_test AND leader_id IS NOT NULL AND liability IN ('leader', 'point')
        UNION ALL
        SELECT leader_id, rated_date FROM fct_ratings
        WHERE NOT is_test AND leader_id IS NOT NULL AND about IN ('point', 'service') AND NOT is_satisfied
    )
    CROSS JOIN weeks AS w
    GROUP BY leader_id, CAST(date_trunc('week', day) AS DATE) + 6 + w.later
),

counted AS (
    SELECT
        s.leader_id, s.week_end, s.orders, s.active_days, s.fen, s.new_buyers,
        greatest(coalesce(p.households, 300), 300) AS households,
        coalesce(l.buyers_before, 0) AS buyers_before,
        coalesce(l.buyers_kept, 0) AS buyers_kept,
        coalesce(t.complaints, 0) AS complaints
    FROM sales AS s
    LEFT JOIN places AS p ON p.leader_id = s.leader_id AND p.week_end = s.week_end
    LEFT JOIN loyalty AS l ON l.leader_id = s.leader_id AND l.week_end = s.week_end
    LEFT JOIN trouble AS t ON t.leader_id = s.leader_id AND t.week_end = s.week_end
    WHERE s.week_end <= (SELECT last_date FROM dim_activity_horizon)
),

parts AS (
    SELECT
        *,
        (new_buyers + 1.0) / (new_buyers + 1.0 + (households + 500) * 0.002) AS acquisition,
        (fen + 75000.0) / (fen + 75000.0 + (households + 500) * 150.0) AS sales,
        active_days / 28.0 AS activity,
        (buyers_kept + 6.0) / (buyers_before + 10.0) AS retention,
        (orders + 100) * 0.02 / (complaints + 2.0 + (orders + 100) * 0.02) AS service
    FROM counted
)

SELECT
    p.leader_id, p.week_end,
    CAST(p.households AS BIGINT) AS households,
    CAST(p.orders AS BIGINT) AS orders_28d,
    CAST(p.active_days AS BIGINT) AS active_days_28d,
    CAST(p.fen AS BIGINT) AS paid_28d_fen,
    CAST(p.new_buyers AS BIGINT) AS new_buyers_28d,
    CAST(p.buyers_before AS BIGINT) AS buyers_before,
    CAST(p.buyers_kept AS BIGINT) AS buyers_kept,
    CAST(p.complaints AS BIGINT) AS complaints_28d,
    CAST(round(1000000 * p.acquisition) AS BIGINT) AS acquisition_ppm,
    CAST(round(1000000 * p.sales) AS BIGINT) AS sales_ppm,
    CAST(round(1000000 * p.activity) AS BIGINT) AS activity_ppm,
    CAST(round(1000000 * p.retention) AS BIGINT) AS retention_ppm,
    CAST(round(1000000 * p.service) AS BIGINT) AS service_ppm,
    CAST(round(10000 * (
        w.acquisition * p.acquisition + w.sales * p.sales + w.activity * p.activity + w.retention * p.retention
        + w.service * p.service
    )) AS BIGINT) AS contribution_ppm
FROM parts AS p
CROSS JOIN weights AS w
