-- grain: one row per campaign, channel, group, day and kind
-- key: campaign_id, channel_id, community_id, cost_date, kind
-- owner: finance
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.marketing_cost
WHERE NOT deleted
