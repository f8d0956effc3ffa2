-- grain: one row per account known to belong to a person
-- key: source_member_id
-- owner: growth
-- materialized: view
SELECT source_member_id, min(member_id) AS member_id
FROM std.identity
WHERE NOT deleted
GROUP BY source_member_id
