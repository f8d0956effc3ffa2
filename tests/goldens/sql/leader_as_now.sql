WITH s0 AS (
  SELECT
    k0,
    CAST(COALESCE(SUM(c0), 0) AS BIGINT) AS orders,
    CAST(COUNT(v) AS BIGINT) AS buyers
  FROM (
    SELECT
      j1.leader_id AS k0,
      f.member_id AS v,
      COUNT(*) AS c0
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
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS leader,
  COALESCE(lk0.name, '(未知)') AS leader_name,
  s0.orders AS orders,
  s0.buyers AS buyers
FROM s0
LEFT JOIN dim_leader AS lk0
  ON lk0.leader_id = s0.k0
ORDER BY
  s0.k0 ASC
