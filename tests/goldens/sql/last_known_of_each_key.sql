WITH s0 AS (
  SELECT
    b.t AS t,
    j1.category AS k0,
    CAST(COALESCE(SUM(f.value_fen) FILTER(WHERE
      NOT (
        f.sku_id IS NULL
      )), 0) AS BIGINT) AS stock_known,
    CAST(COUNT(*) FILTER(WHERE
      f.is_out) AS BIGINT) AS stock_out
  FROM (
    SELECT
      f.*,
      f.stock_date AS stands_since,
      COALESCE(
        MIN(f.stock_date) OVER (
          PARTITION BY f.sku_id, f.warehouse_id
          ORDER BY f.stock_date
          ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING
        ),
        CAST('2026-11-01' AS DATE)
      ) AS stands_until
    FROM fct_stock AS f
    WHERE
      f.stock_date BETWEEN CAST('2026-09-26' AS DATE) AND CAST('2026-10-31' AS DATE)
  ) AS f
  CROSS JOIN (
    SELECT
      CAST(DATE_TRUNC('MONTH', CAST(c.d AS DATE)) AS DATE) AS t,
      MIN(CAST(c.d AS DATE)) AS first_day,
      MAX(CAST(c.d AS DATE)) AS last_day
    FROM (
      SELECT
        UNNEST(
          GENERATE_SERIES(CAST('2026-10-01' AS DATE), CAST('2026-10-31' AS DATE), INTERVAL '1' DAY)
        ) AS d
    ) AS c
    GROUP BY
      1
  ) AS b
  LEFT JOIN dim_sku AS j1
    ON j1.sku_id = f.sku_id
  WHERE
    f.stands_since <= b.last_day
    AND f.stands_until > b.last_day
    AND f.stands_since >= CAST(b.first_day - INTERVAL 5 DAY AS DATE)
    AND (
      NOT (
        f.sku_id IS NULL
      ) OR f.is_out
    )
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS month,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS category,
  s0.stock_known AS stock_known,
  s0.stock_out AS stock_out
FROM s0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
