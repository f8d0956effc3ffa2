-- grain: one row per community and span in which it collected at one pick-up point
-- key: community_id, valid_from
-- owner: insight
-- materialized: table
-- check: unique(community_id, valid_from)
-- column: community_id, pickup_point_id, warehouse_id: the community, where it collected, and which warehouse supplied it
-- column: valid_from, valid_to: from (included) to (excluded), UTC; no end while it lasts. Where the source lets spans
--   overlap, the one begun later holds from its beginning on
-- late: an assignment that lands late recomputes the whole table
-- empty: who collects where is not kept; orders still carry their pick-up point
WITH spans AS (
    SELECT
        community_id, pickup_point_id, warehouse_id, valid_from, valid_to,
        lead(valid_from) OVER (PARTITION BY community_id ORDER BY valid_from, pickup_point_id) AS next_from
    FROM stg_pickup_assignments
    WHERE valid_to IS NULL OR valid_to > valid_from
)

SELECT community_id, pickup_point_id, warehouse_id, valid_from, nullif(least(
    coalesce(valid_to, TIMESTAMPTZ '9999-12-31 00:00:00+00'),
    coalesce(next_from, TIMESTAMPTZ '9999-12-31 00:00:00+00')
), TIMESTAMPTZ '9999-12-31 00:00:00+00') AS valid_to
FROM spans
WHERE next_from IS NULL OR next_from > valid_from
