-- grain: one row per part of the company, company day and pool whose delivery is costed by parcel
-- key: scope_kind, scope_id, cost_date, pool
-- owner: finance
-- materialized: view
-- column: scope_kind, scope_id: every part that a parcel so costed belongs to: from where, to where, for whom
SELECT DISTINCT scope.scope_kind, scope.scope_id, cost_date, pool
FROM (
    SELECT
        delivery_date AS cost_date, pool,
        unnest([
            {'scope_kind': 'all', 'scope_id': '*'},
            {'scope_kind': 'warehouse', 'scope_id': warehouse_id},
            {'scope_kind': 'pickup_point', 'scope_id': pickup_point_id},
            {'scope_kind': 'community', 'scope_id': community_id}
        ]) AS scope
    FROM stg_delivery_costs
)
WHERE scope.scope_id IS NOT NULL
UNION
SELECT s.scope_kind, s.scope_id, d.delivery_date, d.pool
FROM stg_delivery_costs AS d
INNER JOIN dim_scope_community AS s ON s.community_id = d.community_id
