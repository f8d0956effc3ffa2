-- grain: one row per group and company day, from its first to its last day of chat or sale anywhere in the company
-- key: community_id, activity_date
-- owner: growth
-- materialized: table
-- incremental: key=community_id narrow=fct_chat,fct_orders,dim_community cut=fct_orders
-- touched: SELECT community_id FROM changed.fct_orders WHERE is_paid AND NOT is_test
--   UNION SELECT community_id FROM changed.fct_chat
--   UNION SELECT community_id FROM changed.dim_community
-- check: unique(community_id, activity_date)
-- column: messages_7d, interactions_7d: in the 7 days ending that day
-- column: speakers_7d: of each of these days the hour with the most different members speaking, added up
-- column: buyers_7d: different persons with a paid order in these 7 days
-- column: households: of the home estate; 300 where unknown
-- column: temperature_ppm (ppm): 0 to 1,000,000. For each of the four counts the weekly rate per household, drawn
--   towards the typical rate as if 100 typical households more were there (so that a tiny group is neither icy nor
--   boiling by chance), becomes rate / (rate + typical rate); weights: messages 25 %, interactions 20 %, speakers 25 %,
--   buyers 30 %; typical per household and week: 1.0, 0.5, 0.15, 0.15
-- column: community_id, activity_date: the group and the company day
-- late: a count or order that lands late recomputes the days of its group; a new day those of all
-- empty: neither chat nor orders of any group are known
WITH chat AS (
    SELECT
        community_id, activity_date, sum(messages) AS messages, sum(interactions) AS interactions,
        max(participants) AS speakers
    FROM fct_chat
    GROUP BY community_id, activity_date
),

sales AS (
    SELECT DISTINCT community_id, paid_date AS activity_date, member_id
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND community_id IS NOT NULL AND member_id IS NOT NULL
),

active AS (
    SELECT community_id, activity_date FROM chat
    UNION SELECT community_id, activity_date FROM sales
),

spans AS (
    SELECT community_id, min(activity_date) AS first_date, (SELECT last_date FROM dim_activity_horizon) AS last_date
    FROM active
    GROUP BY community_id
),

days AS (
    SELECT community_id, CAST(unnest(generate_series(first_date, last_date, INTERVAL 1 DAY)) AS DATE) AS activity_date
    FROM spans
),

-- A person counts on the 7 days from each purchase on.
buying AS (
    SELECT community_id, activity_date + o.n AS activity_date, count(DISTINCT member_id) AS buyers
    FROM sales
    CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6)) AS o(n)
    GROUP BY community_id, activity_date + o.n
),

weekly AS (
    SELECT
        d.community_id, d.activity_date,
        sum(coalesce(c.messages, 0)) OVER week AS messages,
        sum(coalesce(c.interactions, 0)) OVER week AS interactions,
        sum(coalesce(c.speakers, 0)) OVER week AS speakers,
        coalesce(b.buyers, 0) AS buyers,
        coalesce(k.households, 300) AS households
    FROM days AS d
    LEFT JOIN chat AS c ON c.community_id = d.community_id AND c.activity_date = d.activity_date
    LEFT JOIN buying AS b ON b.community_id = d.community_id AND b.activity_date = d.activity_date
    LEFT JOIN dim_community AS k ON k.community_id = d.community_id
    WINDOW week AS (
        PARTITION BY d.community_id ORDER BY d.activity_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW
    )
)

SELECT
    community_id, activity_date,
    CAST(messages AS BIGINT) AS messages_7d,
    CAST(interactions AS BIGINT) AS interactions_7d,
    CAST(speakers AS BIGINT) AS speakers_7d,
    CAST(buyers AS BIGINT) AS buyers_7d,
    CAST(households AS BIGINT) AS households,
    -- rate / (rate + typical) with rate = (count + 100 * typical) / (households + 100)
    CAST(round(
        250000 * (messages + 100.0) / (messages + 100.0 + (households + 100) * 1.0)
        + 200000 * (interactions + 50.0) / (interactions + 50.0 + (households + 100) * 0.5)
        + 250000 * (speakers + 15.0) / (speakers + 15.0 + (households + 100) * 0.15)
        + 300000 * (buyers + 15.0) / (buyers + 15.0 + (households + 100) * 0.15)
    ) AS BIGINT) AS temperature_ppm
FROM weekly
