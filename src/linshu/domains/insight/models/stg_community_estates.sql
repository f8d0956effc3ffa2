-- grain: one row per community and estate that was not deleted in its source
-- key: community_id, estate_id
-- owner: insight
-- materialized: view
SELECT
    community_id,
    estate_id,
    share_ppm,
    coalesce(is_home, FALSE) AS is_home
FROM std.community_estate
WHERE NOT deleted
