-- grain: one row per sales or payment channel
-- key: channel_id
-- owner: insight
-- materialized: table
-- incremental: key=channel_id narrow=fct_orders,stg_channels
-- touched: SELECT c.channel_id FROM changed.fct_orders AS c LEFT JOIN dim_channel AS k ON k.channel_id = c.channel_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(channel_id)
-- column: channel_id, name, kind: the channel
-- column: is_registered: false when other rows name it but the company keeps no row of it
-- late: a row that lands late is there after the next build
-- empty: nothing names a channel
WITH named AS (
    SELECT channel_id FROM fct_orders
    UNION SELECT channel_id FROM stg_communities
    UNION SELECT channel_id FROM stg_members
    UNION SELECT channel_id FROM stg_shops
)

SELECT channel_id, name, kind, TRUE AS is_registered FROM stg_channels
UNION ALL
SELECT
    channel_id,
    -- the channels that ready layouts name by themselves
    CASE channel_id
        WHEN 'pinduoduo' THEN '拼多多' WHEN 'taobao' THEN '淘宝' WHEN 'jd' THEN '京东' WHEN 'youzan' THEN '有赞'
        WHEN 'kuaituantuan' THEN '快团团' WHEN 'jielong' THEN '群接龙' WHEN 'alipay' THEN '支付宝' WHEN 'erp' THEN 'ERP'
        ELSE channel_id
    END,
    NULL,
    FALSE
FROM named
WHERE channel_id IS NOT NULL AND channel_id NOT IN (SELECT channel_id FROM stg_channels)
