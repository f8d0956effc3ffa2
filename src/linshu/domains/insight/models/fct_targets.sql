-- grain: one row per metric, part of the company and period a target is set for
-- key: metric, dimension, dimension_value, period_grain, period_start
-- owner: insight
-- materialized: table
-- check: unique(metric, dimension, dimension_value, period_grain, period_start)
-- column: metric: its name in the dictionary
-- column: dimension, dimension_value: what part of the company, as it was set; * and * for the whole
-- column: parts: the dimensions in alphabetical order, joined by bars; * for the whole
-- column: value_1, value_2, value_3: the value of each of them, the key or the name; empty where there are fewer
-- column: period_grain, period_start, period_end: day, week, month, quarter or year, and its company days, both
--   included
-- column: period_days (day): how many days it holds
-- column: fineness: 1 for a day to 5 for a year: of several targets for a day the finest counts
-- column: target_value: fen for money, parts per million for rates, else a count
-- column: staff_id: who answers for it; empty when nobody
-- late: a row that lands late is there after the next build
-- empty: nobody set a target
WITH spans AS (
    SELECT
        *,
        CASE period_grain
            WHEN 'day' THEN period_start
            WHEN 'week' THEN CAST(period_start + INTERVAL 6 DAY AS DATE)
            WHEN 'month' THEN CAST(period_start + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE)
            WHEN 'quarter' THEN CAST(period_start + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE)
            ELSE CAST(period_start + INTERVAL 1 YEAR - INTERVAL 1 DAY AS DATE)
        END AS period_end,
        list_sort(list_zip(string_split(dimension, '|'), string_split(dimension_value, '|'))) AS pairs
    FROM stg_targets
)

SELECT
    metric, dimension, dimension_value,
    array_to_string([pair[1] for pair in pairs], '|') AS parts,
    pairs[1][2] AS value_1, pairs[2][2] AS value_2, pairs[3][2] AS value_3,
    period_grain, period_start, period_end,
    CAST(period_end - period_start + 1 AS BIGINT) AS period_days,
    CASE period_grain WHEN 'day' THEN 1 WHEN 'week' THEN 2 WHEN 'month' THEN 3 WHEN 'quarter' THEN 4 ELSE 5 END AS fineness,
    target_value, staff_id
FROM spans
