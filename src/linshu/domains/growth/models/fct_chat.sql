-- grain: one row per group and hour; the group's whole, never a member's
-- key: community_id, activity_date, activity_hour
-- owner: growth
-- materialized: table
-- incremental: key=community_id,activity_date from=chat_activity
-- check: unique(community_id, activity_date, activity_hour)
-- column: messages, interactions, joins, leaves: counts within the hour, never contents
-- column: participants: different members who spoke in the hour; do not add over hours
-- column: community_id, activity_date, activity_hour: the group, the company day and the hour, 0 to 23
-- late: a count that lands late recomputes its group's day
-- empty: no chat tool is connected
WITH counted AS (
    SELECT
        community_id, activity_date, activity_hour,
        bool_or(member_id = '*') AS is_whole,
        sum(messages) FILTER (member_id = '*') AS messages, sum(messages) AS member_messages,
        sum(interactions) FILTER (member_id = '*') AS interactions, sum(interactions) AS member_interactions,
        sum(joins) FILTER (member_id = '*') AS joins, sum(joins) AS member_joins,
        sum(leaves) FILTER (member_id = '*') AS leaves, sum(leaves) AS member_leaves,
        max(participants) FILTER (member_id = '*') AS participants, count(*) AS member_participants
    FROM stg_chat_activity
    GROUP BY community_id, activity_date, activity_hour
)

-- A source that counts both the whole and its members says the same thing twice: the whole wins.
SELECT
    community_id, activity_date, activity_hour,
    CAST(CASE WHEN is_whole THEN messages ELSE member_messages END AS BIGINT) AS messages,
    CAST(CASE WHEN is_whole THEN interactions ELSE member_interactions END AS BIGINT) AS interactions,
    CAST(CASE WHEN is_whole THEN participants ELSE member_participants END AS BIGINT) AS participants,
    CAST(coalesce(CASE WHEN is_whole THEN joins ELSE member_joins END, 0) AS BIGINT) AS joins,
    CAST(coalesce(CASE WHEN is_whole THEN leaves ELSE member_leaves END, 0) AS BIGINT) AS leaves
FROM counted
