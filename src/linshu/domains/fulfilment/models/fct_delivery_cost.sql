-- grain: one row per parcel and kind of delivery cost
-- key: parcel_id, cost_kind
-- owner: fulfilment
-- materialized: table
-- check: unique(parcel_id, cost_kind)
-- column: parcel_id: the parcel that was carried
-- column: cost_kind: vehicle, rider, packaging, cooling or handling
-- column: amount_fen (fen): this parcel's part; the parts of a trip add up to the trip to the cent
-- column: trip_id: the trip whose cost was shared; empty for what a parcel costs by itself
-- column: delivery_date: the company day it was due
-- column: warehouse_id, pickup_point_id, community_id: from where, to where, for whom
-- column: is_estimate: reckoned from rates, not yet from a bill
-- late: a bill that comes later replaces the estimate of its trips
-- empty: no trips are planned or billed yet; what delivery costs is then known only as booked costs (fct_costs)
SELECT
    CAST(NULL AS VARCHAR) AS parcel_id,
    CAST(NULL AS VARCHAR) AS cost_kind,
    CAST(NULL AS BIGINT) AS amount_fen,
    CAST(NULL AS VARCHAR) AS trip_id,
    CAST(NULL AS DATE) AS delivery_date,
    CAST(NULL AS VARCHAR) AS warehouse_id,
    CAST(NULL AS VARCHAR) AS pickup_point_id,
    CAST(NULL AS VARCHAR) AS community_id,
    CAST(NULL AS BOOLEAN) AS is_estimate
WHERE FALSE
