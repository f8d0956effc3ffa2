-- grain: one row per listing beside which a higher price was struck out
-- key: listing_id
-- owner: supply
-- materialized: view
-- column: listing_id, batch_id, sku_id, community_id, warehouse_id, region_id, leader_id, listed_at, listed_date: as in
--   fct_listings
-- column: price_fen, reference_fen (fen): the listing price, and the higher price it is compared with: the listing's own,
--   else the SKU's list price
-- column: began_on: the day the comparison began; the same SKU struck out again in the same scope without a day between
--   goes on with it
-- column: allowed_fen (fen): the most that may be struck out: the lowest price paid in the seven company days before it
--   began, where the listing is offered; without a sale in these the price last paid; empty when none was ever paid.
--   Test orders, gifts and what only new members may pay are left out
-- column: is_false: more was struck out than was allowed, or a price nobody ever paid although sales are known for a
--   week before
-- late: a sale that lands late corrects it
-- empty: no listing shows a struck-out price
WITH compared AS (
    SELECT l.*, coalesce(l.reference_price_fen, s.list_price_fen) AS reference_fen
    FROM fct_listings AS l
    LEFT JOIN dim_sku AS s ON s.sku_id = l.sku_id
    WHERE l.listed_date IS NOT NULL AND coalesce(l.reference_price_fen, s.list_price_fen) > l.price_fen
),

judged AS (
    SELECT
        *,
        coalesce(listed_date > 1 + max(
            coalesce(
                CAST((least(cut_off_at, closed_at) - INTERVAL 1 SECOND) AT TIME ZONE 'Asia/Shanghai' AS DATE), listed_date
            )
        ) OVER (before ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), TRUE) AS is_first
    FROM compared
    WINDOW before AS (PARTITION BY scope_kind, scope_id, sku_id ORDER BY listed_date, listing_id)
),

begun AS (
    SELECT
        *,
        max(CASE WHEN is_first THEN listed_date END) OVER (
            PARTITION BY scope_kind, scope_id, sku_id ORDER BY listed_date, listing_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS began_on
    FROM judged
),

comparisons AS (
    SELECT DISTINCT scope_kind, scope_id, sku_id, began_on FROM begun
),

paid AS (
    SELECT
        o.community_id, o.sku_id, o.placed_date AS day,
        min(o.unit_price_fen) AS lowest_fen, arg_max(o.unit_price_fen, (o.placed_at, o.order_id, o.line_no)) AS last_fen
    FROM fct_order_lines AS o
    LEFT JOIN fct_listings AS l ON l.listing_id = o.listing_id
    WHERE o.is_paid AND NOT o.is_test AND NOT o.is_gift AND o.unit_price_fen > 0
        AND l.is_new_member_only IS NOT TRUE
        AND o.sku_id IN (SELECT sku_id FROM compared)
    GROUP BY ALL
),

-- where a listing is offered; an order without a group was placed somewhere in the company
placed AS (
    SELECT 'all' AS scope_kind, '*' AS scope_id, p.* FROM paid AS p
    UNION ALL
    SELECT s.scope_kind, s.scope_id, p.*
    FROM paid AS p
    JOIN dim_scope_community AS s ON s.community_id = p.community_id
    WHERE s.scope_kind <> 'all'
),

known AS (
    SELECT min(placed_date) AS since FROM fct_order_lines WHERE is_paid AND NOT is_test
),

allowed AS (
    SELECT
        c.scope_kind, c.scope_id, c.sku_id, c.began_on,
        coalesce(min(p.lowest_fen) FILTER (WHERE p.day >= c.began_on - 7), arg_max(p.last_fen, p.day)) AS allowed_fen
    FROM comparisons AS c
    LEFT JOIN placed AS p
        ON p.scope_kind = c.scope_kind AND p.scope_id = c.scope_id AND p.sku_id = c.sku_id AND p.day < c.began_on
    GROUP BY ALL
)

SELECT
    b.listing_id, b.batch_id, b.sku_id, b.community_id, b.warehouse_id, b.region_id, b.leader_id,
    b.listed_at, b.listed_date, b.price_fen, b.reference_fen, b.began_on, a.allowed_fen,
    coalesce(b.reference_fen > a.allowed_fen, k.since <= b.began_on - 7, FALSE) AS is_false
FROM begun AS b
JOIN allowed AS a
    ON a.scope_kind = b.scope_kind AND a.scope_id = b.scope_id AND a.sku_id = b.sku_id AND a.began_on = b.began_on
CROSS JOIN known AS k
