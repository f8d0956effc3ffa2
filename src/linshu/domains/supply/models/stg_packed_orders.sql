-- grain: one row per parcel packed for an order
-- key: parcel_id
-- owner: supply
-- materialized: view
SELECT parcel_id, order_id
FROM std.parcel
WHERE NOT deleted AND order_id IS NOT NULL
