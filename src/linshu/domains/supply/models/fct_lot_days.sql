-- grain: one row per SKU, warehouse, stock batch and day received that still holds stock at the end of a company day
-- key: sku_id, warehouse_id, stock_batch_id, received_on, stock_date
-- owner: supply
-- materialized: table
-- incremental: key=sku_id narrow=fct_stock_days,fct_stock_movements cut=fct_stock_days
-- check: unique(sku_id, warehouse_id, stock_batch_id, received_on, stock_date)
-- column: sku_id, warehouse_id, stock_date: what, where, at the end of which company day; the days of fct_stock_days
-- column: stock_batch_id: the stock batch; '' for goods booked without one, which have a row for each day they came in
-- column: supplier_id: who supplied the batch; the SKU's usual supplier where no batch says so
-- column: received_on: the company day it first came into this warehouse
-- column: produced_on: the day it was made; empty when unknown
-- column: expires_on: its last good day: the batch's own, else made or received plus the SKU's shelf life; empty when unknown
-- column: shelf_days: how long such goods keep in all: from making to the last good day, else the SKU's shelf life
-- column: days_left: from this day to the last good day; below zero once it is over
-- column: is_near: near its date by the custom of the trade: so many days left of a shelf life of a year 45, half a year 20,
--   three months 15, one month 10, 16 days 5, below that a quarter of it; false once the date is over
-- column: is_expired: its last good day is over
-- column: received_qty (qty): what the batch received, of goods without a batch what came in; empty when unknown
-- column: on_hand_qty (qty): what is left of it. What left without naming a batch (sales, losses, counts) is taken from the
--   oldest that still hold some, so that what is left is the newest. Below zero when more left than came: such rows stand on
--   the last day alone, where all of them add up to the on_hand_qty of fct_stock_days
-- column: on_hand_fen (fen): its share of the stock's value at cost, by cost; added up, the on_hand_fen of fct_stock_days,
--   unless some are below zero: then each is its quantity at its own cost
-- column: unit_cost_fen (fen): cost of one base unit: the batch's own, else of what came in; empty when unknown
-- column: idle_days: days up to this one since it came in and the SKU was last sold from this warehouse
-- late: a late movement changes every later day of its SKU; the table is rebuilt
-- empty: no stock is booked
WITH booked AS (
    SELECT
        sku_id, warehouse_id, coalesce(stock_batch_id, '') AS stock_batch_id, moved_date, CAST(sum(qty) AS BIGINT) AS qty,
        CAST(sum(qty) FILTER (qty > 0) AS BIGINT) AS in_qty, CAST(sum(cost_fen) FILTER (qty > 0) AS BIGINT) AS in_fen
    FROM fct_stock_movements
    GROUP BY ALL
),

ends AS (SELECT max(stock_date) AS last_date FROM fct_stock_days),

sold AS (SELECT DISTINCT sku_id, warehouse_id, moved_date FROM fct_stock_movements WHERE kind = 'sale'),

gone AS (
    SELECT
        sku_id, warehouse_id, moved_date,
        CAST(sum(-qty) OVER (PARTITION BY sku_id, warehouse_id ORDER BY moved_date) AS BIGINT) AS qty
    FROM booked
    WHERE stock_batch_id = '' AND qty < 0
),

courses AS (
    SELECT
        sku_id, warehouse_id, stock_batch_id,
        coalesce(min(moved_date) FILTER (in_qty > 0) OVER whole, min(moved_date) OVER whole) AS received_on, moved_date,
        CAST(sum(qty) OVER upto AS BIGINT) AS qty, lead(moved_date) OVER upto AS until_date,
        sum(in_qty) OVER whole AS in_qty, sum(in_fen) OVER whole AS in_fen
    FROM booked
    WHERE stock_batch_id <> ''
    WINDOW
        whole AS (PARTITION BY sku_id, warehouse_id, stock_batch_id),
        upto AS (PARTITION BY sku_id, warehouse_id, stock_batch_id ORDER BY moved_date)
    UNION ALL
    SELECT sku_id, warehouse_id, '', moved_date, moved_date, qty, NULL, in_qty, in_fen
    FROM booked
    WHERE stock_batch_id = '' AND qty > 0
),

-- Whatever happens to them, a batch and all older ones never hold more than this.
bounds AS (
    SELECT
        sku_id, warehouse_id, stock_batch_id, received_on,
        CAST(sum(max(qty)) OVER (PARTITION BY sku_id, warehouse_id ORDER BY received_on, stock_batch_id) AS BIGINT) AS most_qty
    FROM courses
    WHERE qty > 0
    GROUP BY sku_id, warehouse_id, stock_batch_id, received_on
),

-- From the day on which as much has gone, nothing is left of it.
cut AS (
    SELECT b.sku_id, b.warehouse_id, b.stock_batch_id, b.received_on, g.moved_date AS empty_on
    FROM bounds AS b
    ASOF LEFT JOIN gone AS g ON g.sku_id = b.sku_id AND g.warehouse_id = b.warehouse_id AND b.most_qty <= g.qty
),

lying AS (
    SELECT
        c.sku_id, c.warehouse_id, c.stock_batch_id, c.received_on, c.qty, c.in_qty, c.in_fen,
        CAST(unnest(generate_series(
            c.moved_date, least(e.last_date, coalesce(least(c.until_date, x.empty_on), e.last_date + 1) - 1), INTERVAL 1 DAY
        )) AS DATE) AS stock_date
    FROM courses AS c
    CROSS JOIN ends AS e
    JOIN cut AS x
        ON x.sku_id = c.sku_id AND x.warehouse_id = c.warehouse_id AND x.stock_batch_id = c.stock_batch_id AND x.received_on = c.received_on
    WHERE c.qty > 0
),

-- How much all batches hold after each day, what left without naming one not taken off yet.
added AS (
    SELECT sku_id, warehouse_id, moved_date, CAST(sum(sum(more)) OVER (PARTITION BY sku_id, warehouse_id ORDER BY moved_date) AS BIGINT) AS qty
    FROM (
        SELECT
            sku_id, warehouse_id, moved_date,
            greatest(qty, 0) - greatest(coalesce(lag(qty) OVER (PARTITION BY sku_id, warehouse_id, stock_batch_id, received_on ORDER BY moved_date), 0), 0) AS more
        FROM courses
    )
    GROUP BY sku_id, warehouse_id, moved_date
),

-- What lies there is the newest: of each batch, what the newer ones leave of it.
newest AS (
    SELECT
        l.* EXCLUDE (qty),
        CAST(least(l.qty, greatest(a.qty - coalesce(g.qty, 0) - coalesce(sum(l.qty) OVER newer, 0), 0)) AS BIGINT) AS qty
    FROM lying AS l
    ASOF JOIN added AS a ON a.sku_id = l.sku_id AND a.warehouse_id = l.warehouse_id AND l.stock_date >= a.moved_date
    ASOF LEFT JOIN gone AS g ON g.sku_id = l.sku_id AND g.warehouse_id = l.warehouse_id AND l.stock_date >= g.moved_date
    WINDOW newer AS (
        PARTITION BY l.sku_id, l.warehouse_id, l.stock_date ORDER BY l.received_on, l.stock_batch_id
        ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
    )
),

held AS (
    SELECT sku_id, warehouse_id, stock_batch_id, received_on, stock_date, in_qty, in_fen, qty FROM newest WHERE qty > 0
    UNION ALL
    SELECT c.sku_id, c.warehouse_id, c.stock_batch_id, c.received_on, e.last_date, c.in_qty, c.in_fen, c.qty
    FROM courses AS c
    CROSS JOIN ends AS e
    WHERE c.qty < 0 AND c.until_date IS NULL
    UNION ALL
    SELECT g.sku_id, g.warehouse_id, '', max(g.moved_date), any_value(e.last_date), NULL, NULL, coalesce(any_value(a.qty), 0) - max(g.qty)
    FROM gone AS g
    CROSS JOIN ends AS e
    LEFT JOIN (SELECT sku_id, warehouse_id, arg_max(qty, moved_date) AS qty FROM added GROUP BY ALL) AS a
        ON a.sku_id = g.sku_id AND a.warehouse_id = g.warehouse_id
    GROUP BY g.sku_id, g.warehouse_id
    HAVING max(g.qty) > coalesce(any_value(a.qty), 0)
),

described AS (
    SELECT
        h.sku_id, h.warehouse_id, h.stock_batch_id, h.received_on, h.stock_date, h.qty,
        coalesce(b.supplier_id, s.supplier_id) AS supplier_id, b.produced_on,
        coalesce(b.expires_on, coalesce(b.produced_on, h.received_on) + CAST(s.shelf_life_days AS INTEGER)) AS expires_on,
        coalesce(CAST(b.expires_on - b.produced_on AS BIGINT), CAST(s.shelf_life_days AS BIGINT)) AS shelf_days,
        CAST(coalesce(b.received_qty, h.in_qty) AS BIGINT) AS received_qty,
        coalesce(
            CAST(b.unit_cost_fen AS BIGINT), CAST(round(CAST(h.in_fen AS DOUBLE) / nullif(h.in_qty, 0)) AS BIGINT)
        ) AS unit_cost_fen,
        d.on_hand_qty AS total_qty, d.on_hand_fen AS total_fen
    FROM held AS h
    JOIN fct_stock_days AS d ON d.sku_id = h.sku_id AND d.warehouse_id = h.warehouse_id AND d.stock_date = h.stock_date
    LEFT JOIN stg_stock_batches AS b ON b.stock_batch_id = h.stock_batch_id
    LEFT JOIN dim_sku AS s ON s.sku_id = h.sku_id
),

weighed AS (
    SELECT
        d.*,
        CAST(qty AS DOUBLE) * CASE WHEN min(unit_cost_fen) OVER whole > 0 AND count(unit_cost_fen) OVER whole = count(*) OVER whole
            THEN unit_cost_fen ELSE 1 END AS weight,
        coalesce(sum(qty) FILTER (qty > 0) OVER whole <> total_qty, FALSE) AS is_mixed
    FROM described AS d
    WINDOW whole AS (PARTITION BY sku_id, warehouse_id, stock_date)
),

summed AS (
    SELECT
        w.*, sum(weight) OVER upto AS upto_weight, sum(weight) OVER (PARTITION BY sku_id, warehouse_id, stock_date) AS whole_weight
    FROM weighed AS w
    WINDOW upto AS (
        PARTITION BY sku_id, warehouse_id, stock_date ORDER BY received_on, stock_batch_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
)

SELECT
    s.sku_id, s.warehouse_id, s.stock_batch_id, s.supplier_id, s.received_on, s.produced_on, s.expires_on, s.shelf_days, s.stock_date,
    CAST(s.expires_on - s.stock_date AS BIGINT) AS days_left,
    coalesce(
        s.qty > 0 AND s.expires_on - s.stock_date BETWEEN 0 AND CASE
            WHEN s.shelf_days >= 365 THEN 45
            WHEN s.shelf_days >= 180 THEN 20
            WHEN s.shelf_days >= 90 THEN 15
            WHEN s.shelf_days >= 30 THEN 10
            WHEN s.shelf_days >= 16 THEN 5
            ELSE ceil(s.shelf_days / 4)
        END,
        FALSE
    ) AS is_near,
    coalesce(s.qty > 0 AND s.expires_on < s.stock_date, FALSE) AS is_expired,
    s.received_qty, s.qty AS on_hand_qty,
    CAST(CASE
        WHEN s.is_mixed THEN s.qty * coalesce(s.unit_cost_fen, 0)
        ELSE round(s.total_fen * (s.upto_weight / s.whole_weight))
            - round(s.total_fen * ((s.upto_weight - s.weight) / s.whole_weight))
    END AS BIGINT) AS on_hand_fen,
    s.unit_cost_fen, CAST(s.stock_date - greatest(s.received_on, o.moved_date) AS BIGINT) AS idle_days
FROM summed AS s
ASOF LEFT JOIN sold AS o ON o.sku_id = s.sku_id AND o.warehouse_id = s.warehouse_id AND s.stock_date >= o.moved_date
-- A question is about some days: only the blocks that hold them are read.
ORDER BY s.stock_date
