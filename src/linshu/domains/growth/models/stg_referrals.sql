-- grain: one row per invited person
-- key: invitee_member_id
-- owner: growth
-- materialized: view
SELECT * EXCLUDE (source, source_id, updated_at, deleted, landing_id, landing_row)
FROM std.referral
WHERE NOT deleted
