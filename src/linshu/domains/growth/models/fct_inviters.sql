-- grain: one row per registered person, tests left out, with whom the person invited soon after
-- key: member_id
-- owner: growth
-- materialized: view
-- column: member_id: the person; accounts joined by identity are one
-- column: registered_at, registered_date: the earliest registration (UTC), and its company day
-- column: channel_id, estate_id: of the person, as in dim_member
-- column: invited_30d: persons invited within 30 days, the day of registration being the first; nobody invites oneself
-- column: converted_30d: of these, those who first paid within 30 days, the day of the invitation being the first
-- column: is_mature: the 30 days and the 30 from the last of them on lie within the data at hand
-- empty: nobody registered with a day
WITH invited AS (
    SELECT DISTINCT
        coalesce(a.member_id, r.inviter_member_id) AS inviter_id,
        coalesce(b.member_id, r.invitee_member_id) AS invitee_id,
        r.referred_date
    FROM fct_referrals AS r
    LEFT JOIN stg_joined_accounts AS a ON a.source_member_id = r.inviter_member_id
    LEFT JOIN stg_joined_accounts AS b ON b.source_member_id = r.invitee_member_id
    WHERE r.inviter_kind = 'member'
),

counts AS (
    SELECT
        i.inviter_id,
        count(DISTINCT i.invitee_id) AS invited,
        count(DISTINCT i.invitee_id) FILTER (f.paid_date - i.referred_date BETWEEN 0 AND 29) AS converted
    FROM invited AS i
    JOIN dim_member AS m ON m.member_id = i.inviter_id
    LEFT JOIN dim_first_order AS f ON f.member_id = i.invitee_id
    WHERE i.inviter_id <> i.invitee_id AND i.referred_date - m.registered_date BETWEEN 0 AND 29
    GROUP BY i.inviter_id
)

SELECT
    m.member_id, m.registered_at, m.registered_date, m.channel_id, m.estate_id,
    coalesce(c.invited, 0) AS invited_30d,
    coalesce(c.converted, 0) AS converted_30d,
    coalesce(m.registered_date + 58 <= l.until, FALSE) AS is_mature
FROM dim_member AS m
LEFT JOIN counts AS c ON c.inviter_id = m.member_id
CROSS JOIN (SELECT max(paid_date) AS until FROM fct_orders) AS l
WHERE m.registered_date IS NOT NULL AND NOT m.is_test
