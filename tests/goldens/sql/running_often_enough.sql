WITH buckets AS (
  SELECT DISTINCT
    CAST(DATE_TRUNC('MONTH', CAST(d AS DATE)) AS DATE) AS t
  FROM (
    SELECT
      UNNEST(
        GENERATE_SERIES(CAST('2026-10-01' AS DATE), CAST('2026-10-31' AS DATE), INTERVAL '1' DAY)
      ) AS d
  ) AS c
), s0 AS (
  SELECT
    b.t AS t,
    CAST(SUM(x.loyal) AS BIGINT) AS loyal
  FROM (
    SELECT
      t,
      CAST(SUM(CASE WHEN NOT v IS NULL AND s >= 3 AND s - c < 3 THEN 1 ELSE 0 END) AS BIGINT) AS loyal
    FROM (
      SELECT
        t,
        v,
        c,
        SUM(c) OVER (PARTITION BY v ORDER BY t) AS s
      FROM (
        SELECT
          f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
          f.member_id AS v,
          COUNT(*) AS c
        FROM fct_orders AS f
        WHERE
          f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
        GROUP BY
          1,
          2
      ) AS y
    ) AS z
    GROUP BY
      1
  ) AS x
  CROSS JOIN buckets AS b
  WHERE
    x.t <= b.t
  GROUP BY
    1
), s1 AS (
  SELECT
    t,
    CAST(COUNT(*) FILTER(WHERE
      c >= 2 AND NOT v IS NULL) AS BIGINT) AS curious
  FROM (
    SELECT
      t,
      v,
      COUNT(DISTINCT b) AS c
    FROM (
      SELECT
        CAST(DATE_TRUNC('MONTH', x.e) AS DATE) AS t,
        x.v,
        x.b
      FROM (
        SELECT
          w.v,
          w.b,
          CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
        FROM (
          SELECT DISTINCT
            f.paid_date AS d,
            f.member_id AS v,
            f.sku_id AS b
          FROM fct_lines AS f
          WHERE
            f.paid_date BETWEEN CAST('2026-09-18' AS DATE) AND CAST('2026-10-31' AS DATE)
            AND NOT f.is_test
            AND f.is_paid
            AND NOT f.is_gift
        ) AS w
        CROSS JOIN (VALUES
          (0),
          (1),
          (2),
          (3),
          (4),
          (5),
          (6),
          (7),
          (8),
          (9),
          (10),
          (11),
          (12),
          (13)) AS o(n)
      ) AS x
      WHERE
        x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
        AND (
          CAST(DATE_TRUNC('MONTH', x.e) AS DATE) <> CAST(DATE_TRUNC('MONTH', CAST(x.e + INTERVAL 1 DAY AS DATE)) AS DATE)
          OR x.e = CAST('2026-10-31' AS DATE)
        )
    ) AS y
    GROUP BY
      1,
      2
  ) AS z
  GROUP BY
    1
), g AS (
  SELECT
    t,
    COALESCE(MAX(loyal), 0) AS loyal,
    COALESCE(MAX(curious), 0) AS curious
  FROM (
    SELECT
      t,
      loyal,
      NULL AS curious
    FROM s0
    UNION ALL
    SELECT
      t,
      NULL AS loyal,
      curious
    FROM s1
  ) AS u
  GROUP BY
    1
)
SELECT
  g.t AS month,
  g.loyal AS loyal,
  g.curious AS curious
FROM g
ORDER BY
  g.t ASC
