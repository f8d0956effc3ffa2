WITH s0 AS (
  SELECT
    t,
    k0,
    CAST(COUNT(*) FILTER(WHERE
      c >= 3 AND NOT v IS NULL) AS BIGINT) AS loyal
  FROM (
    SELECT
      t,
      k0,
      v,
      SUM(c) AS c
    FROM (
      SELECT
        f.paid_date - CAST(DAY(f.paid_date) - 1 AS INT) AS t,
        f.channel_id AS k0,
        f.member_id AS v,
        COUNT(*) AS c
      FROM fct_orders AS f
      WHERE
        f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
        AND NOT f.is_test
        AND f.is_paid
      GROUP BY
        1,
        2,
        3
    ) AS y
    GROUP BY
      1,
      2,
      3
  ) AS z
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS month,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS channel,
  COALESCE(lk0.name, '(未知)') AS channel_name,
  s0.loyal AS loyal
FROM s0
LEFT JOIN dim_channel AS lk0
  ON lk0.channel_id = s0.k0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
