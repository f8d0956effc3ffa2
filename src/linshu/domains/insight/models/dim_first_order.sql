-- grain: one row per person who ever paid
-- key: member_id
-- owner: insight
-- materialized: table
-- incremental: key=member_id narrow=stg_orders
-- touched: SELECT s.member_id FROM changed.orders AS c JOIN stg_orders AS s ON s.order_id = c.order_id
--   UNION SELECT f.member_id FROM changed.orders AS c JOIN dim_first_order AS f ON f.order_id = c.order_id
-- check: unique(member_id)
-- column: member_id: the person
-- column: order_id: the first order the person paid, tests left out; of two paid at the same moment the lower id
-- column: paid_at, paid_date: when that was
-- late: an order that arrives late and was paid earlier takes the place of the one known so far
-- empty: nobody paid yet
SELECT
    member_id,
    first.order_id AS order_id,
    first.paid_at AS paid_at,
    first.paid_date AS paid_date
FROM (
    SELECT
        member_id,
        min({'paid_at': paid_at, 'order_id': order_id, 'paid_date': paid_date}) AS first
    FROM stg_orders
    WHERE is_paid AND NOT is_test AND member_id IS NOT NULL
    GROUP BY member_id
)
