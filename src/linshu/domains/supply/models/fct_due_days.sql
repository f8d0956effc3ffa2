-- grain: one row per SKU, supplying warehouse, day the goods leave for their buyers, and day these paid
-- key: sku_id, warehouse_id, day, paid_on
-- owner: supply
-- materialized: view
-- column: sku_id, warehouse_id: what, and the warehouse that supplies it: the one above the order's own, if any
-- column: day: the company day the goods are drawn on: the day of payment, or for goods sold ahead the day as long before
--   their delivery as is usual; usual is the shortest time from payment to delivery that a twentieth of all units take
-- column: paid_on: the company day of payment; earlier than `day` when sold ahead
-- column: qty (qty): what was paid for, tests and gifts left out
-- empty: no order has been paid
WITH paid AS (
    SELECT
        l.sku_id, coalesce(w.parent_id, l.warehouse_id) AS warehouse_id, l.paid_date AS paid_on, l.delivery_date,
        CAST(sum(l.qty) AS BIGINT) AS qty
    FROM fct_order_lines AS l
    LEFT JOIN dim_warehouse AS w ON w.warehouse_id = l.warehouse_id
    WHERE l.is_paid AND NOT l.is_test AND NOT l.is_gift AND l.paid_date IS NOT NULL
    GROUP BY ALL
),

waits AS (
    SELECT delivery_date - paid_on AS days, sum(qty) AS qty
    FROM paid
    WHERE delivery_date >= paid_on
    GROUP BY ALL
),

usual AS (
    SELECT CAST(coalesce(min(days), 0) AS INTEGER) AS days
    FROM waits
    WHERE qty >= (SELECT sum(qty) FROM waits) / 20
)

SELECT
    p.sku_id, p.warehouse_id, greatest(p.paid_on, coalesce(p.delivery_date - u.days, p.paid_on)) AS day, p.paid_on,
    CAST(sum(p.qty) AS BIGINT) AS qty
FROM paid AS p
CROSS JOIN usual AS u
GROUP BY ALL
