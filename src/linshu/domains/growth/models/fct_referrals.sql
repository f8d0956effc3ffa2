-- grain: one row per invited person
-- key: invitee_member_id
-- owner: growth
-- materialized: table
-- incremental: key=invitee_member_id from=referral
-- touched: SELECT member_id AS invitee_member_id FROM changed.dim_first_order
-- check: unique(invitee_member_id)
-- column: is_converted: the invited person has a paid order
-- column: is_self: inviter and invited are the same member
-- column: invitee_member_id: the person invited
-- column: inviter_kind, inviter_id: leader or member, and which
-- column: leader_id, inviter_member_id: the same as two columns, the other one empty
-- column: referred_at, referred_date: when (UTC), and its company day
-- column: community_id, campaign_id: through which group and campaign
-- column: reward_state: pending, earned, paid or rejected
-- column: reward_fen (fen): what the inviter gets for it
-- column: first_paid_at: when the invited person first paid
-- late: a row that lands late is there after the next build
-- empty: nobody was invited, or the source keeps no inviter
SELECT
    r.invitee_member_id, r.inviter_kind, r.inviter_id,
    CASE WHEN r.inviter_kind = 'leader' THEN r.inviter_id END AS leader_id,
    CASE WHEN r.inviter_kind = 'member' THEN r.inviter_id END AS inviter_member_id,
    r.referred_at, r.referred_date, r.community_id, r.campaign_id, r.reward_state,
    CAST(coalesce(r.reward_fen, 0) AS BIGINT) AS reward_fen,
    o.paid_at AS first_paid_at, o.paid_at IS NOT NULL AS is_converted,
    r.inviter_kind = 'member' AND r.inviter_id = r.invitee_member_id AS is_self
FROM stg_referrals AS r
LEFT JOIN dim_first_order AS o ON r.invitee_member_id = o.member_id
