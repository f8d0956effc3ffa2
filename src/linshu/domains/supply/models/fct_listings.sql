-- grain: one row per listing: a SKU offered in a batch to one scope
-- key: listing_id
-- owner: supply
-- materialized: table
-- incremental: key=listing_id from=listing via=dim_batch.batch_id narrow=fct_order_lines cut=fct_order_lines
-- touched: SELECT listing_id FROM changed.fct_order_lines
-- check: unique(listing_id)
-- check: not_null(listing_id, batch_id, sku_id)
-- warn: reference(batch_id, dim_batch.batch_id)
-- column: quota_qty (qty): the most that may be sold; empty without a limit
-- column: sold_qty (qty): paid units, tests and gifts left out; sold_within_quota_qty never exceeds the quota
-- column: is_sellable: a sale could be made (price above zero, quota above zero or none)
-- column: listed_date: the company day it went up; the batch's opening where the listing says nothing
-- column: sold_out_second (second): from going up to selling out; empty when it never sold out
-- column: closed_early_second (second): time between being closed or sold out and the batch's cut-off
-- column: listing_id, batch_id, sku_id: the listing
-- column: scope_kind, scope_id: where it is offered
-- column: community_id, warehouse_id, region_id, leader_id: the scope as columns, only the one of its kind filled;
--   fct_community_listings spreads it over communities
-- column: price_fen, new_member_price_fen (fen): price of one base unit, and for new members
-- column: reference_price_fen (fen): the price struck out beside it, as the listing says; fct_reference_prices judges it
-- column: funder: who bears a reduction
-- column: limit_qty (qty): the most one member may buy
-- column: is_new_member_only, display_rank: for new members only; place in the list
-- column: listed_at, cut_off_at, sold_out_at, closed_at, closed_by: when it went up, ends, sold out, was closed and
--   by whom
-- column: delivery_date: the company day its goods are handed out
-- column: sold_within_quota_qty (qty): units sold, cut off at the quota
-- column: sold_goods_fen (fen): GMV of these units
-- column: has_sold, is_sold_out: at least one unit was sold; it sold out
-- late: a late order line corrects its listing
-- empty: listings are not recorded; sell-through by listing is unknown
WITH sold AS (
    SELECT listing_id, sum(qty) AS qty, sum(goods_fen) AS goods_fen, count(DISTINCT order_id) AS orders
    FROM fct_order_lines
    WHERE is_paid AND NOT is_test AND NOT is_gift AND listing_id IS NOT NULL
    GROUP BY listing_id
)

SELECT
    l.listing_id, l.batch_id, l.sku_id, l.scope_kind, l.scope_id,
    CASE WHEN l.scope_kind = 'community' THEN l.scope_id END AS community_id,
    CASE WHEN l.scope_kind = 'warehouse' THEN l.scope_id END AS warehouse_id,
    CASE WHEN l.scope_kind = 'region' THEN l.scope_id END AS region_id,
    CASE WHEN l.scope_kind = 'leader' THEN l.scope_id END AS leader_id,
    l.price_fen, l.new_member_price_fen, l.reference_price_fen, l.funder, l.quota_qty, l.limit_qty,
    coalesce(l.is_new_member_only, FALSE) AS is_new_member_only, l.display_rank,
    coalesce(l.listed_at, b.opened_at) AS listed_at,
    coalesce(l.listed_date, b.opened_date) AS listed_date,
    b.cut_off_at, b.delivery_date, l.sold_out_at, l.closed_at, l.closed_by,
    l.price_fen > 0 AND coalesce(l.quota_qty, 1) > 0 AS is_sellable,
    CAST(coalesce(s.qty, 0) AS BIGINT) AS sold_qty,
    CAST(least(coalesce(s.qty, 0), coalesce(l.quota_qty, s.qty, 0)) AS BIGINT) AS sold_within_quota_qty,
    CAST(coalesce(s.goods_fen, 0) AS BIGINT) AS sold_goods_fen,
    coalesce(s.qty, 0) > 0 AS has_sold,
    l.sold_out_at IS NOT NULL AS is_sold_out,
    CAST(date_diff('second', coalesce(l.listed_at, b.opened_at), l.sold_out_at) AS BIGINT) AS sold_out_second,
    CAST(greatest(date_diff('second', least(l.sold_out_at, l.closed_at), b.cut_off_at), 0) AS BIGINT) AS closed_early_second
FROM stg_listings AS l
LEFT JOIN dim_batch AS b ON l.batch_id = b.batch_id
LEFT JOIN sold AS s ON l.listing_id = s.listing_id
