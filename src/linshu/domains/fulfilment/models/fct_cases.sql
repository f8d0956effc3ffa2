-- grain: one row per after-sale case
-- key: case_id
-- owner: fulfilment
-- materialized: table
-- incremental: key=case_id from=after_sale_case via=fct_orders.order_id,fct_order_lines.order_id
-- check: unique(case_id)
-- check: not_null(case_id, kind, opened_at)
-- late: a case that is opened, answered or corrected late recomputes its row
-- column: claimed_fen, granted_fen, recourse_fen (fen): asked for, given, and taken back from the liable party
-- column: answered_second (second): from opening to closing; empty while open
-- column: is_late: closed after its deadline
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
