WITH s0 AS (
  SELECT
    f.leader_id AS k0,
    CAST(COALESCE(SUM(f.goods_fen) FILTER(WHERE
      NOT f.is_gift), 0) AS BIGINT) AS gmv,
    CAST(COALESCE(SUM(f.qty), 0) AS BIGINT) AS units
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
  GROUP BY
    1
)
SELECT
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS leader,
  COALESCE(lk0.name, '(未知)') AS leader_name,
  s0.gmv AS gmv,
  s0.units AS units
FROM s0
LEFT JOIN dim_leader AS lk0
  ON lk0.leader_id = s0.k0
ORDER BY
  gmv DESC,
  s0.k0 ASC
LIMIT 10
