-- grain: one row per paid order line, tests left out
-- key: order_id, line_no
-- owner: finance
-- materialized: view
-- column: order_id, line_no, placed_at, paid_at, paid_date, channel_id, shop_id, member_id, community_id, leader_id,
--   supply_leader_id, pickup_point_id, warehouse_id, batch_id, campaign_id, experiment_arm, sku_id, mode,
--   is_self_order, is_first_order: as in fct_order_lines
-- column: revenue_fen (fen): without VAT: what the member paid for the goods, and the reductions others funded
--   (platform,
--   supplier, leader), less the refunds so far
-- column: cost_fen (fen): without VAT, of the goods kept: units given back are left out, their loss is booked as such;
--   empty when the cost is unknown
-- column: has_cost: the cost is known
-- empty: nothing was sold
SELECT
    order_id, line_no, placed_at, paid_at, paid_date, channel_id, shop_id, member_id, community_id, leader_id,
    supply_leader_id, pickup_point_id, warehouse_id, batch_id, campaign_id, experiment_arm, sku_id, mode,
    is_self_order, is_first_order,
    CAST(round(gross_fen * 1000000.0 / (1000000 + tax_rate_ppm)) AS BIGINT) AS revenue_fen,
    CAST(round(kept_fen * 1000000.0 / (1000000 + tax_rate_ppm)) AS BIGINT) AS cost_fen,
    kept_fen IS NOT NULL AS has_cost
FROM (
    SELECT
        l.*, coalesce(s.tax_rate_ppm, 0) AS tax_rate_ppm,
        l.paid_fen + l.discount_platform_fen + l.discount_supplier_fen + l.discount_leader_fen - l.refunded_fen AS gross_fen,
        l.cost_fen * CAST(l.qty - l.refunded_qty AS DOUBLE) / nullif(l.qty, 0) AS kept_fen
    FROM fct_order_lines AS l
    LEFT JOIN dim_sku AS s ON s.sku_id = l.sku_id
    WHERE l.is_paid AND NOT l.is_test
)
