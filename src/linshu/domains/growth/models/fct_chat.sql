-- grain: one row per group and hour; the group's whole, never a member's
-- key: community_id, activity_date, activity_hour
-- owner: growth
-- materialized: table
-- column: messages, interactions, joins, leaves: counts within the hour, never contents
-- column: participants: different members who spoke in the hour; do not add over hours
-- empty: no chat tool is connected
WITH counted AS (
    SELECT
        community_id, activity_date, activity_hour, member_id = '*' AS is_whole,
        sum(messages) AS messages, sum(interactions) AS interactions,
        sum(joins) AS joins, sum(leaves) AS leaves,
        CASE WHEN member_id = '*' THEN max(participants) ELSE count(DISTINCT member_id) END AS participants
    FROM stg_chat_activity
    GROUP BY community_id, activity_date, activity_hour, member_id
),

gathered AS (
    SELECT
        community_id, activity_date, activity_hour, is_whole,
        sum(messages) AS messages, sum(interactions) AS interactions,
        sum(joins) AS joins, sum(leaves) AS leaves, sum(participants) AS participants
    FROM counted
    GROUP BY community_id, activity_date, activity_hour, is_whole
)

-- A source that counts both the whole and its members says the same thing twice: the whole wins.
SELECT
    community_id, activity_date, activity_hour,
    CAST(messages AS BIGINT) AS messages, CAST(interactions AS BIGINT) AS interactions,
    CAST(participants AS BIGINT) AS participants,
    CAST(coalesce(joins, 0) AS BIGINT) AS joins, CAST(coalesce(leaves, 0) AS BIGINT) AS leaves
FROM gathered
QUALIFY row_number() OVER (PARTITION BY community_id, activity_date, activity_hour ORDER BY is_whole DESC) = 1
