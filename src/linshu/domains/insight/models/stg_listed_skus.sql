-- grain: one row per listing that was not deleted in its source, as the list of SKUs needs it
-- key: listing_id
-- owner: insight
-- materialized: view
SELECT listing_id, sku_id
FROM std.listing
WHERE NOT deleted
