-- grain: one row per region, with the chain of regions it lies in
-- key: region_id
-- owner: insight
-- materialized: table
-- check: unique(region_id)
-- warn: reference(parent_id, dim_region.region_id)
-- column: region_id, name, level: the region itself; level is province, city, district or street
-- column: province_id, province, city_id, city, district_id, district, street_id, street: the chain from the top down
--   to the region itself; empty below its own level
-- column: parent_id: the region it lies in
-- column: longitude, latitude: its centre, WGS-84
-- late: a row that lands late is there after the next build
-- empty: the company keeps no regions; places have no chain then
SELECT
    r0.region_id,
    r0.name,
    r0.level,
    r0.parent_id,
    CASE 'province' WHEN r0.level THEN r0.region_id WHEN r1.level THEN r1.region_id WHEN r2.level THEN r2.region_id WHEN r3.level THEN r3.region_id END AS province_id,
    CASE 'province' WHEN r0.level THEN r0.name WHEN r1.level THEN r1.name WHEN r2.level THEN r2.name WHEN r3.level THEN r3.name END AS province,
    CASE 'city' WHEN r0.level THEN r0.region_id WHEN r1.level THEN r1.region_id WHEN r2.level THEN r2.region_id WHEN r3.level THEN r3.region_id END AS city_id,
    CASE 'city' WHEN r0.level THEN r0.name WHEN r1.level THEN r1.name WHEN r2.level THEN r2.name WHEN r3.level THEN r3.name END AS city,
    CASE 'district' WHEN r0.level THEN r0.region_id WHEN r1.level THEN r1.region_id WHEN r2.level THEN r2.region_id WHEN r3.level THEN r3.region_id END AS district_id,
    CASE 'district' WHEN r0.level THEN r0.name WHEN r1.level THEN r1.name WHEN r2.level THEN r2.name WHEN r3.level THEN r3.name END AS district,
    CASE 'street' WHEN r0.level THEN r0.region_id WHEN r1.level THEN r1.region_id WHEN r2.level THEN r2.region_id WHEN r3.level THEN r3.region_id END AS street_id,
    CASE 'street' WHEN r0.level THEN r0.name WHEN r1.level THEN r1.name WHEN r2.level THEN r2.name WHEN r3.level THEN r3.name END AS street,
    r0.longitude,
    r0.latitude
FROM stg_regions AS r0
LEFT JOIN stg_regions AS r1 ON r1.region_id = r0.parent_id
LEFT JOIN stg_regions AS r2 ON r2.region_id = r1.parent_id
LEFT JOIN stg_regions AS r3 ON r3.region_id = r2.parent_id
