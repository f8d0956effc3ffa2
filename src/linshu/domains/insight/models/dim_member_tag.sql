-- grain: one row per person, tag and spell of it; spells of one person's several accounts may overlap
-- key: account_id, tag, valid_from
-- owner: insight
-- materialized: table
-- check: unique(account_id, tag, valid_from)
-- column: member_id, account_id: the person, and the account the source put the tag on
-- column: tag: its words
-- column: valid_from, valid_to: from (included) to (excluded), UTC; no end while it lasts
-- late: a row that lands late is there after the next build
-- empty: no tags are kept
SELECT
    coalesce(a.member_id, t.member_id) AS member_id,
    t.member_id AS account_id,
    t.tag,
    t.valid_from,
    t.valid_to
FROM stg_member_tags AS t
LEFT JOIN stg_accounts AS a ON a.account_id = t.member_id
