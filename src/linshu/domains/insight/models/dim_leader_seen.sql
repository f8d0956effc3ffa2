-- grain: one row per leader that any row names
-- key: leader_id
-- owner: insight
-- materialized: table
-- incremental: key=leader_id narrow=stg_leaders
-- touched: SELECT c.leader_id FROM changed.fct_orders AS c LEFT JOIN dim_leader_seen AS k ON k.leader_id = c.leader_id
--     WHERE k.is_registered IS NOT TRUE
--   UNION SELECT c.supply_leader_id AS leader_id FROM changed.fct_orders AS c LEFT JOIN dim_leader_seen AS k ON
--   k.leader_id = c.supply_leader_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(leader_id)
-- column: leader_id: the leader
-- column: is_registered: false when orders, assignments or points name the leader but the company keeps no row
-- late: a row that lands late is there after the next build
-- empty: nothing names a leader
WITH named AS (
    SELECT leader_id FROM fct_orders
    UNION SELECT supply_leader_id FROM fct_orders
    UNION SELECT leader_id FROM stg_leader_assignments
    UNION SELECT leader_id FROM stg_leader_tiers
    UNION SELECT leader_id FROM stg_pickup_points
)

SELECT leader_id, TRUE AS is_registered FROM stg_leaders
UNION ALL
SELECT leader_id, FALSE
FROM named
WHERE leader_id IS NOT NULL AND leader_id NOT IN (SELECT leader_id FROM stg_leaders)
