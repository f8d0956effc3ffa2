"""The traps that metric layers fall into, each with figures one can check by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG, Row, Tables

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Invalid, Misused

OCT_3 = datetime(2026, 10, 3, 4, tzinfo=UTC)


def line(order: str, number: int = 1, **more: object) -> Row:
    row: Row = {
        "order_id": order,
        "line_no": number,
        "placed_at": OCT_3,
        "paid_at": OCT_3,
        "is_paid": True,
        "is_gift": False,
        "is_test": False,
        "is_self_order": False,
        "channel_id": "wx",
        "community_id": "C1",
        "leader_id": "L1",
        "member_id": "M1",
        "sku_id": "S1",
        "mode": "pickup",
        "qty": 1,
        "price_fen": 100,
    } | more
    paid = row["paid_at"]
    days = {"placed_date": row["placed_at"].date(), "paid_date": paid.date() if paid else None}
    return days | {"goods_fen": row["qty"] * row["price_fen"]} | row


def refund(name: str, order: str, amount: int, **more: object) -> Row:
    row = {
        "refund_id": name,
        "order_id": order,
        "refunded_at": OCT_3 + timedelta(1),
        "paid_at": OCT_3,
        "is_test": False,
    }
    row |= {"channel_id": "wx", "community_id": "C1", "leader_id": "L1", "sku_id": "S1", "kind": "return"}
    row |= {"amount_fen": amount} | more
    return {"refunded_date": row["refunded_at"].date(), "paid_date": row["paid_at"].date()} | row


def tables(lines: list[Row], refunds: list[Row] = (), chat: list[Row] = ()) -> Tables:
    heads: dict[str, Row] = {}
    for one in lines:
        heads.setdefault(one["order_id"], {**one, "paid_fen": 0})["paid_fen"] += one["goods_fen"]
    return {
        **company.fixed(),
        "fct_lines": lines,
        "fct_orders": list(heads.values()),
        "fct_refunds": list(refunds),
        "fct_chat": list(chat),
        "fct_stock": [],
    }


@pytest.fixture(scope="module")
def warehouse():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def ask(warehouse):
    def asked(data: Tables, metrics: str, by: str = "", **more: object) -> list[Row]:
        store = company.store(warehouse, data)
        return run(store, Query.of(metrics, by, **more), CATALOG).rows()

    return asked


def test_fan_out_an_order_of_three_lines_is_paid_once(ask):
    data = tables([line("O1", n, price_fen=100) for n in (1, 2, 3)])
    assert ask(data, "gmv,orders,paid_amount,aov") == [{"gmv": 300, "orders": 1, "paid_amount": 300, "aov": 300.0}]


def test_chasm_lines_and_refunds_of_one_leader_do_not_multiply(ask):
    """Joined row by row, 3 lines x 2 refunds would give GMV x 2 and refunds x 3."""
    data = tables([line("O1", n) for n in (1, 2, 3)], [refund("F1", "O1", 40), refund("F2", "O1", 20)])
    rows = ask(data, "gmv,refunded,refund_rate", "leader")
    assert rows == [{"leader": "L1", "leader_name": "王芳", "gmv": 300, "refunded": 60, "refund_rate": 0.2}]


def test_two_facts_by_tier_are_exact(ask):
    """The question that peers refuse or answer wrongly."""
    lines = [line("O1", price_fen=1000), line("O2", price_fen=500, leader_id="L2", community_id="C2")]
    refunds = [refund("F1", "O1", 10), refund("F2", "O1", 7), refund("F3", "O2", 5, leader_id="L2", community_id="C2")]
    assert ask(tables(lines, refunds), "gmv,refunded,refund_rate", "tier", as_of="now") == [
        {"tier": "silver", "gmv": 1500, "refunded": 22, "refund_rate": 22 / 1500}
    ]
    rows = ask(tables(lines, refunds), "gmv,refunded,refund_rate", "leader")
    assert [(row["leader"], row["gmv"], row["refunded"], row["refund_rate"]) for row in rows] == [
        ("L1", 1000, 17, 0.017),
        ("L2", 500, 5, 0.01),
    ]


def test_a_group_known_to_one_fact_only_is_kept(ask):
    data = tables([line("O1", channel_id="wx")], [refund("F1", "O9", 30, channel_id="tb")])
    assert [(row["channel"], row["gmv"], row["refunded"]) for row in ask(data, "gmv,refunded", "channel")] == [
        ("tb", 0, 30),
        ("wx", 100, 0),
    ]


def test_a_filter_that_reaches_one_fact_only_is_refused(ask):
    data = tables([line("O1")], chat=[{"community_id": "C1", "activity_date": date(2026, 10, 3), "messages": 5}])
    with pytest.raises(Misused) as refusal:
        ask(data, "gmv,messages", where="sku=S1")
    said = refusal.value.say("zh")
    assert "messages" in said
    assert "community" in said  # what it can be cut by
    assert "lines_placed" in said  # what sku can cut


def test_an_order_figure_by_a_line_dimension_is_refused_with_the_nearest(ask):
    with pytest.raises(Misused) as refusal:
        ask(tables([line("O1")]), "paid_amount", "sku")
    assert "可按 sku 看的指标" in refusal.value.say("zh")
    assert "gmv" in refusal.value.say("en")


def test_a_ratio_is_the_ratio_of_sums_not_the_mean_of_ratios(ask):
    data = tables(
        [line("O1", price_fen=100), line("O2", price_fen=900, channel_id="tb")],
        [refund("F1", "O1", 100), refund("F2", "O2", 90, channel_id="tb")],
    )
    assert ask(data, "refund_rate") == [{"refund_rate": 0.19}]


def test_division_by_zero_is_unknown(ask):
    assert ask(tables([], [refund("F1", "O1", 10)]), "refund_rate,aov") == [{"refund_rate": None, "aov": None}]


def test_distinct_members_are_never_added(ask):
    lines = [line("O1", channel_id="wx"), line("O2", channel_id="tb"), line("O3", channel_id="tb", member_id="M2")]
    store = tables(lines)
    assert [row["buyers"] for row in ask(store, "buyers", "channel")] == [2, 1]
    assert ask(store, "buyers") == [{"buyers": 2}]


def test_totals_are_asked_anew(warehouse):
    store = company.store(warehouse, tables([line("O1", channel_id="wx"), line("O2", channel_id="tb")]))
    result = run(store, Query.of("buyers,gmv", "channel", totals=True), CATALOG)
    assert sum(row["buyers"] for row in result.rows()) == 2
    assert result.totals == {"buyers": 1, "gmv": 200}


def test_a_missing_key_is_shown_as_unknown_and_can_be_asked_for(ask):
    data = tables([line("O1", channel_id=None), line("O2", community_id="lost"), line("O3", community_id=None)])
    assert [(row["channel"], row["channel_name"]) for row in ask(data, "gmv", "channel")] == [
        ("wx", "微信小程序"),
        ("(未知)", "(未知)"),
    ]
    assert ask(data, "gmv", where="channel=(未知)") == [{"gmv": 100}]
    assert ask(data, "gmv", where="channel=unknown") == [{"gmv": 100}]
    assert ask(data, "gmv", where="channel!=wx") == [{"gmv": 100}]
    # A key without a row in its table is not lost: it is named, and lies in no city.
    assert [row["community"] for row in ask(data, "gmv", "community")] == ["C1", "lost", "(未知)"]
    assert [(row["city"], row["gmv"]) for row in ask(data, "gmv", "city")] == [("R1", 100), ("(未知)", 200)]
    assert ask(data, "gmv", where="city=(未知)") == [{"gmv": 200}]


def test_an_empty_period_is_zero_where_counted_and_unknown_where_divided(ask):
    data = tables([line("O1")])
    nothing = {"start": "2026-01-01", "end": "2026-01-31"}
    assert ask(data, "gmv,orders,aov,best_line", **nothing) == [{"gmv": 0, "orders": 0, "aov": None, "best_line": None}]
    assert ask(data, "gmv", "channel", **nothing) == []
    assert ask(data, "gmv", grain="day", **nothing) == []
    assert len(ask(data, "gmv", grain="day", fill=True, **nothing)) == 31


def test_unpaid_tests_and_gifts_do_not_count(ask):
    lines = [
        line("O1"),
        line("O2", is_paid=False, paid_at=None),
        line("O3", is_test=True),
        line("O1", 2, is_gift=True, price_fen=50),
    ]
    assert ask(tables(lines), "gmv,orders,units,lines_placed") == [
        {"gmv": 100, "orders": 1, "units": 2, "lines_placed": 3}
    ]


def test_a_group_in_which_no_figure_finds_a_row_is_not_shown(ask):
    """Each figure has a filter of its own; the unpaid order on 淘宝 passes none of them."""
    lines = [line("O1"), line("O2", is_gift=True, channel_id=None), line("O3", is_paid=False, channel_id="tb")]
    rows = ask(tables(lines), "gmv,gifts", "channel")
    assert [(row["channel"], row["gmv"], row["gifts"]) for row in rows] == [("wx", 100, 0), ("(未知)", 0, 1)]


def test_a_group_that_changed_leaders_counts_for_whom_one_asks(ask):
    """C1 was L1's when the order was placed and is L2's today."""
    data = tables([line("O1"), line("O2", community_id="C2", leader_id="L2")])
    assert [(row["leader"], row["gmv"]) for row in ask(data, "gmv", "leader")] == [("L1", 100), ("L2", 100)]
    assert [(row["leader"], row["gmv"]) for row in ask(data, "gmv", "leader", as_of="now")] == [("L2", 200)]
    assert ask(data, "gmv", where="leader=L1", as_of="now") == [{"gmv": 0}]
    assert ask(data, "gmv", where="leader=L1") == [{"gmv": 100}]


def test_a_leader_who_rose_mid_period_counts_in_the_tier_of_the_day(ask):
    rise = datetime(2026, 10, 15, tzinfo=UTC)
    data = tables([line("O1", placed_at=rise - timedelta(seconds=1)), line("O2", placed_at=rise)])
    assert [(row["tier"], row["gmv"]) for row in ask(data, "gmv", "tier")] == [("gold", 100), ("silver", 100)]
    assert ask(data, "gmv", where="tier=gold") == [{"gmv": 100}]


def test_after_the_cut_off_hour_an_order_belongs_to_the_next_company_day(ask):
    """Paid at 23:30 in China on the 3rd, where the company's day ends at 23:00."""
    late = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    data = tables([line("O1", paid_at=late, paid_date=date(2026, 10, 4))])
    assert ask(data, "gmv", grain="day") == [{"day": "2026-10-04", "gmv": 100}]
    assert ask(data, "gmv", start="2026-10-03", end="2026-10-03") == [{"gmv": 0}]
    hours = ask(data, "gmv", grain="hour", start="2026-10-04", end="2026-10-04")
    assert hours == [{"hour": "2026-10-03T23:00+08:00", "gmv": 100}]


def test_a_late_refund_counts_on_its_own_day_or_on_the_days_of_its_order(ask):
    november = datetime(2026, 11, 5, tzinfo=UTC)
    data = tables([line("O1")], [refund("F1", "O1", 30, refunded_at=november)])
    assert ask(data, "gmv,refunded,refunded_paid,net", grain="month") == [
        {"month": "2026-10", "gmv": 100, "refunded": 0, "refunded_paid": 30, "net": 70},
        {"month": "2026-11", "gmv": 0, "refunded": 30, "refunded_paid": 0, "net": 0},
    ]


@pytest.mark.parametrize("metrics", ["gmv", "gmv,refunded"])
def test_a_sum_beyond_64_bits_is_an_error(ask, metrics):
    huge = 2**63 - 1
    data = tables([line("O1", goods_fen=huge), line("O2", goods_fen=huge)])
    with pytest.raises(Invalid):
        ask(data, metrics)
    assert ask(data, metrics, where="paid_date<2026-10-03")[0]["gmv"] == 0


def test_an_expression_beyond_64_bits_is_an_error(ask):
    huge = 2**63 - 1
    with pytest.raises(Invalid):
        ask(tables([line("O1", goods_fen=huge)], [refund("F1", "O1", -huge)]), "net")


@pytest.mark.parametrize(
    "text",
    [
        "' OR 1=1 --",
        "'; DROP TABLE mart.fct_lines; --",
        "x') OR ('1'='1",
        '"; SELECT 1',
        "武汉' UNION SELECT leader_id FROM dim_leader --",
        "$1",
        "%",
        "\\",
    ],
)
def test_injection_is_only_ever_a_value(ask, warehouse, text):
    data = tables([line("O1")])
    for dimension in ("city", "channel", "leader", "mode", "tier"):
        assert ask(data, "gmv", where={dimension: text}) == [{"gmv": 0}]
        assert ask(data, "gmv", where={dimension: [text, "y"]}) == [{"gmv": 0}]
    assert warehouse.query("SELECT count(*) AS n FROM fct_lines").to_pylist() == [{"n": 1}]


def test_names_are_looked_up_and_never_written_into_sql(ask):
    from linshu.kernel.errors import LinshuError

    for words in ({"metrics": "gmv; DROP TABLE x"}, {"metrics": "gmv", "by": "1;--"}, {"metrics": "gmv", "order": "1"}):
        with pytest.raises(LinshuError):
            ask(tables([]), **words)


def test_a_dimension_value_that_looks_like_a_number_stays_text(ask):
    data = tables([line("O1", channel_id="007"), line("O2", channel_id="7")])
    assert [row["channel"] for row in ask(data, "gmv", "channel")] == ["007", "7"]
    assert ask(data, "gmv", where="channel=7") == [{"gmv": 100}]


def test_active_leaders_of_a_week_a_day_and_a_month(ask):
    """One order on Thursday 1 October, one on the 20th: the seven days end with the period, or with each bucket."""
    first, second = datetime(2026, 10, 1, 4, tzinfo=UTC), datetime(2026, 10, 20, 4, tzinfo=UTC)
    data = tables([line("O1", paid_at=first), line("O2", paid_at=second, leader_id="L2", community_id="C2")])
    assert ask(data, "active", start="2026-10-01", end="2026-10-31") == [{"active": 0}]
    assert ask(data, "active", start="2026-09-01", end="2026-10-07") == [{"active": 1}]
    assert ask(data, "active", start="2026-10-08", end="2026-10-26") == [{"active": 1}]
    weeks = ask(data, "active", grain="week", start="2026-09-28", end="2026-10-25")
    assert weeks == [{"week": "2026-09-28", "active": 1}, {"week": "2026-10-19", "active": 1}]
    days = ask(data, "active", grain="day", start="2026-10-01", end="2026-10-10")
    assert [row["day"] for row in days] == [f"2026-10-{day:02}" for day in range(1, 8)]
    assert ask(data, "active", grain="month", start="2026-10-01", end="2026-10-22") == [
        {"month": "2026-10", "active": 1}
    ]
    own = tables([line("O1", is_self_order=True)])
    assert ask(own, "active", start="2026-10-01", end="2026-10-07") == [{"active": 0}]


def test_members_who_bought_often_enough(ask):
    data = tables([line(f"O{n}", member_id="M1") for n in range(3)] + [line("O9", member_id="M2")])
    assert ask(data, "loyal,buyers") == [{"loyal": 1, "buyers": 2}]
    assert ask(data, "loyal", "channel") == [{"channel": "wx", "channel_name": "微信小程序", "loyal": 1}]


def test_stock_is_the_state_on_the_last_day_never_added_over_days(warehouse):
    days = [(date(2026, 10, 30), 5), (date(2026, 10, 31), 7), (date(2026, 11, 1), 9)]
    data = tables([]) | {"fct_stock": [{"stock_date": d, "sku_id": "S1", "qty": q, "value_fen": q} for d, q in days]}
    store = company.store(warehouse, data)

    def stock(**more: object) -> list[Row]:
        return run(store, Query.of("stock", start="2026-10-01", end="2026-11-01", **more), CATALOG).rows()

    assert stock() == [{"stock": 9}]
    assert stock(grain="month") == [{"month": "2026-10", "stock": 7}, {"month": "2026-11", "stock": 9}]


def test_stock_not_counted_on_the_last_day_is_not_lost(warehouse):
    """S1 is counted in two warehouses on different days; W2's goods are gone since the 20th of October."""
    counted = [("W1", date(2026, 10, 28), 5), ("W2", date(2026, 10, 18), 7), ("W2", date(2026, 10, 20), 0)]
    counted += [("W1", date(2026, 11, 2), 6)]
    rows = [
        {"stock_date": day, "sku_id": "S1", "warehouse_id": place, "qty": qty, "value_fen": qty, "is_out": not qty}
        for place, day, qty in counted
    ]
    store = company.store(warehouse, tables([]) | {"fct_stock": rows})

    def known(metrics: str, start: str, end: str, **more: object) -> list[Row]:
        return run(store, Query.of(metrics, start=start, end=end, **more), CATALOG).rows()

    assert known("stock_held,stock", "2026-10-01", "2026-10-31") == [{"stock_held": 5, "stock": 0}]
    # What is gone does not come back through the older row that still had some.
    assert known("stock_out", "2026-10-01", "2026-10-31") == [{"stock_out": 1}]
    assert known("stock_held", "2026-10-01", "2026-10-19") == [{"stock_held": 7}]
    # Between two counts and after the newest one the last known figure stands, for as long as is declared.
    days = known("stock_known", "2026-11-01", "2026-11-30", grain="day")
    assert [(row["day"][-2:], row["stock_known"]) for row in days] == [
        ("01", 5), ("02", 6), ("03", 6), ("04", 6), ("05", 6), ("06", 6), ("07", 6),
    ]  # fmt: skip
    assert known("stock_known", "2026-01-01", "2026-12-31") == [{"stock_known": 6}]
    assert known("stock_held", "2026-11-03", "2026-11-30") == [{"stock_held": 0}]
    months = known("stock_held", "2026-09-15", "2026-11-30", grain="month", compare="previous")
    assert [(row["month"], row["stock_held"], row["stock_held_previous"]) for row in months] == [
        ("2026-10", 5, 0), ("2026-11", 6, 0),
    ]  # fmt: skip


def test_a_percentile_is_a_value_that_occurs_and_never_averaged(ask):
    paid = (100, 200, 300, 4000)
    data = tables([line(f"O{n}", price_fen=fen, channel_id="wx" if n else "tb") for n, fen in enumerate(paid)])
    assert ask(data, "median_paid") == [{"median_paid": 200}]
    assert [(row["channel"], row["median_paid"]) for row in ask(data, "median_paid", "channel")] == [
        ("tb", 100),
        ("wx", 300),
    ]
    assert ask(data, "median_paid", where="channel=zz") == [{"median_paid": None}]
    assert ask(data, "week_median", start="2026-10-01", end="2026-10-09") == [{"week_median": 200}]
    assert ask(data, "week_median", start="2026-10-01", end="2026-10-31") == [{"week_median": None}]


def visits_and_orders(*lines: tuple[str, int, str, str]) -> Tables:
    """Orders of one member each: member, day of October 2026, channel, mode; the last one tells how far the data reach."""
    return tables(
        [
            line(f"O{n}", member_id=who, channel_id=channel, mode=mode, placed_at=(at := OCT_3 + timedelta(day - 3)), paid_at=at)
            for n, (who, day, channel, mode) in enumerate(lines)
        ]
    )  # fmt: skip


def test_a_conversion_counts_under_the_first_event_and_hides_the_unripe(ask):
    data = visits_and_orders(
        ("M1", 3, "tb", "pickup"), ("M1", 5, "wx", "pickup"), ("M1", 11, "wx", "home"),  # came back on the 8th day
        ("M2", 4, "wx", "pickup"), ("M2", 13, "wx", "home"),  # nine days later to the minute: too late
        ("M3", 12, "wx", "pickup"), ("M3", 13, "wx", "home"),  # ripe on the 21st, the data end on the 20th
        ("M4", 20, "wx", "home"),
    )  # fmt: skip
    october = {"start": "2026-10-01", "end": "2026-10-31"}
    assert ask(data, "shoppers,came_back,back_rate", **october) == [{"shoppers": 2, "came_back": 1, "back_rate": 0.5}]
    found = ask(data, "shoppers,came_back", "channel", **october)
    assert [(row["channel"], row["shoppers"], row["came_back"]) for row in found] == [("tb", 1, 1), ("wx", 1, 0)]
    # One channel alone is that channel's row: M1 came through 淘宝 first, so 微信 does not count the person again.
    assert ask(data, "shoppers,came_back", where="channel=wx", **october) == [{"shoppers": 1, "came_back": 0}]
    # A bucket is the question about that bucket: on the 5th M1's first event of the day is through 微信.
    days = ask(data, "shoppers,came_back", grain="day", **october)
    assert [(row["day"][-2:], row["shoppers"], row["came_back"]) for row in days] == [
        ("03", 1, 1), ("04", 1, 0), ("05", 1, 1),
    ]  # fmt: skip
    assert ask(data, "came_back", start="2026-10-05", end="2026-10-05", where="channel=wx") == [{"came_back": 1}]
    with pytest.raises(Misused, match="moving"):
        ask(data, "shoppers", grain="day", moving=7, **october)


def test_a_comparison_aligns_buckets(ask):
    september = datetime(2026, 9, 3, 4, tzinfo=UTC)
    data = tables([line("O1", price_fen=150), line("O2", price_fen=100, paid_at=september)])
    october = {"start": "2026-10-01", "end": "2026-10-31", "compare": "previous"}
    assert ask(data, "gmv", **october) == [{"gmv": 150, "gmv_previous": 100, "gmv_change": 0.5}]
    assert ask(data, "gmv", grain="day", **october) == [
        {"day": "2026-10-03", "gmv": 150, "gmv_previous": 100, "gmv_change": 0.5}
    ]
    assert ask(data, "aov", **(october | {"compare": "last_year"})) == [
        {"aov": 150.0, "aov_last_year": None, "aov_change": None}
    ]


def test_the_29th_of_february_is_held_against_nothing(ask):
    leap = datetime(2024, 2, 29, 4, tzinfo=UTC)
    data = tables([line("O1", paid_at=leap), line("O2", paid_at=leap - timedelta(1))])
    february = {"start": "2025-02-01", "end": "2025-02-28", "compare": "last_year"}
    assert ask(data, "gmv", **february)[0]["gmv_last_year"] == 200
    assert [row["gmv_last_year"] for row in ask(data, "gmv", grain="day", **february)] == [100]


def test_top_n_is_ordered_with_a_tie_broken_by_key(ask):
    data = tables([line(f"O{n}", sku_id=f"S{n}", price_fen=price) for n, price in enumerate((5, 9, 9, 1))])
    rows = ask(data, "gmv", "sku", order="-gmv", limit=3)
    assert [(row["sku"], row["gmv"]) for row in rows] == [("S1", 9), ("S2", 9), ("S0", 5)]
    rows = ask(data, "gmv", "sku", order="gmv,-sku", limit=1)
    assert [(row["sku"], row["gmv"]) for row in rows] == [("S3", 1)]


def test_a_group_that_changed_leaders_mid_period_as_of_any_day(ask):
    """C1 went from L1 to L2 on 10 October (UTC); L1 rose to gold on the 15th."""
    before, after = OCT_3, datetime(2026, 10, 20, 4, tzinfo=UTC)
    data = tables([line("O1", placed_at=before), line("O2", placed_at=after, paid_at=after, leader_id="L2")])
    assert {row["leader"]: row["gmv"] for row in ask(data, "gmv", "leader")} == {"L1": 100, "L2": 100}
    assert {row["leader"]: row["gmv"] for row in ask(data, "gmv", "leader", as_of="now")} == {"L2": 200}
    assert {row["leader"]: row["gmv"] for row in ask(data, "gmv", "leader", as_of="2026-10-09")} == {"L1": 200}
    assert {row["leader"]: row["gmv"] for row in ask(data, "gmv", "leader", as_of="2026-10-10")} == {"L2": 200}
    assert ask(data, "gmv", where="tier=gold", as_of="2026-10-09") == [{"gmv": 0}]
    assert ask(data, "gmv", "tier", as_of="2026-10-09") == [{"tier": "silver", "gmv": 200}]
    # Chat tells no instant: as ordered it knows no tier, as of a day it does.
    chat = tables([], chat=[{"community_id": "C1", "activity_date": date(2026, 10, 3), "messages": 5}])
    with pytest.raises(Misused, match="as_of=now、2026-10-01"):
        ask(chat, "messages", "tier")
    assert ask(chat, "messages", "tier", as_of="2026-10-20") == [{"tier": "silver", "messages": 5}]


def test_what_keeps_no_history_is_refused_as_of_a_day(warehouse):
    present = [replace(one, past=None) if one.name == "leader" else one for one in company.DIMENSIONS]
    known = Catalog(present, company.FACTS, company.METRICS)
    with pytest.raises(Misused) as refusal:
        run(warehouse, Query.of("gmv", "leader", as_of="2026-10-09"), known)
    assert "没有保存团长的历史" in refusal.value.say("zh")
    assert "as_of=ordered、now" in refusal.value.say("zh")


# -- the same traps in every shape of an answer

DAYS = [datetime(2026, 10, day, 4, tzinfo=UTC) for day in (1, 2, 3)]


def test_a_member_who_buys_every_day_is_one_running_buyer(ask):
    data = tables([line(f"O{n}", paid_at=day) for n, day in enumerate(DAYS)])
    rows = ask(data, "buyers,orders,aov", grain="day", cumulative=True, start="2026-10-01", end="2026-10-04")
    assert [(row["buyers"], row["orders"], row["aov"]) for row in rows] == [
        (1, 1, 100),
        (1, 2, 100),
        (1, 3, 100),
        (1, 3, 100),
    ]
    rows = ask(data, "buyers,orders", grain="day", moving=2, start="2026-10-01", end="2026-10-05")
    assert [(row["day"][-2:], row["buyers"], row["orders"]) for row in rows] == [
        ("01", 1, 1), ("02", 1, 2), ("03", 1, 2), ("04", 1, 1),
    ]  # fmt: skip


def test_a_member_of_two_small_groups_is_one_buyer_of_the_rest(ask):
    lines = [
        line("O1", sku_id="S1", price_fen=900, community_id="C1"),
        line("O2", community_id="C2"),
        line("O3", community_id="C3"),
    ]
    rows = ask(tables(lines), "gmv,buyers,aov", "community", top=1)
    assert [(row["community"], row["gmv"], row["buyers"], row["aov"]) for row in rows] == [
        ("C1", 900, 1, 900), ("(其他)", 200, 1, 100),
    ]  # fmt: skip
    shares = ask(tables(lines), "buyers", "community", share="total")
    assert [row["buyers_share"] for row in shares] == [1, 1, 1]  # each group has the one member there is


def test_the_unknown_group_is_a_key_like_any_other_in_every_shape(ask):
    lines = [line("O1", channel_id=None, price_fen=500), line("O2"), line("O3", channel_id="tb")]
    rows = ask(tables(lines), "gmv", "channel", top=1, share="total")
    assert [(row["channel"], row["channel_name"], row["gmv"]) for row in rows] == [
        ("(未知)", "(未知)", 500), ("(其他)", "(其他)", 200),
    ]  # fmt: skip
    assert sum(row["gmv_share"] for row in rows) == pytest.approx(1)
    within = ask(tables(lines), "gmv", "channel,leader", share="channel")
    assert [row["gmv_share"] for row in within] == [1, 1, 1]
    assert ask(tables(lines), "gmv", "channel", pivot="channel") == [{"gmv@tb": 100, "gmv@wx": 100, "gmv@(未知)": 500}]
    running = ask(tables(lines), "gmv", "channel", grain="month", cumulative=True, start="2026-10-01", end="2026-10-31")
    assert [row["channel"] for row in running] == ["tb", "wx", "(未知)"]
    assert ask(tables(lines[1:]), "gmv", "channel", top=5)[-1]["channel"] == "wx"  # no rest where nothing is left


@pytest.mark.parametrize(
    "shape",
    [
        {"grain": "day", "cumulative": True},
        {"grain": "day", "moving": 3},
        {"by": "channel", "share": "total"},
        {"by": "sku", "top": 1},
    ],
    ids="-".join,
)
def test_no_shape_hides_a_sum_beyond_64_bits(ask, shape):
    """Each day, channel and sku fits by itself; together they do not."""
    huge = 2**62 + 9
    kinds = [("wx", "S1"), ("tb", "S2"), (None, "S3")]
    lines = [
        line(f"O{n}", paid_at=day, goods_fen=huge - n, channel_id=channel, sku_id=sku)
        for n, (day, (channel, sku)) in enumerate(zip(DAYS, kinds, strict=True))
    ]
    october = {"start": "2026-10-01", "end": "2026-10-31"}
    assert ask(tables(lines), "gmv", "sku", grain="day", **october)
    with pytest.raises(Invalid):
        ask(tables(lines), "gmv", **(october | shape))


def test_a_share_of_nothing_is_unknown(ask):
    free = [line("O1", price_fen=0), line("O2", price_fen=0, channel_id="tb")]
    assert [row["gmv_share"] for row in ask(tables(free), "gmv", "channel", share="total")] == [None, None]
    compared = {"start": "2026-10-01", "end": "2026-10-31", "compare": "previous"}
    (row,) = ask(tables([line("O1")]), "gmv", "channel", share="total", **compared)
    assert (row["gmv_share"], row["gmv_share_previous"]) == (1, None)


def test_an_empty_period_is_empty_in_every_shape(ask):
    data, nothing = tables([line("O1")]), {"start": "2026-01-01", "end": "2026-01-31"}
    for shape in (
        {"grain": "day", "cumulative": True},
        {"grain": "day", "moving": 7},
        {"by": "channel", "share": "total"},
        {"by": "channel", "top": 3},
        {"by": "channel", "top": 3, "grain": "day", "cumulative": True, "share": "total", "pivot": "channel"},
    ):
        assert ask(data, "gmv", **(nothing | shape)) == []
    filled = ask(data, "gmv,aov,best_line", grain="day", cumulative=True, fill=True, **nothing)
    assert len(filled) == 31
    assert {(row["gmv"], row["aov"], row["best_line"]) for row in filled} == {(0, None, None)}


def test_a_filter_and_a_scope_reach_the_whole_and_the_rest(ask):
    from linshu.engine.access.scope import Scope

    lines = [line("O1"), line("O2", channel_id="tb"), line("O3", community_id="C3", leader_id="L3", price_fen=700)]
    scope = Scope.only(regions=["R1"])
    rows = ask(tables(lines), "gmv", "channel", share="total", scope=scope)
    assert [row["gmv_share"] for row in rows] == [0.5, 0.5]
    rows = ask(tables(lines), "gmv", "channel", top=1, where="city=武汉")
    assert [(row["channel"], row["gmv"]) for row in rows] == [("tb", 100), ("(其他)", 100)]
    rows = ask(tables(lines), "gmv", "leader", top=1, scope=scope)
    assert [(row["leader"], row["gmv"]) for row in rows] == [("L1", 200)]


def test_what_happens_after_the_cut_off_counts_on_the_next_company_day(ask):
    """At a cut-off of 23:00 an order of 23:30 on the 3rd is the 4th's; its hour stays the hour on the clock."""
    late = datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    data = tables([line("O1", paid_at=late, paid_date=date(2026, 10, 4))])
    assert ask(data, "gmv", grain="day") == [{"day": "2026-10-04", "gmv": 100}]
    assert ask(data, "gmv", start="2026-10-03", end="2026-10-03") == [{"gmv": 0}]
    hours = ask(data, "gmv", grain="hour", start="2026-10-04", end="2026-10-04")
    assert hours == [{"hour": "2026-10-03T23:00+08:00", "gmv": 100}]


def test_a_row_that_comes_late_is_in_every_figure_of_its_day(warehouse):
    """Figures asked before it came must not be remembered over it."""
    cache, asked = Cache(), Query.of("gmv,orders,buyers", start="2026-10-01", end="2026-10-31", grain="month")
    store = company.store(warehouse, tables([line("O1")]))
    assert run(store, asked, CATALOG, cache).rows() == [{"month": "2026-10", "gmv": 100, "orders": 1, "buyers": 1}]
    store = company.store(warehouse, tables([line("O1"), line("O2", member_id="M2")]))
    assert run(store, asked, CATALOG, cache).rows() == [{"month": "2026-10", "gmv": 200, "orders": 2, "buyers": 2}]
