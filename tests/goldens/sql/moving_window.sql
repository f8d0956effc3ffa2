WITH s0 AS (
  SELECT
    t,
    k0,
    CAST(COUNT(DISTINCT v) AS BIGINT) AS active
  FROM (
    SELECT
      x.e AS t,
      x.k0,
      x.v
    FROM (
      SELECT
        w.k0,
        w.v,
        CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
      FROM (
        SELECT DISTINCT
          f.paid_date AS d,
          j1.district_id AS k0,
          f.leader_id AS v
        FROM fct_orders AS f
        LEFT JOIN dim_community AS j1
          ON j1.community_id = f.community_id
        WHERE
          f.paid_date BETWEEN CAST('2026-09-25' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
          AND NOT f.is_self_order
      ) AS w
      CROSS JOIN (VALUES
        (0),
        (1),
        (2),
        (3),
        (4),
        (5),
        (6)) AS o(n)
    ) AS x
    WHERE
      x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
  ) AS z
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS day,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS district,
  COALESCE(lk0.name, '(未知)') AS district_name,
  s0.active AS active
FROM s0
LEFT JOIN dim_region AS lk0
  ON lk0.region_id = s0.k0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
