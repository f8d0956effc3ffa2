-- The newest paid orders, for the ticker: where, what was the first line, how much. `?` = how many.
WITH newest AS (
    SELECT order_id, paid_at, community_id, leader_id, lines, paid_fen
    FROM fct_orders
    WHERE is_paid AND NOT is_test AND paid_date >= (SELECT max(paid_date) - 1 FROM fct_orders)
    ORDER BY paid_at DESC, order_id
    LIMIT ?
),

-- What an order begins with; line numbers need not start at one.
first_lines AS (
    SELECT order_id, arg_min(sku_id, line_no) AS sku_id, arg_min(qty, line_no) AS qty
    FROM fct_order_lines
    WHERE order_id IN (SELECT order_id FROM newest)
    GROUP BY order_id
)

SELECT
    n.order_id, n.paid_at, n.lines, n.paid_fen,
    c.name AS community, d.name AS leader, s.name AS sku, l.qty
FROM newest AS n
LEFT JOIN first_lines AS l ON l.order_id = n.order_id
LEFT JOIN dim_community AS c ON c.community_id = n.community_id
LEFT JOIN dim_leader AS d ON d.leader_id = n.leader_id
LEFT JOIN dim_sku AS s ON s.sku_id = l.sku_id
ORDER BY n.paid_at DESC, n.order_id
