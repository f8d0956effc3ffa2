-- grain: one row per listing and company day on which it could be bought
-- key: listing_id, listed_day
-- owner: supply
-- materialized: table
-- incremental: key=listing_id narrow=fct_listings
-- touched: SELECT listing_id FROM changed.fct_listings
-- check: unique(listing_id, listed_day)
-- column: listing_id, batch_id, sku_id: the listing
-- column: listed_day: a company day from going up to being closed, sold out or cut off, whichever comes first
-- column: community_id, warehouse_id, region_id, leader_id: where the listing is offered, by its scope
-- column: is_sellable: a sale could be made (price above zero, quota above zero or none)
-- late: a row that lands late is there after the next build
-- empty: listings are not recorded
SELECT
    listing_id, batch_id, sku_id, community_id, warehouse_id, region_id, leader_id, is_sellable,
    CAST(unnest(generate_series(
        listed_date,
        greatest(
            coalesce(
                CAST((least(cut_off_at, closed_at, sold_out_at) - INTERVAL 1 SECOND) AT TIME ZONE 'Asia/Shanghai' AS DATE),
                listed_date
            ),
            listed_date
        ),
        INTERVAL 1 DAY
    )) AS DATE) AS listed_day
FROM fct_listings
WHERE listed_date IS NOT NULL
