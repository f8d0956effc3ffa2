-- grain: one row per account of each source, registered or known from its orders, with the person it stands for
-- key: account_source, account_id
-- owner: insight
-- materialized: view
-- column: member_id: the person; the account itself where nothing joins it to others
-- column: evidence: what made it so; empty where nothing did
-- column: previous_member_id, previous_evidence: whom it stood for before, and why
-- column: identity_landing_id: the batch that says so
-- empty: nobody is known
WITH accounts AS (
    SELECT account_source, account_id, min(registered_date) AS registered_date
    FROM (
        SELECT source AS account_source, member_id AS account_id, registered_date
        FROM std.member
        WHERE NOT deleted
        UNION ALL
        SELECT DISTINCT source, member_id, CAST(NULL AS DATE)
        FROM std.orders
        WHERE NOT deleted AND member_id IS NOT NULL
    )
    GROUP BY account_source, account_id
)

SELECT
    a.account_source, a.account_id, a.registered_date,
    coalesce(i.member_id, a.account_id) AS member_id,
    coalesce(i.evidence, '') AS evidence,
    i.confidence_ppm, i.note, i.previous_member_id, i.previous_evidence, i.linked_at,
    i.landing_id AS identity_landing_id
FROM accounts AS a
LEFT JOIN std.identity AS i
    ON i.account_source = a.account_source AND i.source_member_id = a.account_id AND NOT i.deleted
