-- grain: one row per group, listing and company day on which the group's members could buy it
-- key: community_id, listing_id, listed_day
-- owner: supply
-- materialized: view
-- column: community_id: a group the listing is offered to: by its own scope, its places, warehouse, channel, leader,
--   pick-up point, or the whole company; its places and leader are those of now
-- column: listing_id, batch_id, sku_id, listed_day, is_sellable: as in fct_listing_days
-- empty: listings are not recorded, or no group is known
SELECT
    c.community_id, d.listing_id, d.batch_id, d.sku_id, d.listed_day, d.is_sellable
FROM fct_listing_days AS d
JOIN fct_listings AS l ON l.listing_id = d.listing_id
JOIN dim_community AS c
    ON l.scope_kind = 'all'
    OR (l.scope_kind = 'community' AND l.scope_id = c.community_id)
    OR (l.scope_kind = 'region' AND l.scope_id IN (c.province_id, c.city_id, c.district_id, c.street_id))
    OR (l.scope_kind = 'estate' AND l.scope_id = c.estate_id)
    OR (l.scope_kind = 'warehouse' AND l.scope_id = c.warehouse_id)
    OR (l.scope_kind = 'pickup_point' AND l.scope_id = c.pickup_point_id)
    OR (l.scope_kind = 'channel' AND l.scope_id = c.channel_id)
    OR (l.scope_kind = 'leader' AND l.scope_id = c.leader_id)
