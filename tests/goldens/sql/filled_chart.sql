WITH s0 AS (
  SELECT
    f.paid_date AS t,
    CAST(COUNT(*) AS BIGINT) AS orders
  FROM fct_orders AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1
), g AS (
  SELECT
    t,
    COALESCE(MAX(orders), 0) AS orders
  FROM (
    SELECT
      t,
      orders
    FROM s0
    UNION ALL
    SELECT DISTINCT
      CAST(d AS DATE) AS t,
      NULL AS orders
    FROM (
      SELECT
        UNNEST(
          GENERATE_SERIES(CAST('2026-10-01' AS DATE), CAST('2026-10-31' AS DATE), INTERVAL '1' DAY)
        ) AS d
    ) AS c
  ) AS u
  GROUP BY
    1
)
SELECT
  g.t AS day,
  g.orders AS orders
FROM g
ORDER BY
  g.t ASC
