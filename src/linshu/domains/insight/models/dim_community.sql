-- grain: one row per community (社群)
-- key: community_id
-- owner: insight
-- materialized: table
-- incremental: key=community_id narrow=fct_orders,stg_communities
-- touched: SELECT c.community_id FROM changed.fct_orders AS c LEFT JOIN dim_community AS k ON k.community_id =
--   c.community_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(community_id)
-- column: community_id, name: the community
-- column: estate_id, estate, province_id, province, city_id, city, district_id, district, street_id, street: its home
-- column: households: those of its home estate; empty when unknown
-- column: leader_id: who leads it now; facts carry the leader as ordered
-- column: pickup_point_id, warehouse_id: where it collects now, and the warehouse that supplies it
-- column: channel_id, status, opened_on, closed_on: as kept
-- column: is_registered: false when orders name it but the company keeps no row of it
-- late: a row that lands late is there after the next build
-- empty: nothing names a community
WITH homes AS (
    SELECT community_id, min(estate_id) AS estate_id FROM stg_community_estates WHERE is_home GROUP BY community_id
),

named AS (
    SELECT community_id FROM fct_orders
    UNION SELECT community_id FROM stg_leader_assignments
    UNION SELECT community_id FROM stg_pickup_assignments
),

known AS (
    SELECT
        c.community_id, c.name, coalesce(c.estate_id, h.estate_id) AS estate_id, c.channel_id,
        c.opened_on, c.closed_on, c.status, TRUE AS is_registered
    FROM stg_communities AS c
    LEFT JOIN homes AS h ON h.community_id = c.community_id
    UNION ALL
    SELECT community_id, community_id, NULL, NULL, NULL, NULL, NULL, FALSE
    FROM named
    WHERE community_id IS NOT NULL AND community_id NOT IN (SELECT community_id FROM stg_communities)
),

led AS (
    SELECT community_id, arg_max(leader_id, valid_from) AS leader_id
    FROM dim_community_leader
    WHERE valid_to IS NULL
    GROUP BY community_id
),

collects AS (
    SELECT
        community_id,
        arg_max(pickup_point_id, valid_from) AS pickup_point_id,
        arg_max_null(warehouse_id, valid_from) AS warehouse_id
    FROM stg_pickup_assignments
    WHERE valid_to IS NULL
    GROUP BY community_id
)

SELECT
    k.community_id, k.name,
    e.province_id, e.province, e.city_id, e.city, e.district_id, e.district, e.street_id, e.street,
    k.estate_id, e.estate, e.households,
    k.channel_id, k.opened_on, k.closed_on, k.status,
    l.leader_id, p.pickup_point_id, p.warehouse_id,
    k.is_registered
FROM known AS k
LEFT JOIN dim_estate AS e ON e.estate_id = k.estate_id
LEFT JOIN led AS l ON l.community_id = k.community_id
LEFT JOIN collects AS p ON p.community_id = k.community_id
