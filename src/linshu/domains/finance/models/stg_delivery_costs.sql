-- grain: one row per parcel and kind of delivery cost
-- key: parcel_id, cost_kind
-- owner: finance
-- materialized: view
-- column: pool: the pool under which the books know such a cost: packaging, or else last_mile
SELECT *, CASE WHEN cost_kind = 'packaging' THEN 'packaging' ELSE 'last_mile' END AS pool
FROM fct_delivery_cost
