-- grain: one row per SKU, warehouse, community (or all of the warehouse), forecast day and day it was made
-- key: sku_id, warehouse_id, community_id, day, made_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, community_id, day, made_on)
-- column: sku_id, warehouse_id: what, and from where
-- column: community_id: for whom; '*' means all that the warehouse supplies
-- column: day: the company day forecast
-- column: made_on: the company day at whose end it was made; day minus made_on is the horizon
-- column: known_qty (qty): ordered already before the cut-off, no forecast
-- column: p10_qty, p50_qty, p90_qty (qty): demand beside it: what it stays below in 1, 5 and 9 of 10 cases
-- column: mean_units: the mean of that demand, in base units
-- column: model_version, inputs_hash: by which model, from which inputs, so that it can be made again
-- late: a forecast is never changed; a newer one has another made_on
-- empty: nothing is forecast; consumers say that they lack a forecast and use no substitute in silence
SELECT
    CAST(NULL AS VARCHAR) AS sku_id,
    CAST(NULL AS VARCHAR) AS warehouse_id,
    CAST(NULL AS VARCHAR) AS community_id,
    CAST(NULL AS DATE) AS day,
    CAST(NULL AS DATE) AS made_on,
    CAST(NULL AS BIGINT) AS known_qty,
    CAST(NULL AS DOUBLE) AS mean_units,
    CAST(NULL AS BIGINT) AS p10_qty,
    CAST(NULL AS BIGINT) AS p50_qty,
    CAST(NULL AS BIGINT) AS p90_qty,
    CAST(NULL AS VARCHAR) AS model_version,
    CAST(NULL AS VARCHAR) AS inputs_hash
WHERE FALSE
