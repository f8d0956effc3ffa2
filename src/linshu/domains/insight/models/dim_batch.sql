-- grain: one row per batch (团期)
-- key: batch_id
-- owner: insight
-- materialized: table
-- incremental: key=batch_id narrow=fct_orders,stg_batches
-- touched: SELECT c.batch_id FROM changed.fct_orders AS c LEFT JOIN dim_batch AS k ON k.batch_id = c.batch_id
--     WHERE k.is_registered IS NOT TRUE
-- check: unique(batch_id)
-- column: batch_id, name: the batch; its id where it has no name
-- column: opened_at, opened_date, cut_off_at: when it took orders
-- column: delivery_date: the company day its goods are handed out
-- column: is_registered: false when orders name it but the company keeps no row of it
-- column: scope_kind, scope_id: the part of the company it was opened for
-- column: status: planned, open, closed, delivered or cancelled
-- late: a row that lands late is there after the next build
-- empty: nothing names a batch
SELECT
    batch_id, coalesce(name, batch_id) AS name, scope_kind, scope_id,
    opened_at,
    coalesce(opened_date, CAST(opened_at AT TIME ZONE 'Asia/Shanghai' AS DATE)) AS opened_date,
    cut_off_at, delivery_date, status, TRUE AS is_registered
FROM stg_batches
UNION ALL
SELECT DISTINCT
    batch_id, batch_id, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS DATE),
    CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS DATE), CAST(NULL AS VARCHAR), FALSE
FROM fct_orders
WHERE batch_id IS NOT NULL AND batch_id NOT IN (SELECT batch_id FROM stg_batches)
