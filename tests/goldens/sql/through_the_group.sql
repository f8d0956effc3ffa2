WITH s0 AS (
  SELECT
    CAST(DATE_TRUNC('WEEK', f.paid_date) AS DATE) AS t,
    j1.city_id AS k0,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  LEFT JOIN dim_community AS j1
    ON j1.community_id = f.community_id
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS week,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS city,
  COALESCE(lk0.name, '(未知)') AS city_name,
  s0.gmv AS gmv
FROM s0
LEFT JOIN dim_region AS lk0
  ON lk0.region_id = s0.k0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
