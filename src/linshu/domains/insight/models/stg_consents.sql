-- grain: one row per word of a member's, yes or no
-- key: consent_id
-- owner: insight
-- materialized: view
-- column: member_id: the person; the account itself where no identity joins it to others
SELECT
    c.consent_id,
    coalesce(i.member_id, c.member_id) AS member_id,
    c.purpose,
    c.given,
    c.said_at,
    c.place,
    c.proof
FROM std.consent AS c
LEFT JOIN (
    SELECT source_member_id, min(member_id) AS member_id FROM stg_identities GROUP BY source_member_id
) AS i ON i.source_member_id = c.member_id
WHERE NOT c.deleted
