-- grain: one row per listing, community in its scope, and company day on which it could be bought there
-- key: listing_id, community_id, listed_day
-- owner: supply
-- materialized: view
-- column: listing_id, batch_id, sku_id: the listing
-- column: community_id: a community the listing's scope covers, open on that day
-- column: listed_day: a company day from going up to being closed, sold out or cut off, whichever comes first
-- column: is_sellable: a sale could be made (price above zero, quota above zero or none)
-- empty: listings are not recorded, or no community lies in their scopes
SELECT l.listing_id, l.batch_id, l.sku_id, s.community_id, l.listed_day, l.is_sellable
FROM fct_listing_days AS l
JOIN fct_listings AS f ON f.listing_id = l.listing_id
JOIN dim_scope_community AS s ON s.scope_kind = f.scope_kind AND s.scope_id = f.scope_id
JOIN dim_community AS c ON c.community_id = s.community_id
WHERE coalesce(c.opened_on <= l.listed_day, TRUE) AND coalesce(c.closed_on >= l.listed_day, TRUE)
