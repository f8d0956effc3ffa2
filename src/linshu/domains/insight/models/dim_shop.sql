-- grain: one row per shop
-- key: shop_id
-- owner: insight
-- materialized: table
-- incremental: key=shop_id narrow=fct_orders,stg_shops
-- touched: SELECT c.shop_id FROM changed.fct_orders AS c LEFT JOIN dim_shop AS k ON k.shop_id = c.shop_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(shop_id)
-- column: shop_id, name, channel_id: the shop and the channel it stands in
-- column: is_registered: false when orders name it but the company keeps no row of it
-- late: a row that lands late is there after the next build
-- empty: nothing names a shop
SELECT shop_id, name, channel_id, TRUE AS is_registered FROM stg_shops
UNION ALL
SELECT DISTINCT shop_id, shop_id, CAST(NULL AS VARCHAR), FALSE
FROM fct_orders
WHERE shop_id IS NOT NULL AND shop_id NOT IN (SELECT shop_id FROM stg_shops)
