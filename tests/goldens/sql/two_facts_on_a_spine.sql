WITH s0 AS (
  SELECT
    j1.tier AS k0,
    CAST(COALESCE(SUM(f.goods_fen), 0) AS BIGINT) AS gmv
  FROM fct_lines AS f
  LEFT JOIN dim_leader_version AS j1
    ON j1.leader_id = f.leader_id
    AND j1.valid_from <= f.placed_at
    AND (
      j1.valid_to IS NULL OR f.placed_at < j1.valid_to
    )
  WHERE
    f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
    AND f.is_paid
    AND NOT f.is_gift
  GROUP BY
    1
), s1 AS (
  SELECT
    j1.tier AS k0,
    CAST(COALESCE(SUM(f.amount_fen), 0) AS BIGINT) AS refunded
  FROM fct_refunds AS f
  LEFT JOIN dim_leader_version AS j1
    ON j1.leader_id = f.leader_id
    AND j1.valid_from <= f.paid_at
    AND (
      j1.valid_to IS NULL OR f.paid_at < j1.valid_to
    )
  WHERE
    f.refunded_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
    AND NOT f.is_test
  GROUP BY
    1
), g AS (
  SELECT
    k0,
    COALESCE(MAX(gmv), 0) AS gmv,
    COALESCE(MAX(refunded), 0) AS refunded
  FROM (
    SELECT
      k0,
      gmv,
      NULL AS refunded
    FROM s0
    UNION ALL
    SELECT
      k0,
      NULL AS gmv,
      refunded
    FROM s1
  ) AS u
  GROUP BY
    1
)
SELECT
  COALESCE(CAST(g.k0 AS TEXT), '(未知)') AS tier,
  g.gmv AS gmv,
  g.refunded AS refunded,
  CAST(g.refunded AS DOUBLE) / NULLIF(g.gmv, 0) AS refund_rate
FROM g
ORDER BY
  g.k0 ASC
