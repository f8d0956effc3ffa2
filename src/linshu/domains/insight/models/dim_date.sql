-- grain: one row per company day from 2010 to 2039
-- key: date_day
-- owner: insight
-- materialized: table
-- check: unique(date_day)
-- column: date_day: the company day
-- column: week_monday: the Monday that names the week (YYYY-MM-DD)
-- column: month, quarter, year: YYYY-MM, YYYY-Qn, YYYY
-- column: weekday: 1 = Monday to 7 = Sunday
-- column: name: the day as YYYY-MM-DD
-- column: weekday_name: 周一 to 周日
-- column: is_weekend: Saturday or Sunday; holidays are not told here
-- late: nothing comes late
-- empty: never
SELECT
    CAST(day AS DATE) AS date_day,
    strftime(day, '%Y-%m-%d') AS name,
    CAST(date_trunc('week', day) AS DATE) AS week_monday,
    strftime(day, '%Y-%m') AS month,
    strftime(day, '%Y') || '-Q' || quarter(day) AS quarter,
    year(day) AS year,
    isodow(day) AS weekday,
    ['周一', '周二', '周三', '周四', '周五', '周六', '周日'][isodow(day)] AS weekday_name,
    isodow(day) >= 6 AS is_weekend
FROM generate_series(DATE '2010-01-01', DATE '2039-12-31', INTERVAL 1 DAY) AS days(day)
