-- grain: one row per leader and span in which the leader's contractual tier did not change
-- key: leader_id, valid_from
-- owner: insight
-- materialized: table
-- check: unique(leader_id, valid_from)
-- check: overlap: SELECT leader_id, valid_from, valid_to FROM (SELECT leader_id, valid_from, valid_to,
--   lead(valid_from) OVER (PARTITION BY leader_id ORDER BY valid_from) AS next_from FROM dim_leader_version)
--   WHERE next_from IS NOT NULL AND next_from <> valid_to
-- column: leader_id: the leader
-- column: tier: the contractual tier in that span: manual before imported before computed, then the later begun; empty
--   when the leader had none
-- column: origin: who set it: manual, imported or computed
-- column: valid_from, valid_to: from (included) to (excluded) in UTC; the first span of every leader begins in 1900 and
--   the last has no end, so that each instant falls into exactly one
-- late: a tier that lands late recomputes the whole table
-- empty: there are no leaders
WITH leaders AS (
    SELECT leader_id FROM dim_leader_seen
),

tiers AS (
    SELECT
        leader_id, tier, origin, valid_from,
        coalesce(valid_to, TIMESTAMPTZ '9999-12-31 00:00:00+00') AS valid_to,
        CASE origin WHEN 'manual' THEN 3 WHEN 'imported' THEN 2 ELSE 1 END AS rank
    FROM stg_leader_tiers
    WHERE valid_to IS NULL OR valid_to > valid_from
),

bounds AS (
    SELECT leader_id, TIMESTAMPTZ '1900-01-01 00:00:00+00' AS starts_at FROM leaders
    UNION SELECT leader_id, valid_from FROM tiers
    UNION SELECT leader_id, valid_to FROM tiers WHERE valid_to < TIMESTAMPTZ '9999-12-31 00:00:00+00'
),

chosen AS (
    SELECT
        b.leader_id, b.starts_at,
        max({'rank': t.rank, 'since': t.valid_from, 'tier': t.tier, 'origin': t.origin})
            FILTER (WHERE t.leader_id IS NOT NULL) AS best
    FROM bounds AS b
    LEFT JOIN tiers AS t
        ON t.leader_id = b.leader_id AND t.valid_from <= b.starts_at AND t.valid_to > b.starts_at
    GROUP BY b.leader_id, b.starts_at
),

turns AS (
    SELECT
        leader_id, starts_at, best.tier AS tier, best.origin AS origin,
        row_number() OVER leaderwise = 1
            OR best.tier IS DISTINCT FROM lag(best.tier) OVER leaderwise
            OR best.origin IS DISTINCT FROM lag(best.origin) OVER leaderwise AS is_turn
    FROM chosen
    WINDOW leaderwise AS (PARTITION BY leader_id ORDER BY starts_at)
)

SELECT
    leader_id, tier, origin,
    starts_at AS valid_from,
    lead(starts_at) OVER (PARTITION BY leader_id ORDER BY starts_at) AS valid_to
FROM turns
WHERE is_turn
