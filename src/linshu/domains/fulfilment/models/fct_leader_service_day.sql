-- grain: one row per leader and company day on which goods were due at their points
-- key: leader_id, day
-- owner: fulfilment
-- materialized: table
-- check: unique(leader_id, day)
-- column: leader_id, day: the leader who answers for the point, and the day the goods were due
-- column: due_qty (qty): pieces due
-- column: on_time_qty, short_qty, uncollected_qty (qty): of these on time, missing, and not collected
-- column: cases, cases_on_time: after-sales cases for which the leader answers, and those answered within the deadline
-- column: ratings, satisfied: ratings of the leader, and those of four stars and more
-- late: what is reported later corrects its day
-- empty: service is not attributed to leaders yet; rules that read it are not applied, and say so
SELECT
    CAST(NULL AS VARCHAR) AS leader_id,
    CAST(NULL AS DATE) AS day,
    CAST(NULL AS BIGINT) AS due_qty,
    CAST(NULL AS BIGINT) AS on_time_qty,
    CAST(NULL AS BIGINT) AS short_qty,
    CAST(NULL AS BIGINT) AS uncollected_qty,
    CAST(NULL AS BIGINT) AS cases,
    CAST(NULL AS BIGINT) AS cases_on_time,
    CAST(NULL AS BIGINT) AS ratings,
    CAST(NULL AS BIGINT) AS satisfied
WHERE FALSE
