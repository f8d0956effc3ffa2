-- grain: one row per supplier
-- key: supplier_id
-- owner: insight
-- materialized: table
-- check: unique(supplier_id)
-- column: supplier_id, name, status: the supplier
-- column: is_registered: false when goods name it but the company keeps no row of it
-- column: region_id: where the supplier is
-- column: lead_days, order_cut_off: days from order to arrival as agreed, and until when a day's orders are taken (HH:MM)
-- column: order_weekdays, delivery_weekdays, closed_days: when it takes orders and brings goods; empty means any day
-- column: minimum_order_fen (fen): the least an order may be worth
-- late: a row that lands late is there after the next build
-- empty: nothing names a supplier
SELECT
    supplier_id, name, region_id, status, lead_days, order_cut_off, order_weekdays, delivery_weekdays, closed_days,
    minimum_order_fen, TRUE AS is_registered
FROM stg_suppliers
UNION ALL
SELECT DISTINCT supplier_id, supplier_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE
FROM stg_skus
WHERE supplier_id IS NOT NULL AND supplier_id NOT IN (SELECT supplier_id FROM stg_suppliers)
