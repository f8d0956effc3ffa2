-- grain: one row per invited person
-- key: invitee_member_id
-- owner: growth
-- materialized: table
-- incremental: key=invitee_member_id from=referral
-- touched: SELECT member_id AS invitee_member_id FROM changed.dim_first_order
-- check: unique(invitee_member_id)
-- column: is_converted: the invited person has a paid order
-- column: is_self: inviter and invited are the same member
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
