-- grain: one row per counted line of a hand-over
-- key: handover_id, line_no
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.handover
WHERE NOT deleted
