-- grain: one row per region, day and day its weather was forecast
-- key: region_id, made_on, day
-- owner: supply
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.weather_forecast
WHERE NOT deleted
