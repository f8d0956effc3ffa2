-- grain: one row per account, and blind index of a number it is known by
-- key: account_source, account_id, kind, number_index
-- owner: insight
-- materialized: view
-- column: kind: own, the account's phone; receiver, the phone its orders are received under; leader, a leader's phone
-- column: number_index: equal for equal numbers, and nothing can be read from it
-- empty: no account left a number
SELECT source AS account_source, member_id AS account_id, 'own' AS kind, phone_index AS number_index
FROM std.member
WHERE NOT deleted AND phone_index IS NOT NULL
UNION ALL
SELECT DISTINCT source, member_id, 'receiver', receiver_phone_index
FROM std.orders
WHERE NOT deleted AND member_id IS NOT NULL AND receiver_phone_index IS NOT NULL
UNION ALL
SELECT source, leader_id, 'leader', phone_index
FROM std.leader
WHERE NOT deleted AND phone_index IS NOT NULL
