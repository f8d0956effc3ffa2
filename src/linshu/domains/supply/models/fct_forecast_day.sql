-- grain: one row per SKU, warehouse, community (or all of the warehouse), forecast day and day it was made
-- key: sku_id, warehouse_id, community_id, day, made_on
-- owner: supply
-- materialized: table
-- check: unique(sku_id, warehouse_id, community_id, day, made_on)
-- column: sku_id, warehouse_id: what, and from where
-- column: community_id: for whom; '*' means all that the warehouse supplies
-- column: day: the company day forecast
-- column: made_on: the company day at whose end it was made; day minus made_on is the horizon
-- column: horizon_days: days from the one it was made on to the one it is about
-- column: is_latest: the newest forecast of its day, for all of the warehouse: what stands now
-- column: known_qty (qty): ordered already before the cut-off, no forecast
-- column: p10_qty, p50_qty, p90_qty (qty): demand beside it: what it stays below in 1, 5 and 9 of 10 cases
-- column: mean_thousandths: the mean of that demand, thousandths of a base unit
-- column: mean_units: the same in base units
-- column: wanted_units: the mean of what is wanted, lively days that sell out counted in, base units; orders are made by it
-- column: width: how much that varies: variance = mean + width x mean squared; empty when the forecast does not say
-- column: like_skus: the SKUs a new one was told from, the nearest first, spaces between; empty when told from its own sales
-- column: model_version, inputs_hash: by which model, from which inputs, so that it can be made again
-- late: a forecast is never changed; a newer one has another made_on
-- empty: nothing is forecast; consumers say that they lack a forecast and use no substitute in silence
SELECT
    sku_id, warehouse_id, for_community AS community_id, day, made_on,
    CAST(day - made_on AS BIGINT) AS horizon_days,
    for_community = '*'
    AND made_on = max(made_on) OVER (PARTITION BY sku_id, warehouse_id, for_community, day) AS is_latest,
    coalesce(known_qty, 0) AS known_qty,
    mean_thousandths, mean_thousandths / 1000 AS mean_units,
    coalesce(wanted_thousandths, mean_thousandths) / 1000 AS wanted_units, width_thousandths / 1000 AS width,
    p10_qty, p50_qty, p90_qty, like_skus, model_version, inputs_hash
FROM stg_demand_forecasts
