-- grain: one row per order line that was not deleted in its source
-- key: order_id, line_no
-- owner: insight
-- materialized: view
SELECT
    order_id,
    line_no,
    sku_id,
    listing_id,
    qty,
    unit_price_fen,
    goods_fen,
    coalesce(discount_platform_fen, 0) AS discount_platform_fen,
    coalesce(discount_merchant_fen, 0) AS discount_merchant_fen,
    coalesce(discount_supplier_fen, 0) AS discount_supplier_fen,
    coalesce(discount_leader_fen, 0) AS discount_leader_fen,
    paid_fen,
    cost_fen,
    campaign_id,
    experiment_arm,
    share_id,
    coalesce(is_gift, FALSE) AS is_gift
FROM std.order_line
WHERE NOT deleted
