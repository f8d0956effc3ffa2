-- grain: one row per person (会员)
-- key: member_id
-- owner: insight
-- materialized: table
-- incremental: key=member_id narrow=stg_accounts,fct_orders,dim_first_order,fct_consents
-- touched: SELECT coalesce(a.member_id, c.member_id) AS member_id
--     FROM changed.member AS c LEFT JOIN stg_accounts AS a ON a.account_id = c.member_id
--   UNION SELECT member_id FROM changed.fct_orders
--   UNION SELECT member_id FROM changed.dim_first_order
--   UNION SELECT member_id FROM changed.fct_consents
-- check: unique(member_id)
-- column: member_id: the person; accounts joined by identity are one
-- column: name: the nickname with all but its first character hidden; the id where none is kept
-- column: phone_mask: the phone number with its middle hidden
-- column: registered_at, registered_date, channel_id: the earliest registration among the person's accounts
-- column: inviter_member_id, inviter_leader_id: who brought the person, where known
-- column: estate_id, estate, province_id, province, city_id, city, district_id, district, street_id, street: the home
-- column: first_order_id, first_paid_at, first_paid_date: the first order paid; empty before it
-- column: is_test: any account of the person is marked as a test
-- column: is_registered: false when orders name the person but the company keeps no row
-- column: consents_marketing: agreed to be addressed; what was said last, else on registration
-- late: a row that lands late is there after the next build
-- empty: nobody is known by name and no order names a person
WITH persons AS (
    SELECT
        member_id,
        min({'later': account_id <> member_id, 'at': registered_at, 'account_id': account_id}) AS first,
        min(registered_at) AS registered_at,
        min(registered_date) AS registered_date,
        bool_or(is_test) AS is_test
    FROM stg_accounts
    GROUP BY member_id
),

known AS (
    SELECT p.member_id, p.first.account_id AS account_id, p.registered_at, p.registered_date, p.is_test,
        TRUE AS is_registered
    FROM persons AS p
    UNION ALL
    SELECT DISTINCT member_id, CAST(NULL AS VARCHAR), CAST(NULL AS TIMESTAMPTZ), CAST(NULL AS DATE), FALSE, FALSE
    FROM fct_orders
    WHERE member_id IS NOT NULL AND member_id NOT IN (SELECT member_id FROM persons)
)

SELECT
    k.member_id,
    coalesce(a.nickname[1] || '**', k.member_id) AS name,
    a.phone_mask,
    k.registered_at, k.registered_date, a.channel_id,
    a.inviter_member_id, a.inviter_leader_id, coalesce(c.given, a.consents_marketing, FALSE) AS consents_marketing,
    e.province_id, e.province, e.city_id, e.city, e.district_id, e.district, e.street_id, e.street,
    a.estate_id, e.estate,
    f.order_id AS first_order_id, f.paid_at AS first_paid_at, f.paid_date AS first_paid_date,
    k.is_test, k.is_registered
FROM known AS k
LEFT JOIN stg_accounts AS a ON a.account_id = k.account_id
LEFT JOIN dim_estate AS e ON e.estate_id = a.estate_id
LEFT JOIN dim_first_order AS f ON f.member_id = k.member_id
LEFT JOIN fct_consents AS c ON c.member_id = k.member_id AND c.purpose = 'marketing'
