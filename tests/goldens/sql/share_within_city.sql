WITH s0 AS (
  SELECT
    k0,
    k1,
    CAST(COUNT(v) AS BIGINT) AS buyers
  FROM (
    SELECT
      j1.city_id AS k0,
      f.leader_id AS k1,
      f.member_id AS v
    FROM fct_orders AS f
    LEFT JOIN dim_community AS j1
      ON j1.community_id = f.community_id
    WHERE
      f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND NOT f.is_test
      AND f.is_paid
    GROUP BY
      1,
      2,
      3
  ) AS z
  GROUP BY
    1,
    2
), w0 AS (
  SELECT
    k0,
    CAST(COUNT(v) AS BIGINT) AS buyers
  FROM (
    SELECT
      j1.city_id AS k0,
      f.member_id AS v
    FROM fct_orders AS f
    LEFT JOIN dim_community AS j1
      ON j1.community_id = f.community_id
    WHERE
      f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND NOT f.is_test
      AND f.is_paid
    GROUP BY
      1,
      2
  ) AS z
  GROUP BY
    1
)
SELECT
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS city,
  COALESCE(lk0.name, '(未知)') AS city_name,
  COALESCE(CAST(s0.k1 AS TEXT), '(未知)') AS leader,
  COALESCE(lk1.name, '(未知)') AS leader_name,
  s0.buyers AS buyers,
  CAST(s0.buyers AS DOUBLE) / NULLIF(w0.buyers, 0) AS buyers_share
FROM s0
LEFT JOIN w0
  ON w0.k0 IS NOT DISTINCT FROM s0.k0
LEFT JOIN dim_region AS lk0
  ON lk0.region_id = s0.k0
LEFT JOIN dim_leader AS lk1
  ON lk1.leader_id = s0.k1
ORDER BY
  s0.k0 ASC,
  s0.k1 ASC
