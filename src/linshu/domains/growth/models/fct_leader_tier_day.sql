-- grain: one row per leader and company day
-- key: leader_id, day
-- owner: growth
-- materialized: table
-- check: unique(leader_id, day)
-- column: leader_id, day: the leader, and the day at whose end it holds
-- column: tier: the tier by the rules in force that day
-- column: tier_before: the tier of the day before; another one means a move
-- column: score_ppm (ppm): what the rules gave the leader, 0 to 1 000 000
-- column: since: the first day of this tier
-- column: policy_version: under which version of the rules
-- late: a late order changes no day that is settled; it counts from the next day on
-- empty: tiers are not reckoned yet; the contractual tier stands in dim_leader_version
SELECT
    CAST(NULL AS VARCHAR) AS leader_id,
    CAST(NULL AS DATE) AS day,
    CAST(NULL AS VARCHAR) AS tier,
    CAST(NULL AS VARCHAR) AS tier_before,
    CAST(NULL AS BIGINT) AS score_ppm,
    CAST(NULL AS DATE) AS since,
    CAST(NULL AS INTEGER) AS policy_version
WHERE FALSE
