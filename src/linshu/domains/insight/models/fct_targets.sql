-- grain: one row per metric, part of the company and period a target is set for
-- key: metric, dimension, dimension_value, period_grain, period_start
-- owner: insight
-- materialized: table
-- check: unique(metric, dimension, dimension_value, period_grain, period_start)
-- column: metric: its name in the dictionary
-- column: dimension, dimension_value: what part of the company; * and * for the whole
-- column: period_grain, period_start, period_end: day, week, month, quarter or year, and its company days, both
--   included
-- column: target_value: fen for money, parts per million for rates, else a count
-- column: staff_id: who answers for it; empty when nobody
-- late: a row that lands late is there after the next build
-- empty: nobody set a target
SELECT
    metric, dimension, dimension_value, period_grain, period_start,
    CASE period_grain
        WHEN 'day' THEN period_start
        WHEN 'week' THEN CAST(period_start + INTERVAL 6 DAY AS DATE)
        WHEN 'month' THEN CAST(period_start + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE)
        WHEN 'quarter' THEN CAST(period_start + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE)
        ELSE CAST(period_start + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE)
    END AS period_end,
    target_value, staff_id
FROM stg_targets
