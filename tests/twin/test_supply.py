"""Shapes of goods and stock: shelf lives, supply modes, weighed goods, combos, bad lots, unreliable suppliers."""

from __future__ import annotations


def test_the_range_of_goods(ask):
    count, shelves, suppliers = ask(
        "SELECT count(*), count(DISTINCT category_id), count(DISTINCT supplier_id) FROM sku"
    )
    assert 300 <= count <= 1500
    assert shelves == 15
    assert suppliers >= 30
    shortest, longest = ask("SELECT min(shelf_life_days), max(shelf_life_days) FROM sku")
    assert shortest <= 2
    assert longest >= 720
    assert {mode for (mode,) in ask("SELECT DISTINCT supply_mode FROM sku")} == {
        "stocked",
        "prepared",
        "buy_to_order",
        "dropship",
    }
    assert ask("SELECT count(*) FROM sku WHERE launched_on > DATE '2026-01-20'") > 5


def test_combos_are_made_of_skus(ask):
    combos, parts = ask("SELECT count(DISTINCT sku_id), count(*) FROM sku_component")
    assert combos >= 5
    assert parts > 2 * combos
    assert ask("SELECT count(*) FROM order_line JOIN sku USING (sku_id) WHERE is_combo") > 50


def test_fresh_goods_are_priced_anew_each_week(ask):
    changes = ask(
        "SELECT avg(n) FROM (SELECT count(*) AS n FROM price JOIN sku USING (sku_id) WHERE shelf_life_days <= 5 AND launched_on < DATE '2026-01-01' AND retired_on IS NULL GROUP BY sku_id)"
    )
    assert 12 <= changes <= 15
    assert (
        ask(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM price JOIN sku USING (sku_id) WHERE shelf_life_days > 100 GROUP BY sku_id)"
        )
        == 1
    )


def test_only_what_is_bought_to_order_is_bought_after_the_cut_off(ask):
    modes = dict(
        ask("""
        SELECT supply_mode, avg(CAST(hour(ordered_at) = 23 AS INT)) FROM purchase_order_line
        JOIN purchase_order USING (purchase_order_id) JOIN sku USING (sku_id) GROUP BY 1""")
    )
    assert modes == {"buy_to_order": 1.0, "prepared": 0.0, "stocked": 0.0}


def test_stock_never_goes_below_nothing(ask):
    """Movement by movement, in the order of time, no warehouse sends out what it does not have."""
    least = ask("""SELECT min(held) FROM (SELECT sum(qty) OVER (PARTITION BY warehouse_id, sku_id ORDER BY moved_at, qty DESC
        ROWS UNBOUNDED PRECEDING) AS held FROM stock_movement)""")
    assert least == 0


def test_what_was_sold_left_the_warehouse(ask):
    sold, out, missing = ask("""
        SELECT (SELECT sum(qty) FROM order_line JOIN orders USING (order_id) JOIN sku USING (sku_id)
                WHERE status IN ('paid', 'closed') AND supply_mode <> 'dropship' AND placed_date < DATE '2026-04-12'),
            (SELECT -sum(qty) FROM stock_movement WHERE kind = 'sale' AND moved_date <= DATE '2026-04-12'),
            (SELECT sum(short_qty) FROM handover WHERE from_kind = 'central')""")
    assert 0 < sold - out < 1.5 * missing + 50


def test_suppliers_come_short_and_late(ask):
    short, received = ask(
        "SELECT avg(CAST(received_qty < ordered_qty AS INT)), sum(received_qty) / sum(ordered_qty) FROM purchase_order_line"
    )
    assert 0.005 < short < 0.06
    assert 0.97 < received < 1.0
    assert (
        0.002
        < ask("SELECT avg(CAST(received_at > expected_at AS INT)) FROM purchase_order WHERE received_at IS NOT NULL")
        < 0.06
    )
    worst = ask("""SELECT max(late) / avg(late) FROM truth.supplier""")
    assert worst > 2.5


def test_goods_are_lost_by_five_causes(ask):
    causes = {cause for (cause,) in ask("SELECT DISTINCT cause FROM stock_movement WHERE kind IN ('loss', 'count')")}
    assert causes == {"expired", "transit", "after_sale", "uncollected", "theft"}
    rate = ask("SELECT sum(cost_fen) FILTER (kind = 'loss') / sum(cost_fen) FILTER (kind = 'sale') FROM stock_movement")
    assert 0.01 < rate < 0.08


def test_rot_comes_in_clusters(ask):
    """A tenth of the warehouse-days of a fresh SKU hold more than half of its spoilt goods: bad lots, not bad luck."""
    share = ask("""
        WITH d AS (
            SELECT l.sku_id, o.shop_id, o.placed_date, sum(l.qty) AS sold, count(c.case_id) AS cases
            FROM order_line AS l JOIN orders AS o USING (order_id) JOIN sku AS k USING (sku_id)
            LEFT JOIN after_sale_case AS c ON c.order_id = l.order_id AND c.line_no = l.line_no AND c.reason = 'rotten'
            WHERE k.shelf_life_days <= 5 GROUP BY ALL),
        r AS (SELECT cases, sold, percent_rank() OVER (ORDER BY cases / sold DESC, sold) AS place FROM d)
        SELECT sum(cases) FILTER (place < 0.1) / sum(cases) FROM r""")
    assert share > 0.5
    assert ask("SELECT count(*) FROM truth.bad_lot") > 20
    known = ask("SELECT count(*) FROM truth.bad_lot AS b JOIN stock_batch AS s ON s.stock_batch_id = b.lot_id")
    assert known > 0.95 * ask("SELECT count(*) FROM truth.bad_lot WHERE day < DATE '2026-04-12'")
    bad, good = ask("""
        WITH out AS (
            SELECT m.sku_id, m.warehouse_id, m.moved_date, bool_or(b.lot_id IS NOT NULL) AS bad, -sum(m.qty) AS qty
            FROM stock_movement AS m LEFT JOIN truth.bad_lot AS b ON b.lot_id = m.stock_batch_id WHERE m.kind = 'sale' GROUP BY ALL),
        hurt AS (SELECT c.sku_id, w.parent_id AS warehouse_id, o.placed_date + 1 AS moved_date, sum(c.qty) AS qty
            FROM after_sale_case AS c JOIN orders AS o USING (order_id) JOIN warehouse AS w USING (warehouse_id) WHERE c.reason = 'rotten' GROUP BY ALL)
        SELECT sum(h.qty) FILTER (bad) / sum(o.qty) FILTER (bad), coalesce(sum(h.qty) FILTER (NOT bad), 0) / sum(o.qty) FILTER (NOT bad)
        FROM out AS o LEFT JOIN hurt AS h USING (sku_id, warehouse_id, moved_date)""")
    assert bad > 5 * good


def test_weighed_goods_are_light_by_up_to_a_twentieth(ask):
    """About two weighed lines in five come light; the difference goes back by itself, never more than 5 % of the line."""
    share, most = ask("""
        SELECT count(r.refund_id) / count(*), max(r.amount_fen / l.paid_fen) FROM order_line AS l JOIN orders AS o USING (order_id)
        JOIN sku AS k USING (sku_id) LEFT JOIN refund AS r ON r.order_id = l.order_id AND r.line_no = l.line_no AND r.kind = 'weight_difference'
        WHERE k.is_weighed AND o.status = 'closed'""")
    assert 0.3 < share < 0.6
    assert 0.04 < most <= 0.05
    assert (
        ask(
            "SELECT count(*) FROM refund AS r JOIN order_line AS l USING (order_id, line_no) JOIN sku USING (sku_id) WHERE r.kind = 'weight_difference' AND NOT is_weighed"
        )
        == 0
    )
