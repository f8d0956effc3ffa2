-- grain: one row per person who ever paid, tests left out
-- key: member_id
-- owner: growth
-- materialized: view
-- column: member_id, first_paid_at, first_paid_date, channel_id, community_id, leader_id, warehouse_id, mode,
--   ordered_week_1, ordered_month_1, ordered_month_2: as in fct_cohort_members
-- column: is_mature_week_1, is_mature_month_1, is_mature_month_2: that span lies wholly within the data at hand
-- empty: nobody known has paid yet
SELECT
    c.*,
    c.first_paid_date + 13 <= l.until AS is_mature_week_1,
    c.first_paid_date + 59 <= l.until AS is_mature_month_1,
    c.first_paid_date + 89 <= l.until AS is_mature_month_2
FROM fct_cohort_members AS c
CROSS JOIN (SELECT max(paid_date) AS until FROM fct_orders) AS l
