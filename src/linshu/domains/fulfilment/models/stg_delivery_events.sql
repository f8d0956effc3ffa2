-- grain: one row per stage a parcel passed
-- key: delivery_event_id
-- owner: fulfilment
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.delivery_event
WHERE NOT deleted
