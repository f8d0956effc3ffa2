-- grain: one row per metric, part of the company and period
-- key: metric, dimension, dimension_value, period_grain, period_start
-- owner: insight
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.target
WHERE NOT deleted
