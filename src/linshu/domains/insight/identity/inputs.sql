-- The accounts that share a number with another one, or stand for a person with another one; the rest cannot be joined.
WITH shared AS (
    SELECT number_index
    FROM (SELECT DISTINCT account_source, account_id, number_index FROM stg_account_numbers WHERE kind <> 'leader')
    GROUP BY number_index
    HAVING count(*) > 1
),

chosen AS (
    SELECT account_source, account_id FROM stg_account_numbers
    WHERE kind <> 'leader' AND number_index IN (SELECT number_index FROM shared)
    UNION
    SELECT account_source, account_id FROM stg_platform_accounts
    WHERE evidence <> '' OR account_id IN (SELECT member_id FROM stg_platform_accounts WHERE evidence <> '')
)

SELECT
    a.account_source AS source, a.account_id, a.member_id AS person, a.evidence, a.registered_date AS registered,
    coalesce(min(n.number_index) FILTER (WHERE n.kind = 'own'), '') AS phone,
    list_sort(list(DISTINCT n.number_index) FILTER (WHERE n.kind = 'receiver')) AS receivers
FROM stg_platform_accounts AS a
JOIN chosen AS c ON c.account_source = a.account_source AND c.account_id = a.account_id
LEFT JOIN stg_account_numbers AS n
    ON n.account_source = a.account_source AND n.account_id = a.account_id AND n.kind <> 'leader'
GROUP BY a.account_source, a.account_id, a.member_id, a.evidence, a.registered_date
ORDER BY a.account_source, a.account_id
