-- grain: one row per segment that was not deleted in its source
-- key: segment_id
-- owner: insight
-- materialized: view
SELECT segment_id, name, rule
FROM std.segment
WHERE NOT deleted
