-- grain: one row per person, segment and spell in it; spells of one person's several accounts may overlap
-- key: account_id, segment_id, valid_from
-- owner: insight
-- materialized: table
-- check: unique(account_id, segment_id, valid_from)
-- column: member_id, account_id: the person, and the account the source put into the segment
-- column: segment_id, name: the segment; its id where no name is kept
-- column: valid_from, valid_to: from (included) to (excluded), UTC; no end while it lasts
-- late: a row that lands late is there after the next build
-- empty: no segments are kept
SELECT
    coalesce(a.member_id, s.member_id) AS member_id,
    s.member_id AS account_id,
    s.segment_id,
    coalesce(g.name, s.segment_id) AS name,
    s.valid_from,
    s.valid_to
FROM stg_member_segments AS s
LEFT JOIN stg_segments AS g ON g.segment_id = s.segment_id
LEFT JOIN stg_accounts AS a ON a.account_id = s.member_id
