"""Shapes of sale: batches, the evening rush, listings that sell out, baskets, losses, promotions, seasons."""

from __future__ import annotations

from datetime import date


def test_a_batch_opens_at_the_cut_off_and_is_delivered_the_next_day(ask):
    opened, closed, strange = ask("""
        SELECT max(strftime(opened_at, '%H:%M')), max(strftime(cut_off_at, '%H:%M')),
            count(*) FILTER (delivery_date <> opened_date + 1 OR cut_off_at - opened_at <> INTERVAL 24 HOUR) FROM sale_batch""")
    assert (opened, closed, strange) == ("23:00", "23:00", 0)
    assert (
        ask(
            "SELECT count(*) FROM orders AS o JOIN sale_batch AS b USING (batch_id) WHERE o.placed_at < opened_at OR o.placed_at >= cut_off_at"
        )
        == 0
    )


def test_two_hours_of_rush_before_the_cut_off(ask):
    """21:00 to 23:00 bring about three orders in ten: an hour of the rush has more than double the hour before."""
    rush, before = ask(
        "SELECT avg(CAST(hour(placed_at) IN (21, 22) AS INT)), avg(CAST(hour(placed_at) = 20 AS INT)) FROM orders WHERE placed_date < DATE '2026-04-12'"
    )
    assert 0.25 < rush < 0.38
    assert rush / 2 > 2 * before


def test_listings_have_quotas_limits_and_sell_out(ask):
    assert (
        ask(
            "SELECT count(*) FROM (SELECT listing_id, sum(qty) AS sold FROM order_line GROUP BY 1) JOIN listing USING (listing_id) WHERE sold > quota_qty"
        )
        == 0
    )
    assert 0.02 < ask("SELECT avg(CAST(sold_out_at IS NOT NULL AS INT)) FROM listing") < 0.2
    assert ask("SELECT count(*) FROM listing WHERE sold_out_at IS NOT NULL AND closed_by <> 'sold_out'") == 0
    late = ask("""SELECT count(*) FROM order_line AS l JOIN orders AS o USING (order_id) JOIN listing AS s USING (listing_id)
        WHERE o.placed_at > s.sold_out_at""")
    assert late == 0
    assert (
        ask("SELECT max(qty - limit_qty) FROM order_line JOIN listing USING (listing_id) WHERE limit_qty IS NOT NULL")
        <= 0
    )


def test_new_member_prices_are_for_first_orders(ask):
    users, first = ask("""
        WITH o AS (SELECT order_id, member_id, row_number() OVER (PARTITION BY member_id ORDER BY placed_at, order_id) AS n FROM orders),
        used AS (SELECT DISTINCT order_id FROM order_line JOIN listing USING (listing_id) WHERE is_new_member_only)
        SELECT count(*), avg(CAST(n = 1 AS INT)) FROM used JOIN o USING (order_id)""")
    assert users > 300
    assert first > 0.95


def test_baskets_are_small(ask):
    median, low, high = ask(
        "SELECT median(paid_fen), quantile_cont(paid_fen, 0.1), quantile_cont(paid_fen, 0.9) FROM orders WHERE paid_at IS NOT NULL"
    )
    assert 1500 <= median <= 3500
    assert low < 1000
    assert high < 7000
    assert 1.8 < ask("SELECT (SELECT count(*) FROM order_line) / (SELECT count(*) FROM orders)") < 2.6


def test_some_orders_lose_money(ask):
    share = ask("""
        SELECT avg(CAST(paid - cost - paid * 0.10 < 0 AS INT)) FROM (
            SELECT order_id, sum(l.paid_fen) AS paid, sum(l.cost_fen) AS cost FROM order_line AS l JOIN orders AS o USING (order_id)
            WHERE o.status IN ('paid', 'closed') GROUP BY 1)""")
    assert 0.08 < share < 0.28
    assert 0.12 < ask("SELECT 1 - sum(cost_fen) / sum(paid_fen) FROM order_line") < 0.28


def test_orders_add_up_to_the_fen(ask):
    wrong = ask("""
        SELECT count(*) FROM orders AS o JOIN (
            SELECT order_id, sum(goods_fen) AS g, sum(discount_platform_fen) AS p, sum(discount_merchant_fen) AS m,
                sum(discount_supplier_fen) AS s, sum(discount_leader_fen) AS l, sum(paid_fen) AS paid FROM order_line GROUP BY 1
        ) AS x USING (order_id)
        WHERE o.goods_fen <> g OR o.discount_platform_fen <> p OR o.discount_merchant_fen <> m OR o.discount_supplier_fen <> s
            OR o.discount_leader_fen <> l OR o.paid_fen <> paid + o.shipping_fen""")
    assert wrong == 0
    assert ask("SELECT count(*) FROM order_line WHERE goods_fen <> unit_price_fen * qty OR paid_fen < 0") == 0
    assert (
        ask(
            "SELECT count(*) FROM payment JOIN orders USING (order_id) WHERE amount_fen <> orders.paid_fen OR payment.paid_at <> orders.paid_at"
        )
        == 0
    )


def test_reductions_have_four_funders(ask):
    assert all(
        amount > 0
        for amount in ask(
            "SELECT sum(discount_platform_fen), sum(discount_merchant_fen), sum(discount_supplier_fen), sum(discount_leader_fen) FROM orders"
        )
    )


def test_dear_goods_sell_less_and_deals_more(ask):
    """The same SKU in the same city: a price a tenth lower goes with at least an eighth more pieces wanted."""
    slope = ask("""
        WITH x AS (
            SELECT d.sku_id, d.region_id, ln(l.price_fen) AS p, ln(greatest(d.wanted, 0.5)) AS q
            FROM truth.demand AS d JOIN listing AS l ON l.sku_id = d.sku_id AND l.scope_id = d.region_id AND l.listed_date = d.day
            WHERE NOT l.is_new_member_only),
        c AS (SELECT p - avg(p) OVER w AS p, q - avg(q) OVER w AS q FROM x WINDOW w AS (PARTITION BY sku_id, region_id))
        SELECT regr_slope(q, p) FROM c""")
    assert -6.0 < slope < -1.2


def test_the_sold_out_are_replaced_by_their_like_or_lost(ask):
    """Where a listing sold out, part of the demand is lost and part goes to other goods, which sell more than was wanted of them."""
    lost, switched = ask("SELECT sum(greatest(wanted - sold, 0)), sum(greatest(sold - wanted, 0)) FROM truth.demand")
    assert lost > 0
    assert 0.15 < switched / lost < 0.6


def test_sold_out_goods_hide_demand(ask):
    wanted, sold = ask("SELECT sum(wanted), sum(sold) FROM truth.demand WHERE sold_out_at >= 0")
    assert 0.5 < sold / wanted < 0.95


def test_weekdays(ask):
    by_day = dict(
        ask("""
        SELECT isodow(placed_date), count(*) / count(DISTINCT placed_date) FROM orders
        WHERE placed_date BETWEEN DATE '2026-03-21' AND DATE '2026-04-10' GROUP BY 1""")
    )
    assert max(by_day, key=by_day.get) in (5, 6)
    assert max(by_day.values()) > 1.12 * min(by_day.values())


def test_promotions_peak_and_leave_a_lull(ask):
    counts = dict(ask("SELECT placed_date, count(*) FROM orders GROUP BY 1"))
    usual = (counts[date(2026, 3, 3)] + counts[date(2026, 3, 4)] + counts[date(2026, 3, 5)]) / 3
    assert counts[date(2026, 3, 8)] > 1.2 * usual
    assert counts[date(2026, 3, 9)] < 0.75 * counts[date(2026, 3, 8)]
    assert counts[date(2026, 3, 18)] > 1.15 * counts[date(2026, 3, 19)]


def test_the_spring_festival_stops_the_business_and_it_comes_back_slowly(ask):
    """New Year is the 17th: nothing from the 15th to the 21st, a third of the usual at first, all of it in March."""
    counts = dict(ask("SELECT placed_date, count(*) FROM orders GROUP BY 1"))
    assert not any(date(2026, 2, day) in counts for day in range(15, 22))
    before = sum(counts[date(2026, 2, day)] for day in range(9, 13)) / 4
    assert counts[date(2026, 2, 12)] > 1.15 * counts[date(2026, 1, 22)]
    assert counts[date(2026, 2, 22)] < 0.45 * before
    assert counts[date(2026, 2, 22)] < counts[date(2026, 2, 28)] < counts[date(2026, 3, 7)]
    assert ask("SELECT count(*) FROM service_calendar WHERE state = 'no_delivery'") == 7


def test_weather_moves_orders():
    from linshu.twin.gazetteer import WUHAN
    from linshu.twin.seasons import Weather, weather

    assert Weather(20.0, 30.0).pull > Weather(20.0, 0.0).pull
    days = [weather(7, WUHAN, day) for day in range(20_454, 20_819)]  # the year 2026
    assert 45 < sum(day.rain > 1 for day in days) < 170
    assert sum(day.temperature for day in days[180:210]) / 30 > 26
    assert sum(day.temperature for day in days[5:35]) / 30 < 9


def test_the_company_grows(ask):
    early, late = (
        ask("""SELECT avg(n) FILTER (d BETWEEN DATE '2026-01-13' AND DATE '2026-01-26'), avg(n) FILTER (d BETWEEN DATE '2026-03-29' AND DATE '2026-04-11')
        FROM (SELECT placed_date AS d, count(*) AS n FROM orders GROUP BY 1)""")
    )
    assert 1.2 < late / early < 2.5


def test_cities_differ(ask):
    per_group = [
        value for _, value in ask("SELECT shop_id, count(*) / count(DISTINCT community_id) FROM orders GROUP BY 1")
    ]
    assert max(per_group) > 1.03 * min(per_group)


def test_targets_are_near_what_comes(ask):
    target, actual = ask("""
        SELECT any_value(t.target_value), sum(o.goods_fen) FROM target AS t JOIN orders AS o ON date_trunc('month', o.placed_date) = t.period_start
        WHERE t.metric = 'gmv' AND t.dimension = '*' AND t.period_start = DATE '2026-03-01' AND o.paid_at IS NOT NULL""")
    assert 0.7 < actual / target < 1.3


def test_struck_out_prices_were_paid_in_the_week_before_but_for_a_few(ask):
    """A special may strike out what the city truly paid; a few strike out one that nobody paid then."""
    kinds = ask("""
        WITH paid AS (
            SELECT b.scope_id AS city, l.sku_id, l.listed_date AS day, min(o.unit_price_fen) AS lowest
            FROM order_line AS o JOIN orders USING (order_id) JOIN listing AS l USING (listing_id) JOIN sale_batch AS b ON b.batch_id = l.batch_id
            WHERE paid_at IS NOT NULL AND NOT l.is_new_member_only GROUP BY ALL),
        struck AS (
            SELECT scope_id AS city, sku_id, listed_date AS day, reference_price_fen AS price,
                listed_date <> 1 + coalesce(lag(listed_date) OVER (PARTITION BY scope_id, sku_id ORDER BY listed_date), DATE '1970-01-01') AS is_first
            FROM listing WHERE reference_price_fen > price_fen AND NOT is_new_member_only)
        SELECT s.price > (SELECT min(lowest) FROM paid AS p WHERE p.city = s.city AND p.sku_id = s.sku_id AND p.day BETWEEN s.day - 7 AND s.day - 1),
            count(*), count(t.day) FROM struck AS s
        LEFT JOIN truth.false_reference AS t ON t.region_id = s.city AND t.sku_id = s.sku_id AND t.day = s.day
        WHERE is_first GROUP BY ALL ORDER BY 1""")
    (honest, many, none), (false, few, planted) = kinds
    assert (honest, none, false, planted) == (False, 0, True, few)
    assert 0.005 < few / many < 0.06
