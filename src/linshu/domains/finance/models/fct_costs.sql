-- grain: one row per collected cost or per campaign, channel, group, day and kind of marketing spend
-- key: cost_id
-- owner: finance
-- materialized: view
-- column: pool: what the money went on; marketing spend is `marketing`
-- column: amount_fen (fen): without VAT; a reversal is negative
-- column: channel_id, community_id, warehouse_id, leader_id, pickup_point_id: where the cost names them; empty = not
--   told, `*` in marketing = the whole company
-- column: cost_id: the cost; for marketing spend made of its key
-- column: kind: kind of marketing spend: advert, subsidy, reward, content, labour or other
-- column: cost_date: the company day it belongs to
-- column: driver: what it is spread by: orders, lines, pieces, weight, volume, paid or distance
-- column: scope_kind, scope_id: what part of the company it was spent on
-- column: campaign_id: the campaign of marketing spend; empty for the company as a whole
-- empty: no costs are collected
SELECT
    cost_entry_id AS cost_id, pool, CAST(NULL AS VARCHAR) AS kind, amount_fen, cost_date, driver, scope_kind, scope_id,
    CASE WHEN scope_kind = 'channel' THEN scope_id END AS channel_id,
    CASE WHEN scope_kind = 'community' THEN scope_id END AS community_id,
    CASE WHEN scope_kind = 'warehouse' THEN scope_id END AS warehouse_id,
    CASE WHEN scope_kind = 'leader' THEN scope_id END AS leader_id,
    CASE WHEN scope_kind = 'pickup_point' THEN scope_id END AS pickup_point_id,
    CAST(NULL AS VARCHAR) AS campaign_id
FROM stg_cost_entries
UNION ALL
SELECT
    concat_ws('|', 'marketing', campaign_id, channel_id, community_id, cost_date, kind), 'marketing', kind, amount_fen,
    cost_date, NULL, NULL, NULL,
    nullif(channel_id, '*'), nullif(community_id, '*'), NULL, NULL, NULL, nullif(campaign_id, '*')
FROM stg_marketing_costs
