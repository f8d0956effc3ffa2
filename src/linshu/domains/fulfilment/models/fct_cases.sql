-- grain: one row per after-sale case
-- key: case_id
-- owner: fulfilment
-- materialized: table
-- incremental: key=case_id from=after_sale_case via=fct_orders.order_id,fct_order_lines.order_id
-- check: unique(case_id)
-- check: not_null(case_id, kind, opened_at)
-- column: case_id, order_id, line_no, sku_id: the case and what it is about
-- column: kind, reason: cancel, shortage, weight_difference, refund_only or return; and why
-- column: liability, liable_id: who is liable, and which one
-- column: appeal, outcome: open, upheld or rejected; refunded, returned, replaced, rejected or withdrawn
-- column: opened_at, opened_date, deadline_at, closed_at, closed_date: when it was opened, due and closed
-- column: paid_at, paid_date: of the order
-- column: channel_id, shop_id, member_id, community_id, leader_id, supply_leader_id, pickup_point_id, warehouse_id,
--   batch_id: of the order, as ordered
-- column: is_test: of the order
-- column: qty (qty): base units concerned
-- column: claimed_fen, granted_fen, recourse_fen (fen): asked for, given, and taken back from the liable party
-- column: answered_second (second): from opening to closing; empty while open
-- column: is_late: closed after its deadline
-- late: a case that is opened, answered or corrected late recomputes its row
-- empty: no after-sale system is connected
SELECT
    c.case_id, c.order_id, c.line_no, coalesce(c.sku_id, l.sku_id) AS sku_id, c.kind, c.reason, c.liability, c.liable_id,
    c.appeal, c.outcome, c.opened_at, c.opened_date, c.deadline_at, c.closed_at, c.closed_date,
    o.paid_at, o.paid_date, o.channel_id, o.shop_id, o.member_id, o.community_id, o.leader_id, o.supply_leader_id,
    o.pickup_point_id, o.warehouse_id, o.batch_id, coalesce(o.is_test, FALSE) AS is_test,
    CAST(coalesce(c.qty, 0) AS BIGINT) AS qty,
    CAST(coalesce(c.claimed_fen, 0) AS BIGINT) AS claimed_fen,
    CAST(coalesce(c.granted_fen, 0) AS BIGINT) AS granted_fen,
    CAST(coalesce(c.recourse_fen, 0) AS BIGINT) AS recourse_fen,
    CAST(date_diff('second', c.opened_at, c.closed_at) AS BIGINT) AS answered_second,
    coalesce(c.closed_at > c.deadline_at, FALSE) AS is_late
FROM stg_after_sale_cases AS c
LEFT JOIN fct_orders AS o ON c.order_id = o.order_id
LEFT JOIN fct_order_lines AS l ON c.order_id = l.order_id AND c.line_no = l.line_no
