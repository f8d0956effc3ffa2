-- grain: one row per order that was not deleted in its source
-- key: order_id
-- owner: insight
-- materialized: view
-- column: member_id: the person who ordered; accounts joined by identity are one person
-- column: account_id: the account that ordered, as the source names it
-- column: is_paid: was paid at some time; a later cancellation is a refund
-- column: is_test: the order, or the account that placed it, is marked as a test
SELECT
    o.order_id,
    o.channel_id,
    o.shop_id,
    coalesce(i.member_id, o.member_id) AS member_id,
    o.member_id AS account_id,
    o.community_id,
    o.leader_id,
    o.supply_leader_id,
    o.pickup_point_id,
    o.warehouse_id,
    o.batch_id,
    o.mode,
    o.status,
    o.placed_at,
    coalesce(o.placed_date, CAST(o.placed_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS placed_date,
    o.paid_at,
    coalesce(o.paid_date, CAST(o.paid_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS paid_date,
    o.closed_at,
    coalesce(o.closed_date, CAST(o.closed_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS closed_date,
    o.goods_fen,
    coalesce(o.discount_platform_fen, 0) AS discount_platform_fen,
    coalesce(o.discount_merchant_fen, 0) AS discount_merchant_fen,
    coalesce(o.discount_supplier_fen, 0) AS discount_supplier_fen,
    coalesce(o.discount_leader_fen, 0) AS discount_leader_fen,
    coalesce(o.shipping_fen, 0) AS shipping_fen,
    o.paid_fen,
    o.campaign_id,
    o.experiment_arm,
    o.share_id,
    o.paid_at IS NOT NULL AS is_paid,
    coalesce(o.is_test, FALSE) OR coalesce(m.is_test, FALSE) AS is_test
FROM std.orders AS o
LEFT JOIN std.identity AS i
    ON i.account_source = o.source AND i.source_member_id = o.member_id AND NOT i.deleted
LEFT JOIN std.member AS m
    ON m.member_id = o.member_id AND NOT m.deleted
WHERE NOT o.deleted
