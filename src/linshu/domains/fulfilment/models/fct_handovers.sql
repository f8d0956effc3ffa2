-- grain: one row per counted line of a hand-over
-- key: handover_id, line_no
-- owner: fulfilment
-- materialized: table
-- incremental: key=handover_id from=handover
-- check: unique(handover_id, line_no)
-- column: handover_id, line_no: the hand-over and its line
-- column: from_kind, from_id, to_kind, to_id: who gave and who took: central, grid, point, supplier, vehicle or
--   member
-- column: trip_id, batch_id, sku_id: on which trip, for which batch, of which SKU
-- column: handed_at, handed_date: when (UTC), and its company day
-- column: estate_id: of the point
-- column: expected_qty, counted_qty, short_qty, over_qty, damaged_qty (qty): what should be there and what was
-- column: pickup_point_id, warehouse_id: filled where the receiving side is a point, where either side is a warehouse
-- late: a count corrected late recomputes its hand-over
-- empty: hand-overs are not counted yet
SELECT
    h.handover_id, h.line_no, h.from_kind, h.from_id, h.to_kind, h.to_id, h.trip_id, h.batch_id, h.sku_id,
    h.handed_at, h.handed_date,
    CASE WHEN h.to_kind = 'point' THEN h.to_id END AS pickup_point_id, k.estate_id,
    CASE WHEN h.from_kind IN ('central', 'grid') THEN h.from_id WHEN h.to_kind IN ('central', 'grid') THEN h.to_id END
        AS warehouse_id,
    CAST(h.expected_qty AS BIGINT) AS expected_qty, CAST(h.counted_qty AS BIGINT) AS counted_qty,
    CAST(coalesce(h.short_qty, greatest(h.expected_qty - h.counted_qty, 0)) AS BIGINT) AS short_qty,
    CAST(coalesce(h.over_qty, greatest(h.counted_qty - h.expected_qty, 0)) AS BIGINT) AS over_qty,
    CAST(coalesce(h.damaged_qty, 0) AS BIGINT) AS damaged_qty
FROM stg_handovers AS h
LEFT JOIN stg_delivery_points AS k ON h.to_kind = 'point' AND h.to_id = k.pickup_point_id
