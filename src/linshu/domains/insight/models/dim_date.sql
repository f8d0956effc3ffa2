-- grain: one row per company day from 2010 to 2039
-- key: date_day
-- owner: insight
-- materialized: table
-- check: unique(date_day)
-- check: unique(last_year_aligned)
-- column: date_day: the company day
-- column: week_monday: the Monday that names the week (YYYY-MM-DD)
-- column: month, quarter, year: YYYY-MM, YYYY-Qn, YYYY
-- column: weekday: 1 = Monday to 7 = Sunday
-- column: name: the day as YYYY-MM-DD
-- column: weekday_name: 周一 to 周日
-- column: is_weekend: Saturday or Sunday, whether worked or not
-- column: is_workday: offices work: neither weekend nor holiday, or a weekend day worked in exchange for one; by the
--   yearly notice as far as it is known (dim_holiday.is_official), after it by the holidays fixed by law
-- column: day_kind: workday, weekend or holiday; a weekend day worked in exchange is a workday, a weekend day within a
--   holiday is a holiday
-- column: holiday, holiday_en: the holiday in Chinese and English; empty on other days, shifted workdays included
-- column: days_from_spring_festival (day): days after the nearest Spring Festival, negative before it, 0 on the day
-- column: last_year_aligned: the day of last year it is held against: the same day of the same holiday, of the season of
--   the Spring Festival, or else the same weekday (dim_day_counterpart); no day is held against twice
-- late: nothing comes late
-- empty: never
WITH days AS (
    SELECT CAST(day AS DATE) AS date_day
    FROM generate_series(DATE '2010-01-01', DATE '2039-12-31', INTERVAL 1 DAY) AS every(day)
),

festivals AS (
    -- Halfway between two festivals the one to come counts.
    SELECT
        d.date_day,
        arg_min(d.date_day - h.spring_festival, (abs(d.date_day - h.spring_festival), d.date_day - h.spring_festival))
            AS days_from_spring_festival
    FROM days AS d
    CROSS JOIN dim_holiday AS h
    WHERE h.spring_festival IS NOT NULL
    GROUP BY d.date_day
)

SELECT
    d.date_day,
    strftime(d.date_day, '%Y-%m-%d') AS name,
    CAST(date_trunc('week', d.date_day) AS DATE) AS week_monday,
    strftime(d.date_day, '%Y-%m') AS month,
    strftime(d.date_day, '%Y') || '-Q' || quarter(d.date_day) AS quarter,
    year(d.date_day) AS year,
    isodow(d.date_day) AS weekday,
    ['周一', '周二', '周三', '周四', '周五', '周六', '周日'][isodow(d.date_day)] AS weekday_name,
    isodow(d.date_day) >= 6 AS is_weekend,
    coalesce(h.is_workday, isodow(d.date_day) < 6) AS is_workday,
    CASE
        WHEN coalesce(h.is_workday, isodow(d.date_day) < 6) THEN 'workday'
        WHEN h.first_day IS NOT NULL THEN 'holiday'
        ELSE 'weekend'
    END AS day_kind,
    CASE WHEN NOT h.is_workday THEN h.holiday END AS holiday,
    CASE WHEN NOT h.is_workday THEN h.holiday_en END AS holiday_en,
    f.days_from_spring_festival,
    CAST(d.date_day - coalesce(c.days_back, 364) AS DATE) AS last_year_aligned
FROM days AS d
LEFT JOIN dim_holiday AS h ON d.date_day BETWEEN h.first_day AND h.last_day
LEFT JOIN festivals AS f ON f.date_day = d.date_day
LEFT JOIN dim_day_counterpart AS c ON d.date_day BETWEEN c.first_day AND c.last_day
