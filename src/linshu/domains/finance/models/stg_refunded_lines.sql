-- grain: one row per line of an order that has a refund
-- key: order_id, line_no
-- owner: finance
-- materialized: view
SELECT order_id, line_no, sku_id, campaign_id
FROM std.order_line
WHERE NOT deleted AND order_id IN (SELECT order_id FROM std.refund WHERE NOT deleted)
