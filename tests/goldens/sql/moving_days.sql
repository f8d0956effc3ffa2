WITH s0 AS (
  SELECT
    t,
    CAST(COALESCE(SUM(c), 0) AS BIGINT) AS paid_amount
  FROM (
    SELECT
      CAST(DATE_TRUNC('WEEK', x.e) AS DATE) AS t,
      x.c
    FROM (
      SELECT
        w.c,
        CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
      FROM (
        SELECT
          f.paid_date AS d,
          CAST(COALESCE(SUM(f.paid_fen), 0) AS BIGINT) AS c
        FROM fct_orders AS f
        WHERE
          f.paid_date BETWEEN CAST('2026-09-04' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
        GROUP BY
          1
      ) AS w
      CROSS JOIN (VALUES
        (0),
        (1),
        (2),
        (3),
        (4),
        (5),
        (6),
        (7),
        (8),
        (9),
        (10),
        (11),
        (12),
        (13),
        (14),
        (15),
        (16),
        (17),
        (18),
        (19),
        (20),
        (21),
        (22),
        (23),
        (24),
        (25),
        (26),
        (27)) AS o(n)
    ) AS x
    WHERE
      x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND (
        CAST(DATE_TRUNC('WEEK', x.e) AS DATE) <> CAST(DATE_TRUNC('WEEK', CAST(x.e + INTERVAL 1 DAY AS DATE)) AS DATE)
        OR x.e = CAST('2026-10-31' AS DATE)
      )
  ) AS z
  GROUP BY
    1
), s1 AS (
  SELECT
    t,
    CAST(COALESCE(SUM(c), 0) AS BIGINT) AS orders
  FROM (
    SELECT
      CAST(DATE_TRUNC('WEEK', x.e) AS DATE) AS t,
      x.c
    FROM (
      SELECT
        w.c,
        CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
      FROM (
        SELECT
          f.paid_date AS d,
          CAST(COUNT(*) AS BIGINT) AS c
        FROM fct_orders AS f
        WHERE
          f.paid_date BETWEEN CAST('2026-09-04' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
        GROUP BY
          1
      ) AS w
      CROSS JOIN (VALUES
        (0),
        (1),
        (2),
        (3),
        (4),
        (5),
        (6),
        (7),
        (8),
        (9),
        (10),
        (11),
        (12),
        (13),
        (14),
        (15),
        (16),
        (17),
        (18),
        (19),
        (20),
        (21),
        (22),
        (23),
        (24),
        (25),
        (26),
        (27)) AS o(n)
    ) AS x
    WHERE
      x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND (
        CAST(DATE_TRUNC('WEEK', x.e) AS DATE) <> CAST(DATE_TRUNC('WEEK', CAST(x.e + INTERVAL 1 DAY AS DATE)) AS DATE)
        OR x.e = CAST('2026-10-31' AS DATE)
      )
  ) AS z
  GROUP BY
    1
), s2 AS (
  SELECT
    t,
    CAST(MAX(c) AS BIGINT) AS best_line
  FROM (
    SELECT
      CAST(DATE_TRUNC('WEEK', x.e) AS DATE) AS t,
      x.c
    FROM (
      SELECT
        w.c,
        CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
      FROM (
        SELECT
          f.paid_date AS d,
          CAST(MAX(f.goods_fen) AS BIGINT) AS c
        FROM fct_lines AS f
        WHERE
          f.paid_date BETWEEN CAST('2026-09-04' AS DATE) AND CAST('2026-10-31' AS DATE)
          AND NOT f.is_test
          AND f.is_paid
          AND NOT f.is_gift
        GROUP BY
          1
      ) AS w
      CROSS JOIN (VALUES
        (0),
        (1),
        (2),
        (3),
        (4),
        (5),
        (6),
        (7),
        (8),
        (9),
        (10),
        (11),
        (12),
        (13),
        (14),
        (15),
        (16),
        (17),
        (18),
        (19),
        (20),
        (21),
        (22),
        (23),
        (24),
        (25),
        (26),
        (27)) AS o(n)
    ) AS x
    WHERE
      x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND (
        CAST(DATE_TRUNC('WEEK', x.e) AS DATE) <> CAST(DATE_TRUNC('WEEK', CAST(x.e + INTERVAL 1 DAY AS DATE)) AS DATE)
        OR x.e = CAST('2026-10-31' AS DATE)
      )
  ) AS z
  GROUP BY
    1
), s3 AS (
  SELECT
    t,
    CAST(COALESCE(SUM(c), 0) AS BIGINT) AS stock_days
  FROM (
    SELECT
      CAST(DATE_TRUNC('WEEK', x.e) AS DATE) AS t,
      x.c
    FROM (
      SELECT
        w.c,
        CAST(w.d + INTERVAL (o.n) DAY AS DATE) AS e
      FROM (
        SELECT
          f.stock_date AS d,
          CAST(COALESCE(SUM(f.value_fen), 0) AS BIGINT) AS c
        FROM fct_stock AS f
        WHERE
          f.stock_date BETWEEN CAST('2026-09-04' AS DATE) AND CAST('2026-10-31' AS DATE)
        GROUP BY
          1
      ) AS w
      CROSS JOIN (VALUES
        (0),
        (1),
        (2),
        (3),
        (4),
        (5),
        (6),
        (7),
        (8),
        (9),
        (10),
        (11),
        (12),
        (13),
        (14),
        (15),
        (16),
        (17),
        (18),
        (19),
        (20),
        (21),
        (22),
        (23),
        (24),
        (25),
        (26),
        (27)) AS o(n)
    ) AS x
    WHERE
      x.e BETWEEN CAST('2026-10-01' AS DATE) AND CAST('2026-10-31' AS DATE)
      AND (
        CAST(DATE_TRUNC('WEEK', x.e) AS DATE) <> CAST(DATE_TRUNC('WEEK', CAST(x.e + INTERVAL 1 DAY AS DATE)) AS DATE)
        OR x.e = CAST('2026-10-31' AS DATE)
      )
  ) AS z
  GROUP BY
    1
), g AS (
  SELECT
    t,
    COALESCE(MAX(paid_amount), 0) AS paid_amount,
    COALESCE(MAX(orders), 0) AS orders,
    MAX(best_line) AS best_line,
    COALESCE(MAX(stock_days), 0) AS stock_days
  FROM (
    SELECT
      t,
      paid_amount,
      NULL AS orders,
      NULL AS best_line,
      NULL AS stock_days
    FROM s0
    UNION ALL
    SELECT
      t,
      NULL AS paid_amount,
      orders,
      NULL AS best_line,
      NULL AS stock_days
    FROM s1
    UNION ALL
    SELECT
      t,
      NULL AS paid_amount,
      NULL AS orders,
      best_line,
      NULL AS stock_days
    FROM s2
    UNION ALL
    SELECT
      t,
      NULL AS paid_amount,
      NULL AS orders,
      NULL AS best_line,
      stock_days
    FROM s3
  ) AS u
  GROUP BY
    1
)
SELECT
  g.t AS week,
  CAST(g.paid_amount AS DOUBLE) / NULLIF(g.orders, 0) AS aov,
  g.best_line AS best_line,
  g.stock_days AS stock_days
FROM g
ORDER BY
  g.t ASC
