-- grain: one row per marketing campaign
-- key: campaign_id
-- owner: insight
-- materialized: table
-- incremental: key=campaign_id narrow=fct_orders,fct_order_lines,stg_campaigns
-- touched: SELECT c.campaign_id FROM changed.fct_orders AS c LEFT JOIN dim_campaign AS k ON k.campaign_id =
--   c.campaign_id
--     WHERE k.is_registered IS NOT TRUE
--   UNION SELECT c.campaign_id FROM changed.fct_order_lines AS c LEFT JOIN dim_campaign AS k ON k.campaign_id =
--   c.campaign_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(campaign_id)
-- column: campaign_id, name, kind, funder: the campaign and who pays for it
-- column: budget_fen (fen): what may be spent
-- column: holdout_ppm (ppm): the share of the audience kept without it
-- column: is_registered: false when orders name it but the company keeps no row of it
-- column: starts_at, starts_date, ends_at: when it runs
-- late: a row that lands late is there after the next build
-- empty: nothing names a campaign
WITH named AS (
    SELECT campaign_id FROM fct_orders
    UNION SELECT campaign_id FROM fct_order_lines
)

SELECT
    campaign_id, name, kind, starts_at,
    coalesce(starts_date, CAST(starts_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS starts_date,
    ends_at, budget_fen, funder, holdout_ppm, TRUE AS is_registered
FROM stg_campaigns
UNION ALL
SELECT campaign_id, campaign_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE
FROM named
WHERE campaign_id IS NOT NULL AND campaign_id NOT IN (SELECT campaign_id FROM stg_campaigns)
