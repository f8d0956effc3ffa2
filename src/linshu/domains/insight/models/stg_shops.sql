-- grain: one row per shop that was not deleted in its source
-- key: shop_id
-- owner: insight
-- materialized: view
SELECT
    shop_id,
    name,
    channel_id
FROM std.shop
WHERE NOT deleted
