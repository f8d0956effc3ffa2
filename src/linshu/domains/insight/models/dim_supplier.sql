-- grain: one row per supplier
-- key: supplier_id
-- owner: insight
-- materialized: table
-- check: unique(supplier_id)
-- column: supplier_id, name, status: the supplier
-- column: is_registered: false when goods name it but the company keeps no row of it
-- column: region_id: where the supplier is
-- late: a row that lands late is there after the next build
-- empty: nothing names a supplier
SELECT supplier_id, name, region_id, status, TRUE AS is_registered FROM stg_suppliers
UNION ALL
SELECT DISTINCT supplier_id, supplier_id, CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), FALSE
FROM stg_skus
WHERE supplier_id IS NOT NULL AND supplier_id NOT IN (SELECT supplier_id FROM stg_suppliers)
