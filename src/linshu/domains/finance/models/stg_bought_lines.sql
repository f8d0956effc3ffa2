-- grain: one row per order line that was not deleted in its source, as refunds of it need it
-- key: order_id, line_no
-- owner: finance
-- materialized: view
SELECT order_id, line_no, sku_id, campaign_id
FROM std.order_line
WHERE NOT deleted
