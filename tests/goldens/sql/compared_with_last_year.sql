WITH s0 AS (
  SELECT
    f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1
), s1 AS (
  SELECT
    f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
    CAST(COALESCE(SUM(f.amount_fen), 0) AS BIGINT) AS refunded_paid
  FROM fct_refunds AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
  GROUP BY
    1
), s2 AS (
  SELECT
    f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
    CAST(COUNT(*) AS BIGINT) AS orders
  FROM fct_orders AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1
), s3 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST(f.paid_date + INTERVAL 12 MONTH AS DATE)) AS DATE) AS t,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv__before
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2025-10-01' AS DATE) AND CAST('2025-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1
), s4 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST(f.paid_date + INTERVAL 12 MONTH AS DATE)) AS DATE) AS t,
    CAST(COALESCE(SUM(f.amount_fen), 0) AS BIGINT) AS refunded_paid__before
  FROM fct_refunds AS f
  WHERE
    f.paid_date BETWEEN CAST('2025-10-01' AS DATE) AND CAST('2025-10-31' AS DATE)
    AND NOT f.is_test
  GROUP BY
    1
), s5 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST(f.paid_date + INTERVAL 12 MONTH AS DATE)) AS DATE) AS t,
    CAST(COUNT(*) AS BIGINT) AS orders__before
  FROM fct_orders AS f
  WHERE
    f.paid_date BETWEEN CAST('2025-10-01' AS DATE) AND CAST('2025-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1
), g AS (
  SELECT
    t,
    COALESCE(MAX(gmv), 0) AS gmv,
    COALESCE(MAX(refunded_paid), 0) AS refunded_paid,
    COALESCE(MAX(orders), 0) AS orders,
    COALESCE(MAX(gmv__before), 0) AS gmv__before,
    COALESCE(MAX(refunded_paid__before), 0) AS refunded_paid__before,
    COALESCE(MAX(orders__before), 0) AS orders__before
  FROM (
    SELECT
      t,
      gmv,
      NULL AS refunded_paid,
      NULL AS orders,
      NULL AS gmv__before,
      NULL AS refunded_paid__before,
      NULL AS orders__before
    FROM s0
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      refunded_paid,
      NULL AS orders,
      NULL AS gmv__before,
      NULL AS refunded_paid__before,
      NULL AS orders__before
    FROM s1
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      NULL AS refunded_paid,
      orders,
      NULL AS gmv__before,
      NULL AS refunded_paid__before,
      NULL AS orders__before
    FROM s2
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      NULL AS refunded_paid,
      NULL AS orders,
      gmv__before,
      NULL AS refunded_paid__before,
      NULL AS orders__before
    FROM s3
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      NULL AS refunded_paid,
      NULL AS orders,
      NULL AS gmv__before,
      refunded_paid__before,
      NULL AS orders__before
    FROM s4
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      NULL AS refunded_paid,
      NULL AS orders,
      NULL AS gmv__before,
      NULL AS refunded_paid__before,
      orders__before
    FROM s5
  ) AS u
  GROUP BY
    1
)
SELECT
  g.t AS month,
  CAST((
    g.gmv - g.refunded_paid
  ) AS DOUBLE) / NULLIF(g.orders, 0) AS net_aov,
  CAST((
    g.gmv__before - g.refunded_paid__before
  ) AS DOUBLE) / NULLIF(g.orders__before, 0) AS net_aov_last_year,
  CAST((
    CAST(CAST((
      g.gmv - g.refunded_paid
    ) AS DOUBLE) / NULLIF(g.orders, 0) AS DOUBLE) - (
      CAST((
        g.gmv__before - g.refunded_paid__before
      ) AS DOUBLE) / NULLIF(g.orders__before, 0)
    )
  ) AS DOUBLE) / NULLIF(
    ABS(
      CAST((
        g.gmv__before - g.refunded_paid__before
      ) AS DOUBLE) / NULLIF(g.orders__before, 0)
    ),
    0
  ) AS net_aov_change
FROM g
ORDER BY
  g.t ASC
