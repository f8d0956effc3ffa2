-- grain: one row per leader and person who is that leader
-- key: leader_id, member_id
-- owner: insight
-- materialized: table
-- check: unique(leader_id, member_id)
-- column: leader_id, member_id: the leader and the person behind the leader's own purchases: the member account the
--   leader's row names, and every member with the leader's phone number (compared by blind index)
-- late: a row that lands late is there after the next build
-- empty: no leader is known to buy
WITH own AS (
    SELECT leader_id, member_id FROM stg_leaders WHERE member_id IS NOT NULL
    UNION
    SELECT l.leader_id, m.member_id
    FROM stg_leaders AS l
    JOIN stg_members AS m ON m.phone_index = l.phone_index
)

SELECT leader_id, member_id FROM own
UNION
SELECT own.leader_id, i.member_id
FROM own
JOIN stg_identities AS i ON i.source_member_id = own.member_id
