-- grain: one row per group, hour and member ('*' = the whole group)
-- key: community_id, activity_date, activity_hour, member_id
-- owner: growth
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.chat_activity
WHERE NOT deleted
