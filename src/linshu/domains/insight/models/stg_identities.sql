-- grain: one row per account of a person that was not deleted in its source
-- key: account_source, source_member_id
-- owner: insight
-- materialized: view
SELECT
    account_source,
    source_member_id,
    member_id
FROM std.identity
WHERE NOT deleted
