-- grain: one row per collected cost, per parcel and kind of its delivery, or per campaign, channel, group, day and kind
--   of marketing spend
-- key: cost_id
-- owner: finance
-- materialized: view
-- column: pool: what the money went on; marketing spend is `marketing`
-- column: amount_fen (fen): without VAT; a reversal is negative
-- column: channel_id, community_id, warehouse_id, leader_id, pickup_point_id: where the cost names them; empty = not
--   told, `*` in marketing = the whole company
-- column: cost_id: the cost; for marketing spend and for parcels made of its key
-- column: kind: kind of marketing spend: advert, subsidy, reward, content, labour or other
-- column: is_by_parcel: known of a parcel; last mile and packaging booked for that day and part of the company give way to
--   it, so that nothing counts twice
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
    CAST(NULL AS VARCHAR) AS campaign_id, FALSE AS is_by_parcel
FROM stg_cost_entries AS e
WHERE NOT EXISTS (
    SELECT 1 FROM stg_parcel_costed AS p
    WHERE p.scope_kind = coalesce(e.scope_kind, 'all') AND p.scope_id = coalesce(e.scope_id, '*')
        AND p.cost_date = e.cost_date AND p.pool = e.pool
)
UNION ALL
SELECT
    concat_ws('|', 'parcel', parcel_id, cost_kind), pool, NULL, amount_fen, delivery_date, NULL,
    CASE WHEN community_id IS NOT NULL THEN 'community' END, community_id,
    NULL, community_id, warehouse_id, NULL, pickup_point_id, NULL, TRUE
FROM stg_delivery_costs
UNION ALL
SELECT
    concat_ws('|', 'marketing', campaign_id, channel_id, community_id, cost_date, kind), 'marketing', kind, amount_fen,
    cost_date, NULL, NULL, NULL,
    nullif(channel_id, '*'), nullif(community_id, '*'), NULL, NULL, NULL, nullif(campaign_id, '*'), FALSE
FROM stg_marketing_costs
