-- grain: one row per region, with the chain of regions it lies in
-- key: region_id
-- owner: insight
-- materialized: table
-- check: unique(region_id)
-- warn: reference(parent_id, dim_region.region_id)
-- column: region_id, name, level: the region itself; level is province, city, district or street
-- column: province_id, province, city_id, city, district_id, district, street_id, street: the chain from the top down
--   to the region itself; empty below its own level
-- empty: the company keeps no regions; places have no chain then
WITH above AS (
    SELECT
        r0.region_id, r0.name, r0.level, r0.parent_id, r0.longitude, r0.latitude,
        [r0, r1, r2, r3] AS chain
    FROM stg_regions AS r0
    LEFT JOIN stg_regions AS r1 ON r1.region_id = r0.parent_id
    LEFT JOIN stg_regions AS r2 ON r2.region_id = r1.parent_id
    LEFT JOIN stg_regions AS r3 ON r3.region_id = r2.parent_id
),

levels AS (
    SELECT
        *,
        list_filter(chain, lambda r: r.level = 'province')[1] AS p,
        list_filter(chain, lambda r: r.level = 'city')[1] AS c,
        list_filter(chain, lambda r: r.level = 'district')[1] AS d,
        list_filter(chain, lambda r: r.level = 'street')[1] AS s
    FROM above
)

SELECT
    region_id,
    name,
    level,
    parent_id,
    p.region_id AS province_id,
    p.name AS province,
    c.region_id AS city_id,
    c.name AS city,
    d.region_id AS district_id,
    d.name AS district,
    s.region_id AS street_id,
    s.name AS street,
    longitude,
    latitude
FROM levels
