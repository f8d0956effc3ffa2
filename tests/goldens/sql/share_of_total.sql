WITH s0 AS (
  SELECT
    f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
    f.channel_id AS k0,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1,
    2
), s1 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST(f.paid_date + INTERVAL 1 MONTH AS DATE)) AS DATE) AS t,
    f.channel_id AS k0,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv__before
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-09-01' AS DATE) AND CAST('2026-09-30' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1,
    2
), g AS (
  SELECT
    t,
    k0,
    COALESCE(MAX(gmv), 0) AS gmv,
    COALESCE(MAX(gmv__before), 0) AS gmv__before
  FROM (
    SELECT
      t,
      k0,
      gmv,
      NULL AS gmv__before
    FROM s0
    UNION ALL
    SELECT
      t,
      k0,
      NULL AS gmv,
      gmv__before
    FROM s1
  ) AS u
  GROUP BY
    1,
    2
), w0 AS (
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
), w1 AS (
  SELECT
    CAST(DATE_TRUNC('MONTH', CAST(f.paid_date + INTERVAL 1 MONTH AS DATE)) AS DATE) AS t,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv__before
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-09-01' AS DATE) AND CAST('2026-09-30' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1
), whole AS (
  SELECT
    t,
    COALESCE(MAX(gmv), 0) AS gmv,
    COALESCE(MAX(gmv__before), 0) AS gmv__before
  FROM (
    SELECT
      t,
      gmv,
      NULL AS gmv__before
    FROM w0
    UNION ALL
    SELECT
      t,
      NULL AS gmv,
      gmv__before
    FROM w1
  ) AS u
  GROUP BY
    1
)
SELECT
  g.t AS month,
  COALESCE(CAST(g.k0 AS TEXT), '(未知)') AS channel,
  COALESCE(lk0.name, '(未知)') AS channel_name,
  g.gmv AS gmv,
  g.gmv__before AS gmv_previous,
  CAST((
    CAST(g.gmv AS DOUBLE) - (
      g.gmv__before
    )
  ) AS DOUBLE) / NULLIF(ABS(g.gmv__before), 0) AS gmv_change,
  CAST(g.gmv AS DOUBLE) / NULLIF(whole.gmv, 0) AS gmv_share,
  CAST(g.gmv__before AS DOUBLE) / NULLIF(whole.gmv__before, 0) AS gmv_share_previous
FROM g
LEFT JOIN whole
  ON whole.t = g.t
LEFT JOIN dim_channel AS lk0
  ON lk0.channel_id = g.k0
ORDER BY
  g.t ASC,
  g.k0 ASC
