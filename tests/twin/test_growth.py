"""Shapes of growth and money: talk, shares, visits, campaigns with known effect, tricks, marketing spend, bills."""

from __future__ import annotations


def test_chat_follows_the_day(ask):
    by_hour = dict(ask("SELECT activity_hour, sum(messages) FROM chat_activity GROUP BY 1"))
    assert max(by_hour, key=by_hour.get) == 20
    assert ask("SELECT sum(joins) FROM chat_activity") > 1000
    assert ask("SELECT sum(leaves) FROM chat_activity") > 200
    assert ask("SELECT count(*) FROM chat_activity WHERE participants > messages + interactions") == 0


def test_shares_bring_visits_and_visits_bring_orders(ask):
    leaders, members = ask(
        "SELECT count(*) FILTER (sharer_kind = 'leader'), count(*) FILTER (sharer_kind = 'member') FROM share"
    )
    assert leaders > 3 * members > 0
    assert 0.2 < ask("SELECT avg(CAST(share_id IS NOT NULL AS INT)) FROM orders") < 0.5
    assert (
        ask(
            "SELECT count(*) FROM orders AS o JOIN share AS s USING (share_id) WHERE s.shared_at >= o.placed_at OR s.community_id <> o.community_id"
        )
        == 0
    )
    assert (
        ask(
            "SELECT count(*) FROM visit AS v JOIN orders AS o USING (order_id) WHERE v.visited_at >= o.placed_at OR v.member_id <> o.member_id"
        )
        == 0
    )
    bought, other = ask(
        "SELECT count(*) FILTER (order_id IS NOT NULL), count(*) FILTER (order_id IS NULL AND NOT is_new_visitor) FROM visit"
    )
    assert 0.6 < other / bought < 0.9


def test_new_visitors_convert(ask):
    """Of the new visitors four in ten register; of those who do, most order within a week."""
    share = ask("SELECT count(DISTINCT member_id) / count(DISTINCT visitor_id) FROM visit WHERE is_new_visitor")
    assert 0.35 < share < 0.5
    first = ask("""
        SELECT avg(CAST(coalesce(o.first <= m.registered_at + INTERVAL 7 DAY, FALSE) AS INT)) FROM member AS m
        JOIN (SELECT DISTINCT member_id FROM visit WHERE is_new_visitor) USING (member_id)
        LEFT JOIN (SELECT member_id, min(placed_at) AS first FROM orders GROUP BY 1) AS o USING (member_id)
        WHERE m.registered_date BETWEEN DATE '2026-02-23' AND DATE '2026-04-01'""")
    assert 0.15 < first < 0.7


def test_referrals_have_inviters_and_rewards(ask):
    states = dict(ask("SELECT reward_state, count(*) FROM referral GROUP BY 1"))
    assert set(states) == {"pending", "earned", "rejected"}
    assert states["earned"] > 2 * states["rejected"] > 0
    assert (
        ask(
            "SELECT count(*) FROM referral AS r JOIN member AS m ON m.member_id = r.invitee_member_id WHERE inviter_id IS DISTINCT FROM coalesce(inviter_member_id, inviter_leader_id)"
        )
        == 0
    )


def test_coupon_campaigns_work_as_the_truth_says(ask):
    """What the coupons added, against the same chance without them, is the planted lift."""
    for lift, buyers, without in ask(
        "SELECT lift, sum(buyers), sum(buyers_without) FROM truth.campaign_effect WHERE lift > 1.1 GROUP BY 1"
    ):
        assert abs(buyers / without / lift - 1) < 0.15
    after = ask("SELECT sum(buyers) / sum(buyers_without) FROM truth.campaign_effect WHERE lift < 1")
    assert 0.85 < after < 0.99


def test_a_fifth_is_held_out(ask):
    held = ask("SELECT avg(CAST(NOT treated AS INT)) FROM truth.campaign_arm")
    assert 0.17 < held < 0.23
    assert (
        ask(
            "SELECT count(*) FROM coupon_grant AS g JOIN truth.campaign_arm AS a USING (campaign_id, member_id) WHERE NOT a.treated"
        )
        == 0
    )
    on_record = ask("""SELECT count(*) FROM truth.campaign_arm AS a JOIN experiment_assignment AS x ON x.experiment_id = a.campaign_id
        AND x.unit_id = a.member_id AND x.arm = CASE WHEN a.treated THEN 'treatment' ELSE 'holdout' END""")
    assert on_record == ask("SELECT count(*) FROM truth.campaign_arm")
    assert (
        ask(
            "SELECT count(*) FROM touch AS t JOIN truth.campaign_arm AS a ON a.campaign_id = t.campaign_id AND a.member_id = t.unit_id WHERE NOT a.treated"
        )
        == 0
    )
    more, less = ask("""
        WITH a AS (SELECT a.campaign_id, a.member_id, a.treated, c.starts_date, c.starts_date + 6 AS ends FROM truth.campaign_arm AS a JOIN campaign AS c USING (campaign_id) WHERE c.kind = 'recall')
        SELECT avg(n) FILTER (treated), avg(n) FILTER (NOT treated) FROM (
            SELECT a.member_id, a.campaign_id, treated, count(o.order_id) AS n FROM a LEFT JOIN orders AS o ON o.member_id = a.member_id AND o.placed_date >= starts_date AND o.placed_date < ends GROUP BY ALL)""")
    assert more > less


def test_coupons_are_used_once_and_lapse(ask):
    used, lapsed, granted = ask(
        "SELECT count(*) FILTER (kind = 'used'), count(*) FILTER (kind = 'expired'), (SELECT count(*) FROM coupon_grant) FROM coupon_event"
    )
    assert used > 100
    assert used + lapsed <= granted
    assert ask("SELECT count(*) FROM (SELECT coupon_grant_id FROM coupon_event GROUP BY 1 HAVING count(*) > 1)") == 0
    wrong = ask("""SELECT count(*) FROM coupon_event AS e JOIN orders AS o USING (order_id) JOIN coupon_grant AS g USING (coupon_grant_id) JOIN coupon AS c USING (coupon_id)
        WHERE e.kind = 'used' AND (o.member_id <> g.member_id OR o.discount_platform_fen <> c.face_fen OR o.goods_fen < c.threshold_fen OR o.campaign_id <> c.campaign_id)""")
    assert wrong == 0
    assert (
        ask(
            "SELECT count(*) FROM coupon_event AS e JOIN coupon_grant USING (coupon_grant_id) WHERE e.occurred_at < granted_at"
        )
        == 0
    )
    assert ask("SELECT sum(amount_fen) FROM coupon_event WHERE kind = 'used'") == ask(
        "SELECT sum(discount_platform_fen) FROM orders WHERE paid_at IS NOT NULL"
    )


def test_experiments_split_in_halves_and_mark_orders(ask):
    for arm_share in ask(
        "SELECT avg(CAST(arm = 'treatment' AS INT)) FROM experiment_assignment WHERE unit_kind = 'member' AND starts_with(experiment_id, 'X') GROUP BY experiment_id"
    ):
        assert 0.46 < arm_share[0] < 0.54
    assert {unit for (unit,) in ask("SELECT DISTINCT unit_kind FROM experiment_assignment")} == {"member", "community"}
    wrong = ask("""
        SELECT count(*) FROM orders AS o JOIN experiment_assignment AS x ON x.unit_kind = 'member' AND x.unit_id = o.member_id
        AND starts_with(o.experiment_arm, x.experiment_id || ':') WHERE o.experiment_arm <> x.experiment_id || ':' || x.arm""")
    assert wrong == 0
    assert ask("SELECT count(*) FROM truth.experiment") >= 3


def test_some_leaders_order_from_themselves_at_the_months_end(ask):
    """The tricksters' own orders fall on the last days of the month, many times their usual pace."""
    at_end, usual = ask("""
        WITH own AS (SELECT o.placed_date FROM orders AS o JOIN leader AS l ON l.member_id = o.member_id AND l.leader_id = o.leader_id
            WHERE l.leader_id IN (SELECT leader_id FROM truth.fraud WHERE kind = 'self_order'))
        SELECT count(*) FILTER (day(placed_date) >= 28 OR placed_date BETWEEN DATE '2026-02-25' AND DATE '2026-02-28') / 12, count(*) FILTER (day(placed_date) < 25) / 65 FROM own""")
    assert at_end > 4 * usual


def test_invented_newcomers_come_in_bursts_and_never_again(ask):
    count, orders, spread = ask("""
        SELECT count(DISTINCT f.member_id), count(o.order_id) / count(DISTINCT f.member_id), max(m.registered_at) - min(m.registered_at) < INTERVAL 90 DAY
        FROM truth.fraud AS f JOIN member AS m USING (member_id) LEFT JOIN orders AS o USING (member_id) WHERE f.kind = 'farmed'""")
    assert count >= 20
    assert 0.9 <= orders <= 1.0
    assert spread
    burst = ask(
        "SELECT max(n) FROM (SELECT count(*) AS n FROM truth.fraud JOIN member USING (member_id) WHERE kind = 'farmed' GROUP BY inviter_leader_id, time_bucket(INTERVAL 20 MINUTE, registered_at))"
    )
    assert burst >= 5


def test_marketing_money_is_spent(ask):
    kinds = {kind for (kind,) in ask("SELECT DISTINCT kind FROM marketing_cost")}
    assert kinds >= {"advert", "content", "reward"}
    share = ask(
        "SELECT sum(amount_fen) / (SELECT sum(paid_fen) FROM orders WHERE paid_at IS NOT NULL) FROM marketing_cost"
    )
    assert 0.003 < share < 0.05
    low, high = ask("SELECT quantile_cont(spend_1, 0.1), quantile_cont(spend_1, 0.9) FROM truth.advert")
    assert high > 2 * low


def test_bills_differ_from_the_books_exactly_where_errors_were_planted(ask):
    """Missing, double, wrong and unknown lines: each is in the truth, and nothing else is off."""
    planted = dict(ask("SELECT kind, count(*) FROM truth.bill_error GROUP BY 1"))
    assert set(planted) == {"missing", "duplicate", "amount", "fee", "unknown"}
    told = "DATE '2026-04-10'"
    found = set(
        ask(f"""
        WITH b AS (SELECT our_trade_id AS order_id, sum(amount_fen) AS billed FROM channel_bill_line WHERE kind = 'trade' GROUP BY 1)
        SELECT p.order_id FROM payment AS p LEFT JOIN b USING (order_id) WHERE p.paid_date < {told} AND p.amount_fen IS DISTINCT FROM b.billed""")
    )
    true = set(ask(f"SELECT DISTINCT order_id FROM truth.bill_error WHERE day < {told} AND kind <> 'fee'"))
    assert found
    assert found <= true
    wrong_fee = ask(f"""SELECT count(DISTINCT our_trade_id) FROM channel_bill_line WHERE kind = 'trade' AND traded_date < {told} AND our_trade_id IS NOT NULL
        AND fee_fen <> (abs(amount_fen) * 6000 + 500000) // 1000000 AND our_trade_id NOT IN (SELECT order_id FROM truth.bill_error)""")
    assert wrong_fee == 0
    assert ask("SELECT count(*) FROM channel_bill_line WHERE our_trade_id IS NULL") > 0


def test_leaders_are_paid_what_they_earned(ask):
    owed, drawn = ask("""
        SELECT (SELECT sum(amount_fen) FROM cost_entry WHERE pool = 'commission' AND amount_fen > 0 AND document_id IS NULL AND cost_date BETWEEN DATE '2026-02-02' AND DATE '2026-04-01'),
            (SELECT sum(amount_fen) FROM withdrawal WHERE requested_at >= TIMESTAMPTZ '2026-02-25 00:00:00+08')""")
    assert 0.9 < drawn / owed <= 1.0
    tiers = {tier for (tier,) in ask("SELECT DISTINCT tier FROM leader_tier")}
    assert tiers == {"青铜", "白银", "黄金", "钻石"}
    assert ask("SELECT count(*) FROM leader_tier WHERE valid_to IS NOT NULL") > 5


def test_the_company_has_costs_of_every_kind(ask):
    pools = {pool for (pool,) in ask("SELECT DISTINCT pool FROM cost_entry")}
    assert pools >= {
        "warehouse",
        "sorting",
        "trunk",
        "last_mile",
        "packaging",
        "commission",
        "service",
        "technology",
        "rent",
        "labour",
    }
    share = ask(
        "SELECT sum(amount_fen) FILTER (pool IN ('sorting', 'trunk', 'last_mile', 'packaging', 'warehouse')) / (SELECT sum(paid_fen) FROM orders WHERE paid_at IS NOT NULL) FROM cost_entry"
    )
    assert 0.05 < share < 0.35


def test_surveys_totes_counts_and_accounts_are_told(ask):
    """Smaller things a company of this kind keeps: recommendation scores, totes, stock counts, second accounts, content."""
    assert 7 < ask("SELECT avg(score) FROM survey_answer") < 9
    out, back = ask(
        "SELECT sum(pieces) FILTER (to_kind = 'grid'), sum(pieces) FILTER (to_kind = 'central') FROM container_movement"
    )
    assert 0.95 < back / out < 1.0
    assert ask("SELECT count(*) FROM stock_count WHERE qty >= book_qty") == 0
    assert 0.08 < ask("SELECT (SELECT count(*) FROM identity) / (SELECT count(*) FROM member)") < 0.16
    assert ask("SELECT count(DISTINCT kind) FROM content") == 4
