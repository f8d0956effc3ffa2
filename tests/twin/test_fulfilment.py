"""Shapes of fulfilment and after-sales: late trucks, counts at hand-overs, evening collection, and what follows a shortage."""

from __future__ import annotations


def test_most_is_on_time(ask):
    share = ask("""
        SELECT sum(qty) FILTER (occurred_at <= promised_at) / sum(pieces) FROM parcel LEFT JOIN delivery_event USING (parcel_id)
        WHERE stage IN ('point_signed', 'delivered')""")
    assert 0.90 < share < 0.99


def test_one_late_truck_delays_many_points(ask):
    """Points that are late on a day are late together: on a trip with a late point most points are late."""
    together, trips, points = ask("""
        WITH p AS (SELECT trip_id, place_id, max(CAST(occurred_at > promised_at AS INT)) AS late
            FROM delivery_event JOIN parcel USING (parcel_id) WHERE stage = 'point_signed' GROUP BY ALL),
        t AS (SELECT trip_id, count(*) AS n, sum(late) AS late FROM p GROUP BY 1)
        SELECT sum(late) / sum(n), count(*), max(late) FROM t WHERE late > 0""")
    assert trips >= 5
    assert together > 0.4
    assert points >= 5
    overall = ask(
        "SELECT avg(CAST(occurred_at > promised_at AS INT)) FROM delivery_event JOIN parcel USING (parcel_id) WHERE stage = 'point_signed'"
    )
    assert together > 8 * overall


def test_counts_never_grow_from_central_to_point(ask):
    """Per batch: what the grids count is what they hand on; what is missing is missing further down."""
    wrong = ask("""
        WITH c AS (SELECT batch_id, to_id AS grid, sum(counted_qty) AS got FROM handover WHERE to_kind = 'grid' GROUP BY ALL),
        p AS (SELECT batch_id, from_id AS grid, sum(expected_qty) AS passed, sum(counted_qty) AS signed FROM handover WHERE to_kind = 'point' GROUP BY ALL)
        SELECT count(*) FROM c JOIN p USING (batch_id, grid) WHERE passed <> got OR signed > passed""")
    assert wrong == 0
    assert ask("SELECT count(*) FROM handover WHERE counted_qty <> expected_qty - short_qty") == 0
    central, grid = ask(
        "SELECT sum(short_qty) FILTER (to_kind = 'grid'), sum(short_qty) FILTER (to_kind = 'point') FROM handover"
    )
    assert central > 100
    assert grid > 100


def test_pieces_counted_at_points_reach_the_buyers(ask):
    """What points signed for, hand-over by hand-over, is what the parcels say was signed for."""
    counted, signed = ask("""
        SELECT (SELECT sum(counted_qty) FROM handover WHERE to_kind = 'point' AND handed_at < TIMESTAMPTZ '2026-04-12 00:00:00+08'),
            (SELECT sum(qty) FROM delivery_event WHERE stage = 'point_signed' AND occurred_at < TIMESTAMPTZ '2026-04-12 00:00:00+08')""")
    assert counted == signed


def test_people_collect_in_the_evening(ask):
    evening = ask(
        "SELECT avg(CAST(hour(occurred_at) BETWEEN 17 AND 21 AS INT)) FROM delivery_event WHERE stage = 'collected'"
    )
    assert 0.55 < evening < 0.9
    assert (
        ask(
            "SELECT count(*) FROM delivery_event AS a JOIN delivery_event AS b USING (parcel_id) WHERE a.stage = 'collected' AND b.stage = 'point_signed' AND a.occurred_at <= b.occurred_at"
        )
        == 0
    )


def test_some_goods_are_not_collected(ask):
    left, back, total = ask(
        "SELECT count(*) FILTER (stage = 'notified'), count(*) FILTER (stage = 'returned'), count(*) FILTER (stage = 'point_signed') FROM delivery_event"
    )
    assert 0.02 < left / total < 0.05
    assert 0.003 < back / total < 0.02
    assert (
        ask(
            "SELECT count(*) FROM after_sale_case WHERE reason = 'uncollected' AND liability IS DISTINCT FROM 'member' AND closed_at IS NOT NULL"
        )
        == 0
    )


def test_the_shortage_rate(ask):
    rate = ask(
        "SELECT (SELECT sum(qty) FROM after_sale_case WHERE kind = 'shortage') / (SELECT sum(pieces) FROM parcel WHERE delivery_date < DATE '2026-04-12')"
    )
    assert 0.006 < rate < 0.03


def test_every_shortage_flows_to_refund_liability_reversal_and_recourse(ask):
    """Pieces short in a parcel = pieces in its shortage cases; each closed case is paid back, charged and set off."""
    wrong = ask("""
        WITH s AS (SELECT parcel.order_id, any_value(pieces) - sum(qty) AS short FROM parcel JOIN delivery_event USING (parcel_id)
            WHERE stage IN ('point_signed', 'delivered') AND delivery_date < DATE '2026-04-12' GROUP BY ALL),
        c AS (SELECT order_id, sum(qty) AS qty FROM after_sale_case WHERE kind = 'shortage' GROUP BY 1)
        SELECT count(*) FROM s LEFT JOIN c USING (order_id) WHERE short <> coalesce(qty, 0)""")
    assert wrong == 0
    closed = "FROM after_sale_case AS c WHERE kind = 'shortage' AND closed_at IS NOT NULL"
    assert ask(f"SELECT count(*) {closed} AND liability IS NULL") == 0
    liable = {who for (who,) in ask(f"SELECT DISTINCT liability {closed}")}
    assert liable == {"supplier", "warehouse", "grid", "point"}
    unpaid = ask(
        f"SELECT count(*) {closed} AND granted_fen > 0 AND NOT EXISTS (SELECT 1 FROM refund AS r WHERE r.case_id = c.case_id AND r.amount_fen = c.granted_fen)"
    )
    assert unpaid == 0
    assert (
        ask("""SELECT count(*) FROM refund AS r WHERE r.case_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM cost_entry AS e WHERE e.document_id = r.refund_id AND e.pool = 'commission' AND e.amount_fen = -(r.amount_fen // 10))""")
        == 0
    )
    taken = ask(f"SELECT sum(recourse_fen) / sum(granted_fen) {closed} AND liability = 'supplier'")
    assert 0.8 < taken < 0.95
    assert (
        ask(
            f"SELECT count(*) {closed} AND liability = 'supplier' AND liable_id NOT IN (SELECT supplier_id FROM supplier)"
        )
        == 0
    )


def test_no_refund_exceeds_what_was_paid(ask):
    assert (
        ask(
            "SELECT count(*) FROM (SELECT order_id, sum(amount_fen) AS back FROM refund GROUP BY 1) JOIN orders USING (order_id) WHERE back > paid_fen"
        )
        == 0
    )
    assert (
        ask("""SELECT count(*) FROM (SELECT order_id, line_no, sum(amount_fen) AS back FROM refund WHERE line_no IS NOT NULL GROUP BY ALL)
        JOIN order_line USING (order_id, line_no) WHERE back > paid_fen""")
        == 0
    )
    assert (
        ask("SELECT count(*) FROM refund JOIN orders USING (order_id) WHERE refunded_at < paid_at OR paid_at IS NULL")
        == 0
    )
    assert (
        0.015
        < ask(
            "SELECT (SELECT sum(amount_fen) FROM refund) / (SELECT sum(paid_fen) FROM orders WHERE paid_at IS NOT NULL)"
        )
        < 0.06
    )


def test_ratings_follow_what_happened(ask):
    hurt, well = ask("""
        SELECT avg(score) FILTER (b.order_id IS NOT NULL), avg(score) FILTER (b.order_id IS NULL) FROM rating AS r LEFT JOIN (
            SELECT DISTINCT order_id FROM after_sale_case WHERE reason IN ('missing', 'rotten')) AS b USING (order_id)""")
    assert hurt < 3.0
    assert well > 4.2
    assert 0.75 < ask("SELECT avg(CAST(score >= 4 AS INT)) FROM rating") < 0.95


def test_the_disappointed_leave(ask):
    """Within four weeks of a spoilt or missing piece more of the regular are lost than of their like."""
    hurt, well = ask("""
        WITH bad AS (SELECT o.member_id, min(c.opened_date) AS day FROM after_sale_case AS c JOIN orders AS o USING (order_id)
            WHERE c.reason IN ('missing', 'rotten') AND c.opened_date BETWEEN DATE '2026-02-23' AND DATE '2026-03-14' GROUP BY 1),
        m AS (SELECT t.member_id, t.left_day, b.day FROM truth.member AS t LEFT JOIN bad AS b USING (member_id)
            WHERE t.kind IN ('loyal', 'regular', 'bargain') AND EXISTS (SELECT 1 FROM orders AS o WHERE o.member_id = t.member_id AND o.placed_date BETWEEN DATE '2026-02-22' AND DATE '2026-03-10'))
        SELECT avg(CAST(left_day BETWEEN date_diff('day', DATE '1970-01-01', day) AND date_diff('day', DATE '1970-01-01', day) + 28 AS INT)) FILTER (day IS NOT NULL),
            avg(CAST(left_day BETWEEN 20_515 AND 20_543 AS INT)) FILTER (day IS NULL) FROM m""")
    assert hurt > 1.15 * well
    shocked, calm = ask(
        "SELECT median(hazard) FILTER (shock > 0.3), median(hazard) FILTER (shock = 0) FROM truth.churn JOIN truth.member USING (member_id) WHERE kind = 'regular'"
    )
    assert shocked > 1.5 * calm
