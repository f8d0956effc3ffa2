-- grain: one row per parcel, or per point's total of a batch where the grid hands over totals
-- key: parcel_id
-- owner: fulfilment
-- materialized: table
-- incremental: key=parcel_id from=parcel,parcel_line,delivery_event(delivery_event_id) via=fct_orders.order_id
-- check: unique(parcel_id)
-- check: signed_within_due: SELECT parcel_id, pieces, signed_pieces FROM fct_deliveries WHERE signed_pieces > pieces
-- column: pieces (qty): pieces due
-- column: signed_pieces (qty): pieces the point signed for, or the courier delivered; never more than due
-- column: on_time_pieces (qty): those signed by the promise
-- column: late_second (second): how long after the promise it was signed; 0 when in time, empty when not signed or
--   never promised
-- column: collect_second (second): from the first signature to the last collection; empty when either is unknown
-- column: missing_pieces (qty): due and not signed with the rest; 0 while nothing was signed, which shows as not on time
-- column: returned_pieces, uncollected_pieces (qty): sent back, not collected
-- column: parcel_id, kind: the parcel; `order` for one order, `point_total` for what a point gets of a batch
-- column: order_id: the order; empty for a point's total
-- column: batch_id, pickup_point_id, warehouse_id: of the parcel, else of its order
-- column: estate_id: of the point
-- column: channel_id, community_id, leader_id, member_id: of the order; a point's total carries the leader who keeps
--   the point
-- column: temperature: ambient, chilled or frozen
-- column: delivery_date: the company day it is due
-- column: promised_at: the promise; without one no piece is on time
-- column: departed_at, grid_arrived_at, signed_at, collected_at: first departure, first arrival at the grid, first
--   signature, last collection
-- column: exception: what went wrong: late, short, damaged, refused, uncollected, temperature or wrong_place
-- column: collected_pieces (qty): pieces handed to members
-- column: is_test: of the order
-- late: a late event corrects the parcel it belongs to
-- empty: no delivery events are collected
WITH lines AS (
    SELECT parcel_id, sum(qty) AS qty FROM stg_parcel_lines GROUP BY parcel_id
),

stages AS (
    SELECT
        parcel_id,
        min(occurred_at) FILTER (stage = 'departed') AS departed_at,
        min(occurred_at) FILTER (stage = 'grid_arrived') AS grid_arrived_at,
        min(occurred_at) FILTER (stage IN ('point_signed', 'delivered')) AS signed_at,
        max(occurred_at) FILTER (stage = 'collected') AS collected_at,
        sum(qty) FILTER (stage IN ('point_signed', 'delivered')) AS signed_qty,
        bool_or(stage IN ('point_signed', 'delivered')) AS is_signed,
        sum(qty) FILTER (stage = 'collected') AS collected_qty,
        sum(qty) FILTER (stage = 'returned') AS returned_qty,
        sum(qty) FILTER (exception = 'uncollected') AS uncollected_qty,
        min(exception) AS exception
    FROM stg_delivery_events
    WHERE parcel_id IS NOT NULL
    GROUP BY parcel_id
),

told AS (
    SELECT
        p.*, s.* EXCLUDE (parcel_id),
        coalesce(p.pieces, l.qty, 0) AS due,
        CASE WHEN s.is_signed THEN least(coalesce(s.signed_qty, p.pieces, l.qty, 0), coalesce(p.pieces, l.qty, 0)) ELSE 0 END
            AS signed
    FROM stg_parcels AS p
    LEFT JOIN lines AS l ON p.parcel_id = l.parcel_id
    LEFT JOIN stages AS s ON p.parcel_id = s.parcel_id
)

SELECT
    t.parcel_id, t.kind, t.order_id, coalesce(t.batch_id, o.batch_id) AS batch_id,
    coalesce(t.pickup_point_id, o.pickup_point_id) AS pickup_point_id, k.estate_id,
    coalesce(t.warehouse_id, o.warehouse_id) AS warehouse_id,
    o.channel_id, o.community_id, coalesce(o.leader_id, k.leader_id) AS leader_id, o.member_id, t.temperature,
    t.delivery_date, t.promised_at, t.departed_at, t.grid_arrived_at, t.signed_at, t.collected_at, t.exception,
    CAST(t.due AS BIGINT) AS pieces,
    CAST(t.signed AS BIGINT) AS signed_pieces,
    CAST(CASE WHEN t.signed_at <= t.promised_at THEN t.signed ELSE 0 END AS BIGINT) AS on_time_pieces,
    CASE
        WHEN t.signed_at > t.promised_at THEN date_diff('second', t.promised_at, t.signed_at)
        WHEN t.signed_at <= t.promised_at THEN 0
    END AS late_second,
    CASE WHEN t.collected_at >= t.signed_at THEN date_diff('second', t.signed_at, t.collected_at) END AS collect_second,
    CAST(CASE WHEN t.is_signed THEN t.due - t.signed ELSE 0 END AS BIGINT) AS missing_pieces,
    CAST(coalesce(t.collected_qty, 0) AS BIGINT) AS collected_pieces,
    CAST(coalesce(t.returned_qty, 0) AS BIGINT) AS returned_pieces,
    CAST(coalesce(t.uncollected_qty, 0) AS BIGINT) AS uncollected_pieces,
    coalesce(o.is_test, FALSE) AS is_test
FROM told AS t
LEFT JOIN fct_orders AS o ON t.order_id = o.order_id
LEFT JOIN stg_delivery_points AS k ON coalesce(t.pickup_point_id, o.pickup_point_id) = k.pickup_point_id
