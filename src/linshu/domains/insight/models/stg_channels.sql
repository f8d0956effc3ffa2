-- grain: one row per channel that was not deleted in its source
-- key: channel_id
-- owner: insight
-- materialized: view
SELECT
    channel_id,
    name,
    kind
FROM std.channel
WHERE NOT deleted
