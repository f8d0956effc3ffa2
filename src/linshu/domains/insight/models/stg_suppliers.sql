-- grain: one row per supplier that was not deleted in its source
-- key: supplier_id
-- owner: insight
-- materialized: view
SELECT
    supplier_id,
    name,
    region_id,
    lead_days,
    order_cut_off,
    order_weekdays,
    delivery_weekdays,
    closed_days,
    minimum_order_fen,
    status
FROM std.supplier
WHERE NOT deleted
