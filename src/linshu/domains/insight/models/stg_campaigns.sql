-- grain: one row per campaign that was not deleted in its source
-- key: campaign_id
-- owner: insight
-- materialized: view
SELECT
    campaign_id,
    name,
    kind,
    starts_at,
    starts_date,
    ends_at,
    budget_fen,
    scope_kind,
    scope_id,
    holdout_ppm,
    funder
FROM std.campaign
WHERE NOT deleted
