WITH p0 AS (
  SELECT
    j1.district_id AS k0,
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
    1
), best AS (
  SELECT
    k0 AS k,
    n
  FROM (
    SELECT
      p0.k0,
      ROW_NUMBER() OVER (ORDER BY p0.gmv DESC, p0.k0 ASC) AS n
    FROM p0
  ) AS q
  WHERE
    n <= 3
), grouped AS (
  SELECT
    CASE WHEN p.n > 0 THEN p0.k0 END AS k0,
    CASE WHEN p.n > 0 THEN p.n ELSE 4 END AS r,
    CAST(SUM(p0.gmv) AS BIGINT) AS gmv
  FROM p0
  LEFT JOIN best AS p
    ON p.k IS NOT DISTINCT FROM p0.k0
  GROUP BY
    1,
    2
)
SELECT
  CASE
    WHEN grouped.r > 3
    THEN '(其他)'
    ELSE COALESCE(CAST(grouped.k0 AS TEXT), '(未知)')
  END AS district,
  CASE WHEN grouped.r > 3 THEN '(其他)' ELSE COALESCE(lk0.name, '(未知)') END AS district_name,
  grouped.gmv AS gmv
FROM grouped
LEFT JOIN dim_region AS lk0
  ON lk0.region_id = grouped.k0
ORDER BY
  grouped.r ASC
