-- grain: one row per SKU offered in a batch
-- key: listing_id
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.listing
WHERE NOT deleted
