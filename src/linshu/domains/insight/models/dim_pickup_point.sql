-- grain: one row per pick-up point (自提点)
-- key: pickup_point_id
-- owner: insight
-- materialized: table
-- incremental: key=pickup_point_id narrow=fct_orders,stg_pickup_points
-- touched: SELECT c.pickup_point_id FROM changed.fct_orders AS c LEFT JOIN dim_pickup_point AS k ON k.pickup_point_id
--   = c.pickup_point_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(pickup_point_id)
-- column: pickup_point_id, name: the point
-- column: province_id, province, city_id, city, district_id, district, street_id, street, estate_id, estate: where it
--   is
-- column: leader_id: the leader who keeps it, empty when a shop or the company does
-- column: is_registered: false when orders name it but the company keeps no row of it
-- column: operator_kind, status: leader, shop or company; active, paused or closed
-- column: capacity_per_day: parcels it can hold in a day
-- column: longitude, latitude: where, WGS-84
-- late: a row that lands late is there after the next build
-- empty: nothing names a pick-up point
WITH named AS (
    SELECT pickup_point_id FROM fct_orders
    UNION SELECT pickup_point_id FROM stg_pickup_assignments
),

known AS (
    SELECT
        pickup_point_id, name, estate_id, operator_kind, leader_id, capacity_per_day, status, longitude, latitude,
        TRUE AS is_registered
    FROM stg_pickup_points
    UNION ALL
    SELECT pickup_point_id, pickup_point_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE
    FROM named
    WHERE pickup_point_id IS NOT NULL AND pickup_point_id NOT IN (SELECT pickup_point_id FROM stg_pickup_points)
)

SELECT
    k.pickup_point_id,
    k.name,
    e.province_id, e.province, e.city_id, e.city, e.district_id, e.district, e.street_id, e.street,
    k.estate_id,
    e.estate,
    k.operator_kind,
    k.leader_id,
    k.capacity_per_day,
    k.status,
    k.longitude,
    k.latitude,
    k.is_registered
FROM known AS k
LEFT JOIN dim_estate AS e ON e.estate_id = k.estate_id
