-- grain: one row per estate (小区)
-- key: estate_id
-- owner: insight
-- materialized: table
-- check: unique(estate_id)
-- column: estate_id, name: the estate
-- column: province_id, province, city_id, city, district_id, district, street_id, street, estate: where it lies
-- column: households: how many live there; empty when unknown
-- column: is_registered: false when other rows name the estate but the company keeps no row of it
-- column: region_id: the region it lies in, mostly a street
-- column: longitude, latitude: where, WGS-84
-- late: a row that lands late is there after the next build
-- empty: the company keeps no estates; communities have no place then
WITH named AS (
    SELECT estate_id FROM stg_communities
    UNION SELECT estate_id FROM stg_community_estates
    UNION SELECT estate_id FROM stg_pickup_points
    UNION SELECT estate_id FROM stg_members
),

known AS (
    SELECT estate_id, name, region_id, households, longitude, latitude, TRUE AS is_registered FROM stg_estates
    UNION ALL
    SELECT estate_id, estate_id, NULL, NULL, NULL, NULL, FALSE
    FROM named
    WHERE estate_id IS NOT NULL AND estate_id NOT IN (SELECT estate_id FROM stg_estates)
)

SELECT
    k.estate_id,
    k.name,
    r.province_id, r.province, r.city_id, r.city, r.district_id, r.district, r.street_id, r.street,
    k.name AS estate,
    k.region_id,
    k.households,
    k.longitude,
    k.latitude,
    k.is_registered
FROM known AS k
LEFT JOIN dim_region AS r ON r.region_id = k.region_id
