WITH s0 AS (
  SELECT
    t,
    k0,
    CAST(COUNT(*) AS BIGINT) AS shoppers,
    CAST(COALESCE(SUM(done), 0) AS BIGINT) AS came_back
  FROM (
    SELECT
      x.t,
      x.k0,
      x.e,
      MAX(CASE WHEN g.m >= x.m AND g.m < (
        x.m + INTERVAL 9 DAY
      ) THEN 1 ELSE 0 END) AS done
    FROM (
      SELECT
        f.t AS t,
        f.channel_id AS k0,
        f.member_id AS e,
        f.member_id AS h,
        f.placed_at AS m
      FROM (
        SELECT
          f.*,
          ROW_NUMBER() OVER (
            PARTITION BY f.member_id, f.placed_date - CAST(DAY(f.placed_date) - 1 AS INT)
            ORDER BY f.placed_at, f.placed_date, f.order_id
          ) AS nth_event,
          f.placed_date - CAST(DAY(f.placed_date) - 1 AS INT) AS t
        FROM fct_orders AS f
        WHERE
          f.placed_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.member_id IS NULL
          AND NOT f.is_test
          AND f.mode IN ('pickup')
      ) AS f
      WHERE
        f.nth_event = 1
        AND (
          f.placed_at + INTERVAL 9 DAY
        ) <= (
          SELECT
            MAX(paid_at)
          FROM fct_orders
        )
        AND NOT f.is_test
    ) AS x
    LEFT JOIN (
      SELECT
        f.member_id AS e,
        f.paid_at AS m
      FROM fct_orders AS f
      WHERE
        f.paid_date BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-11-09' AS DATE)
        AND NOT f.member_id IS NULL
        AND f.is_paid
        AND f.mode IN ('home')
        AND NOT f.is_test
    ) AS g
      ON g.e = x.h
    GROUP BY
      1,
      2,
      3
  ) AS y
  GROUP BY
    1,
    2
)
SELECT
  s0.t AS month,
  COALESCE(CAST(s0.k0 AS TEXT), '(未知)') AS channel,
  COALESCE(lk0.name, '(未知)') AS channel_name,
  s0.shoppers AS shoppers,
  s0.came_back AS came_back
FROM s0
LEFT JOIN dim_channel AS lk0
  ON lk0.channel_id = s0.k0
ORDER BY
  s0.t ASC,
  s0.k0 ASC
