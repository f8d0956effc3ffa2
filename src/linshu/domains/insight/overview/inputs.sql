-- What there is to show: the last day with a paid order, and which published facts hold rows at all.
SELECT
    (SELECT max(paid_date) FROM fct_orders) AS last_day,
    EXISTS (SELECT 1 FROM fct_orders) AS orders,
    EXISTS (SELECT 1 FROM fct_orders WHERE leader_id IS NOT NULL) AS leaders,
    EXISTS (SELECT 1 FROM fct_orders WHERE member_id IS NOT NULL) AS members,
    EXISTS (SELECT 1 FROM fct_orders WHERE community_id IS NOT NULL) AS communities,
    EXISTS (SELECT 1 FROM fct_refunds) AS refunds,
    EXISTS (SELECT 1 FROM fct_listings) AS listings,
    EXISTS (SELECT 1 FROM fct_deliveries) AS deliveries,
    EXISTS (SELECT 1 FROM fct_handovers) AS handovers,
    EXISTS (SELECT 1 FROM fct_cases) AS cases,
    EXISTS (SELECT 1 FROM fct_stock_days) AS stock,
    EXISTS (SELECT 1 FROM dim_region) AS regions,
    (SELECT list(DISTINCT metric) FROM fct_targets) AS aimed
