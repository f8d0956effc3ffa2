-- grain: one row per SKU, supplying warehouse and company day on which it was offered to communities it supplies
-- key: sku_id, warehouse_id, day
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, day)
-- column: sku_id, warehouse_id: what, and the warehouse that supplies it: the one above the community's own, if any
-- column: day: the company day; a listing's days are counted from its going up, 24 hours each
-- column: open_share: the part of the time meant for selling in which one could buy, weighed by communities; 1 when it
--   neither sold out nor was closed before its cut-off
-- column: price_fen (fen): price of one base unit, the mean over communities
-- column: is_promoted: somebody bears a reduction of its price
-- late: a listing that lands late is there after the next build
-- empty: listings are not recorded, or no community is known to be supplied by a warehouse
-- How many groups a scope reaches from each warehouse; listings outnumber scopes.
WITH reach AS (
    SELECT s.scope_kind, s.scope_id, coalesce(w.parent_id, c.warehouse_id) AS warehouse_id, count(*) AS communities
    FROM dim_scope_community AS s
    JOIN dim_community AS c ON c.community_id = s.community_id
    LEFT JOIN dim_warehouse AS w ON w.warehouse_id = c.warehouse_id
    WHERE c.warehouse_id IS NOT NULL
    GROUP BY ALL
),

offered AS (
    SELECT
        l.sku_id, r.warehouse_id, l.listed_date, l.listed_at, l.cut_off_at,
        least(coalesce(l.sold_out_at, l.cut_off_at), coalesce(l.closed_at, l.cut_off_at), l.cut_off_at) AS ended_at,
        l.price_fen, l.funder IS NOT NULL AS is_promoted, CAST(sum(r.communities) AS BIGINT) AS communities
    FROM fct_listings AS l
    JOIN reach AS r ON r.scope_kind = l.scope_kind AND r.scope_id = l.scope_id
    WHERE l.is_sellable AND l.listed_date IS NOT NULL AND l.cut_off_at > l.listed_at
    GROUP BY ALL
),

stepped AS (
    SELECT
        o.*,
        unnest(generate_series(0, CAST(least(ceil((epoch(cut_off_at) - epoch(listed_at)) / 86400), 62) AS BIGINT) - 1)) AS step
    FROM offered AS o
),

days AS (
    SELECT
        sku_id, warehouse_id, listed_date + CAST(step AS INTEGER) AS day, price_fen, is_promoted, communities,
        epoch(listed_at) + 86400 * step AS began, least(epoch(cut_off_at), epoch(listed_at) + 86400 * (step + 1)) AS over,
        epoch(ended_at) AS ended
    FROM stepped
)

SELECT
    sku_id, warehouse_id, day,
    sum(communities * greatest(least(ended, over) - began, 0)) / sum(communities * (over - began)) AS open_share,
    CAST(round(sum(price_fen * communities) / sum(communities)) AS BIGINT) AS price_fen,
    bool_or(is_promoted) AS is_promoted
FROM days
GROUP BY sku_id, warehouse_id, day
