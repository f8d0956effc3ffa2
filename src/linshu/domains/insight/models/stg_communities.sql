-- grain: one row per community that was not deleted in its source
-- key: community_id
-- owner: insight
-- materialized: view
SELECT
    community_id,
    name,
    estate_id,
    channel_id,
    opened_on,
    closed_on,
    status
FROM std.community
WHERE NOT deleted
