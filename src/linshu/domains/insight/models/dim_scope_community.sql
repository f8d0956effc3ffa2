-- grain: one row per scope and community that lies in it
-- key: scope_kind, scope_id, community_id
-- owner: insight
-- materialized: table
-- check: unique(scope_kind, scope_id, community_id)
-- column: scope_kind, scope_id: a part of the company as listings, prices, batches and costs name it: all (`*`), region
--   (of any level), estate, community, warehouse, pickup_point, channel or leader
-- column: community_id: a community in it: by its home, and by who leads it and where it collects now
-- late: a row that lands late is there after the next build
-- empty: there are no communities
WITH scopes AS (
    SELECT
        community_id,
        unnest([
            {'kind': 'all', 'id': '*'},
            {'kind': 'region', 'id': province_id},
            {'kind': 'region', 'id': city_id},
            {'kind': 'region', 'id': district_id},
            {'kind': 'region', 'id': street_id},
            {'kind': 'estate', 'id': estate_id},
            {'kind': 'community', 'id': community_id},
            {'kind': 'warehouse', 'id': warehouse_id},
            {'kind': 'warehouse', 'id': supplied_by},
            {'kind': 'pickup_point', 'id': pickup_point_id},
            {'kind': 'channel', 'id': channel_id},
            {'kind': 'leader', 'id': leader_id}
        ]) AS scope
    FROM (
        SELECT c.*, w.parent_id AS supplied_by
        FROM dim_community AS c
        LEFT JOIN dim_warehouse AS w ON w.warehouse_id = c.warehouse_id
    )
)

SELECT DISTINCT scope.kind AS scope_kind, scope.id AS scope_id, community_id
FROM scopes
WHERE scope.id IS NOT NULL
