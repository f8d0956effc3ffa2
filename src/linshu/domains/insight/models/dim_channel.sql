-- grain: one row per sales or payment channel
-- key: channel_id
-- owner: insight
-- materialized: table
-- check: unique(channel_id)
-- column: channel_id, name, kind: the channel
-- column: is_registered: false when other rows name it but the company keeps no row of it
-- empty: nothing names a channel
WITH named AS (
    SELECT channel_id FROM fct_orders
    UNION SELECT channel_id FROM stg_communities
    UNION SELECT channel_id FROM stg_members
    UNION SELECT channel_id FROM stg_shops
)

SELECT channel_id, name, kind, TRUE AS is_registered FROM stg_channels
UNION ALL
SELECT channel_id, channel_id, NULL, FALSE
FROM named
WHERE channel_id IS NOT NULL AND channel_id NOT IN (SELECT channel_id FROM stg_channels)
