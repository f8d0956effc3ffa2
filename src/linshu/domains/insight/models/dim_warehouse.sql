-- grain: one row per warehouse
-- key: warehouse_id
-- owner: insight
-- materialized: table
-- incremental: key=warehouse_id narrow=fct_orders
-- touched: SELECT c.warehouse_id FROM changed.fct_orders AS c LEFT JOIN dim_warehouse AS k ON k.warehouse_id =
--   c.warehouse_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(warehouse_id)
-- column: warehouse_id, name, level: the warehouse; level is central (中心仓), grid (网格仓) or other
-- column: parent_id, parent: the warehouse that supplies it
-- column: province_id, province, city_id, city, district_id, district, street_id, street: where it lies
-- column: is_registered: false when orders or stock name it but the company keeps no row of it
-- column: region_id, operator_name: the region it lies in, and who runs it
-- column: capacity_cm3 (cm3): how much it can hold; empty when unknown
-- column: longitude, latitude: where, WGS-84
-- late: a row that lands late is there after the next build
-- empty: nothing names a warehouse
WITH named AS (
    SELECT warehouse_id FROM fct_orders
    UNION SELECT warehouse_id FROM stg_pickup_assignments
    UNION SELECT parent_id FROM stg_warehouses
),

known AS (
    SELECT warehouse_id, name, level, parent_id, region_id, operator_name, capacity_cm3, longitude, latitude, TRUE AS is_registered
    FROM stg_warehouses
    UNION ALL
    SELECT warehouse_id, warehouse_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE
    FROM named
    WHERE warehouse_id IS NOT NULL AND warehouse_id NOT IN (SELECT warehouse_id FROM stg_warehouses)
)

SELECT
    k.warehouse_id,
    k.name,
    k.level,
    k.parent_id,
    p.name AS parent,
    r.province_id, r.province, r.city_id, r.city, r.district_id, r.district, r.street_id, r.street,
    k.region_id,
    k.operator_name,
    k.capacity_cm3,
    k.longitude,
    k.latitude,
    k.is_registered
FROM known AS k
LEFT JOIN known AS p ON p.warehouse_id = k.parent_id
LEFT JOIN dim_region AS r ON r.region_id = k.region_id
