WITH buckets AS (
  SELECT DISTINCT
    CAST(DATE_TRUNC('WEEK', CAST(d AS DATE)) AS DATE) AS t
  FROM (
    SELECT
      UNNEST(
        GENERATE_SERIES(CAST('2026-10-01' AS DATE), CAST('2026-10-31' AS DATE), INTERVAL '1' DAY)
      ) AS d
  ) AS c
), s0 AS (
  SELECT
    b.t AS t,
    x.k0 AS k0,
    CAST(SUM(x.gmv) AS BIGINT) AS gmv
  FROM (
    SELECT
      CAST(DATE_TRUNC('WEEK', f.paid_date) AS DATE) AS t,
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
  ) AS x
  CROSS JOIN buckets AS b
  WHERE
    x.t <= b.t
  GROUP BY
    1,
    2
), s1 AS (
  SELECT
    b.t AS t,
    x.k0 AS k0,
    CAST(SUM(x.buyers) AS BIGINT) AS buyers
  FROM (
    SELECT
      t,
      k0,
      CAST(COUNT(v) AS BIGINT) AS buyers
    FROM (
      SELECT
        k0,
        v,
        MIN(t) AS t
      FROM (
        SELECT DISTINCT
          CAST(DATE_TRUNC('WEEK', f.paid_date) AS DATE) AS t,
          f.channel_id AS k0,
          f.member_id AS v
        FROM fct_orders AS f
        WHERE
          f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
      ) AS y
      GROUP BY
        1,
        2
    ) AS z
    GROUP BY
      1,
      2
  ) AS x
  CROSS JOIN buckets AS b
  WHERE
    x.t <= b.t
  GROUP BY
    1,
    2
), g AS (
  SELECT
    t,
    k0,
    COALESCE(MAX(gmv), 0) AS gmv,
    COALESCE(MAX(buyers), 0) AS buyers
  FROM (
    SELECT
      t,
      k0,
      gmv,
      NULL AS buyers
    FROM s0
    UNION ALL
    SELECT
      t,
      k0,
      NULL AS gmv,
      buyers
    FROM s1
  ) AS u
  GROUP BY
    1,
    2
)
SELECT
  g.t AS week,
  COALESCE(CAST(g.k0 AS TEXT), '(未知)') AS channel,
  COALESCE(lk0.name, '(未知)') AS channel_name,
  g.gmv AS gmv,
  g.buyers AS buyers
FROM g
LEFT JOIN dim_channel AS lk0
  ON lk0.channel_id = g.k0
ORDER BY
  g.t ASC,
  g.k0 ASC
