WITH s0 AS (
  SELECT
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  WHERE
    NOT f.paid_date IS NULL
    AND NOT f.is_test
    AND f.community_id IN (
      SELECT
        community_id
      FROM dim_community
      WHERE
        city_id IN (
          SELECT
            region_id
          FROM dim_region
          WHERE
            name = '武汉'
          UNION ALL
          SELECT
            '武汉'
        )
    )
    AND NOT COALESCE(
      f.sku_id IN (
        SELECT
          sku_id
        FROM dim_sku
        WHERE
          name IN ('草莓', 'S2')
        UNION ALL
        SELECT
          '草莓'
        UNION ALL
        SELECT
          'S2'
      ),
      FALSE
    )
    AND f.paid_date >= CAST('2026-10-08' AS DATE)
    AND f.is_paid
    AND NOT f.is_gift
)
SELECT
  s0.gmv AS gmv
FROM s0
