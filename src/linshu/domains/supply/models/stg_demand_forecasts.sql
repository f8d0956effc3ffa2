-- grain: one row per forecast of a SKU at a warehouse, for a community or all, of a day, as made on one evening
-- key: made_on, day, sku_id, warehouse_id, for_community
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.demand_forecast
WHERE NOT deleted
