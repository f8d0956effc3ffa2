WITH s0 AS (
  SELECT
    DATE_TRUNC('HOUR', f.paid_at) AS t,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-01' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1
)
SELECT
  s0.t AS hour,
  s0.gmv AS gmv
FROM s0
ORDER BY
  s0.t ASC
