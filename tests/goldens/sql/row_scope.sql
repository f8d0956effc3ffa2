WITH s0 AS (
  SELECT
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.community_id IN (
      SELECT
        community_id
      FROM dim_community
      WHERE
        (
          district_id IN ('D1', 'R2') OR city_id IN ('D1', 'R2')
        )
    )
    AND f.channel_id = 'wx'
    AND f.is_paid
    AND NOT f.is_gift
), s1 AS (
  SELECT
    CAST(COUNT(*) AS BIGINT) AS orders
  FROM fct_orders AS f
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.community_id IN (
      SELECT
        community_id
      FROM dim_community
      WHERE
        (
          district_id IN ('D1', 'R2') OR city_id IN ('D1', 'R2')
        )
    )
    AND f.channel_id = 'wx'
    AND f.is_paid
), g AS (
  SELECT
    COALESCE(gmv, 0) AS gmv,
    COALESCE(orders, 0) AS orders
  FROM s0
  CROSS JOIN s1
)
SELECT
  g.gmv AS gmv,
  g.orders AS orders
FROM g
