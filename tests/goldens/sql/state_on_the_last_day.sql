WITH s0 AS (
  SELECT
    f.stock_date - CAST(DAY(f.stock_date) - 1 AS INT) AS t,
    j1.category AS k0,
    CAST(COALESCE(SUM(f.qty), 0) AS BIGINT) AS stock
  FROM fct_stock AS f
  LEFT JOIN dim_sku AS j1
    ON j1.sku_id = f.sku_id
  WHERE
    f.stock_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND (
      f.stock_date - CAST(DAY(f.stock_date) - 1 AS INT) <> CAST(DATE_TRUNC('MONTH', CAST(f.stock_date + INTERVAL 1 DAY AS DATE)) AS DATE)
      OR f.stock_date = CAST('2026-10-31' AS DATE)
    )
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS month,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS category,
  s0.stock AS stock
FROM s0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
