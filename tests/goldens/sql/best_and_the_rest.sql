WITH p0 AS (
  SELECT
    f.leader_id AS k0,
    CAST(COALESCE(SUM(f.paid_fen), 0) AS BIGINT) AS paid_amount,
    CAST(COUNT(*) AS BIGINT) AS orders,
    CAST(COUNT(DISTINCT f.member_id) AS BIGINT) AS buyers
  FROM fct_orders AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1
), best AS (
  SELECT
    k0 AS k,
    n
  FROM (
    SELECT
      p0.k0,
      ROW_NUMBER() OVER (ORDER BY p0.buyers DESC, p0.k0 ASC) AS n
    FROM p0
  ) AS q
  WHERE
    n <= 5
), s0 AS (
  SELECT
    f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
    CASE WHEN p.n > 0 THEN f.leader_id END AS k0,
    CASE WHEN p.n > 0 THEN p.n ELSE 6 END AS r,
    CAST(COALESCE(SUM(f.paid_fen), 0) AS BIGINT) AS paid_amount,
    CAST(COUNT(*) AS BIGINT) AS orders,
    CAST(COUNT(DISTINCT f.member_id) AS BIGINT) AS buyers
  FROM fct_orders AS f
  LEFT JOIN best AS p
    ON p.k IS NOT DISTINCT FROM f.leader_id
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1,
    2,
    3
)
SELECT
  s0.t AS month,
  CASE WHEN s0.r > 5 THEN '(其他)' ELSE COALESCE(CAST(s0.k0 AS TEXT), '(未知)') END AS leader,
  CASE WHEN s0.r > 5 THEN '(其他)' ELSE COALESCE(lk0.name, '(未知)') END AS leader_name,
  CAST(s0.paid_amount AS DOUBLE) / NULLIF(s0.orders, 0) AS aov,
  s0.buyers AS buyers
FROM s0
LEFT JOIN dim_leader AS lk0
  ON lk0.leader_id = s0.k0
ORDER BY
  s0.t ASC,
  s0.r ASC
