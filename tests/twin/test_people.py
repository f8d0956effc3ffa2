"""Shapes of people: leaders of differing skill who sleep, leave, are poached or move; members who come, stay and go."""

from __future__ import annotations


def test_leaders_differ_in_skill_and_few_sell_most(ask):
    share = ask("""
        WITH g AS (SELECT community_id, sum(paid_fen) AS paid FROM orders GROUP BY 1),
        r AS (SELECT paid, percent_rank() OVER (ORDER BY paid DESC) AS place FROM g)
        SELECT sum(paid) FILTER (place < 0.2) / sum(paid) FROM r""")
    assert 0.35 < share < 0.75
    assert 0.35 < ask("SELECT stddev(ln(skill)) FROM truth.leader") < 0.65


def test_a_long_tail_of_groups_sleeps(ask):
    asleep = ask("SELECT avg(CAST(dormant_at_first AS INT)) FROM truth.leader")
    assert 0.12 < asleep < 0.42
    few = ask("""
        SELECT avg(CAST(n < (SELECT 0.15 * avg(c) FROM (SELECT count(*) AS c FROM orders GROUP BY community_id)) AS INT))
        FROM (SELECT c.community_id, count(o.order_id) AS n FROM community AS c LEFT JOIN orders AS o USING (community_id) GROUP BY 1)""")
    assert 0.15 < few < 0.5


def test_poached_leaders_take_members_along(ask):
    """Of the members of a poached leader, two to three in five are lost within three weeks; elsewhere far fewer."""
    lost = """
        SELECT avg(CAST(coalesce(c.day BETWEEN l.day AND l.day + 21, FALSE) AS INT))
        FROM truth.leadership AS l JOIN truth.member AS m USING (community_id) LEFT JOIN truth.churn AS c USING (member_id)
        WHERE l.kind {} 'poached' AND m.kind <> 'leader' AND (c.day IS NULL OR c.day >= l.day)"""
    assert ask("SELECT count(*) FROM truth.leadership WHERE kind = 'poached'") >= 2
    assert 0.35 < ask(lost.format("=")) < 0.7
    assert ask(lost.format("=")) > 3 * ask(lost.format("<>"))


def test_leaders_leave_and_are_replaced(ask):
    """Every leader who leaves is followed by another within two weeks, and the old one is marked as gone."""
    ended = ask("SELECT count(*) FROM leader_assignment WHERE valid_to IS NOT NULL")
    assert ended >= 5
    followed = ask("""
        SELECT count(*) FROM leader_assignment AS a JOIN leader_assignment AS b ON a.community_id = b.community_id
        AND b.valid_from >= a.valid_to AND b.valid_from <= a.valid_to + INTERVAL 15 DAY WHERE a.valid_to IS NOT NULL""")
    assert followed == ended
    assert ask("SELECT count(*) FROM leader WHERE status = 'left' AND left_on IS NOT NULL") >= 4


def test_a_leader_moves_to_another_group(ask):
    moved = ask("""
        SELECT count(*) FROM leader_assignment AS a JOIN leader_assignment AS b ON a.leader_id = b.leader_id
        AND a.community_id <> b.community_id AND a.valid_to = b.valid_from""")
    assert moved >= 1


def test_orders_name_the_leader_of_their_day(ask):
    strange = ask("""
        SELECT count(*) FROM orders AS o WHERE NOT EXISTS (
            SELECT 1 FROM leader_assignment AS a WHERE a.community_id = o.community_id AND a.leader_id = o.leader_id
            AND o.placed_at >= a.valid_from - INTERVAL 1 DAY AND (a.valid_to IS NULL OR o.placed_at < a.valid_to + INTERVAL 1 DAY))""")
    assert strange == 0


def test_members_come_through_inviters_who_were_there_before(ask):
    by_member, by_leader = ask("""
        SELECT avg(CAST(inviter_member_id IS NOT NULL AS INT)), avg(CAST(inviter_leader_id IS NOT NULL AS INT)) FROM member""")
    assert 0.2 < by_member < 0.4
    assert 0.4 < by_leader < 0.65
    assert (
        ask(
            "SELECT count(*) FROM member AS m JOIN member AS i ON m.inviter_member_id = i.member_id WHERE i.registered_at >= m.registered_at"
        )
        == 0
    )


def test_inviting_is_heavy_tailed(ask):
    most, mean = ask(
        "SELECT max(n), avg(n) FROM (SELECT count(*) AS n FROM member WHERE inviter_member_id IS NOT NULL GROUP BY inviter_member_id)"
    )
    assert most > 6 * mean


def test_some_members_sit_in_several_groups(ask):
    share = ask(
        "SELECT avg(CAST(n > 1 AS INT)) FROM (SELECT member_id, count(DISTINCT community_id) AS n FROM group_member GROUP BY 1)"
    )
    assert 0.10 < share < 0.25
    assert (
        ask("SELECT count(*) FROM (SELECT member_id FROM orders GROUP BY 1 HAVING count(DISTINCT community_id) > 1)")
        > 100
    )


def test_members_live_a_life_cycle(ask):
    """Newcomers buy more often in their first three weeks than later; one-timers are soon lost, the loyal stay."""
    early, later = ask("""
        WITH x AS (SELECT date_diff('day', m.registered_date, o.placed_date) AS age FROM orders AS o
            JOIN member AS m USING (member_id) JOIN truth.member AS t USING (member_id)
            WHERE m.registered_date BETWEEN DATE '2026-01-15' AND DATE '2026-01-31' AND t.kind IN ('regular', 'loyal'))
        SELECT count(*) FILTER (age BETWEEN 0 AND 13) / 14, count(*) FILTER (age BETWEEN 40 AND 67) / 28 FROM x""")
    assert early > 1.1 * later
    lost = dict(
        ask(
            "SELECT kind, avg(CAST(left_day >= 0 AS INT)) FROM truth.member WHERE kind IN ('loyal', 'regular', 'one_time') GROUP BY 1"
        )
    )
    assert lost["loyal"] < 0.2 < lost["regular"] < 0.6 < lost["one_time"]


def test_noisy_groups_do_not_buy(ask):
    """They talk several times as much per member and buy a tenth."""
    talk, quiet = ask("""
        WITH g AS (SELECT community_id, sum(messages) AS said FROM chat_activity GROUP BY 1),
        m AS (SELECT community_id, count(*) AS members FROM group_member GROUP BY 1)
        SELECT sum(said) FILTER (noisy) / sum(members) FILTER (noisy), sum(said) FILTER (NOT noisy) / sum(members) FILTER (NOT noisy)
        FROM truth.group JOIN g USING (community_id) JOIN m USING (community_id)""")
    assert talk > 2.5 * quiet
    bought, usual = ask("""
        WITH o AS (SELECT community_id, count(*) AS n FROM orders GROUP BY 1),
        m AS (SELECT community_id, count(*) AS members FROM group_member GROUP BY 1)
        SELECT sum(coalesce(n, 0)) FILTER (noisy) / sum(members) FILTER (noisy), sum(n) FILTER (NOT noisy) / sum(members) FILTER (NOT noisy)
        FROM truth.group JOIN m USING (community_id) LEFT JOIN o USING (community_id)""")
    assert bought < 0.3 * usual


def test_telephone_numbers_are_distinct_and_nobodys(ask):
    total, distinct, strange = ask(
        "SELECT count(*), count(DISTINCT phone), count(*) FILTER (NOT regexp_matches(phone, '^154[0-9]{8}$')) FROM member"
    )
    assert total == distinct
    assert strange == 0
