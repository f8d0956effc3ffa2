"""Listings and stock: what was offered where, sold out when, and what lay in stock each evening."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.models.company import Company, Row, at, line, order

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def shared() -> Company:
    return Company()


@pytest.fixture
def company() -> Company:
    return Company()


def movement(number: int, sku: str, warehouse: str, kind: str, qty: int, day: int, cost: int | None = None) -> Row:
    return {
        "stock_movement_id": f"S{number}", "sku_id": sku, "warehouse_id": warehouse, "kind": kind, "qty": qty,
        "cost_fen": qty * 100 if cost is None else cost, "moved_at": at(f"{DAY + timedelta(days=day)} 12:00"),
        "moved_date": DAY + timedelta(days=day),
    }  # fmt: skip


def test_a_listing_knows_its_sales_and_when_it_sold_out(company: Company) -> None:
    company.land({
        "sale_batch": [{"batch_id": "B1", "opened_at": at("2026-03-01 08:00"), "cut_off_at": at("2026-03-01 23:00"),
                        "delivery_date": DAY + timedelta(days=1), "status": "closed"}],
        "listing": [
            {"listing_id": "1", "batch_id": "B1", "sku_id": "S1", "scope_kind": "all", "scope_id": "*", "price_fen": 100,
             "quota_qty": 3, "sold_out_at": at("2026-03-01 09:00")},
            {"listing_id": "2", "batch_id": "B1", "sku_id": "S2", "scope_kind": "community", "scope_id": "C1",
             "price_fen": 0},
        ],
        "orders": [order("a"), order("b", paid=None), order("c", is_test=True)],
        "order_line": [
            line("a", 1, listing_id="1", qty=4, goods_fen=400), line("b", 1, listing_id="1"), line("c", 1, listing_id="1"),
            line("a", 2, listing_id="2", is_gift=True),
        ],
    })  # fmt: skip
    company.build("fct_listings")
    found = company.rows(
        "SELECT listing_id, community_id, is_sellable, sold_qty, sold_within_quota_qty, sold_goods_fen, has_sold,"
        " sold_out_second, closed_early_second FROM fct_listings ORDER BY 1"
    )
    assert [tuple(row.values()) for row in found] == [
        ("1", None, True, 4, 3, 400, True, 3600, 50400),
        ("2", "C1", False, 0, 0, 0, False, None, 0),
    ]


def test_a_listing_is_offered_in_the_open_communities_of_its_scope(company: Company) -> None:
    company.land({
        "region": [{"region_id": "R1", "name": "武汉市", "level": "city"}],
        "estate": [{"estate_id": "E1", "name": "e", "region_id": "R1"}],
        "community": [
            {"community_id": "C1", "name": "c", "estate_id": "E1", "status": "active", "opened_on": DAY},
            {"community_id": "C2", "name": "d", "estate_id": "E1", "status": "active", "opened_on": DAY + timedelta(days=1)},
            {"community_id": "C3", "name": "e", "status": "active"},
        ],
        "sale_batch": [{"batch_id": "B1", "opened_at": at("2026-03-01 08:00"), "cut_off_at": at("2026-03-02 23:00"),
                        "delivery_date": DAY + timedelta(days=2), "status": "closed"}],
        "listing": [{"listing_id": "1", "batch_id": "B1", "sku_id": "S1", "scope_kind": "region", "scope_id": "R1",
                     "price_fen": 100}],
    })  # fmt: skip
    company.build("fct_community_listings")
    found = company.rows("SELECT community_id, CAST(listed_day AS VARCHAR) AS day FROM fct_community_listings")
    assert {tuple(row.values()) for row in found} == {("C1", "2026-03-01"), ("C1", "2026-03-02"), ("C2", "2026-03-02")}


def test_stock_at_the_end_of_each_day(company: Company) -> None:
    company.land({
        "sku": [{"sku_id": "S1", "name": "s", "base_unit": "piece", "supply_mode": "buy_to_order"}],
        "stock_movement": [
            movement(1, "S1", "W1", "receipt", 10, 0), movement(2, "S1", "W1", "sale", -4, 0),
            movement(3, "S1", "W1", "loss", -1, 2), movement(4, "S1", "W1", "sale", -5, 2),
            movement(5, "S2", "W1", "receipt", 1, 2),
        ],
    })  # fmt: skip
    company.build("fct_stock_days")
    found = company.rows(
        "SELECT sku_id, CAST(stock_date AS VARCHAR) AS day, on_hand_qty, on_hand_fen, received_qty, out_qty, loss_qty,"
        " out_cost_fen, loss_fen, is_out, counts_for_turnover FROM fct_stock_days ORDER BY ALL"
    )
    assert [tuple(row.values()) for row in found] == [
        ("S1", "2026-03-01", 6, 600, 10, 4, 0, 400, 0, False, False),
        ("S1", "2026-03-02", 6, 600, 0, 0, 0, 0, 0, False, False),
        ("S1", "2026-03-03", 0, 0, 0, 5, 1, 500, 100, True, False),
        ("S2", "2026-03-03", 1, 100, 1, 0, 0, 0, 0, False, True),
    ]


moves = st.builds(
    lambda sku, warehouse, qty, day: (sku, warehouse, qty, day),
    st.sampled_from(("S1", "S2")), st.sampled_from(("W1", "W2")), st.integers(-5, 9).filter(bool), st.integers(0, 9),
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(moves, max_size=12))
def test_stock_of_any_day_is_the_sum_of_what_moved_until_then(
    shared: Company, given_moves: list[tuple[str, str, int, int]]
) -> None:
    shared.warehouse.execute("DELETE FROM std.stock_movement")
    shared.land({"stock_movement": [
        movement(number, sku, warehouse, "count", qty, day) for number, (sku, warehouse, qty, day) in enumerate(given_moves)
    ]})  # fmt: skip
    shared.build("fct_stock_days", full=True)
    found = {
        (row["sku_id"], row["warehouse_id"], (row["stock_date"] - DAY).days): row["on_hand_qty"]
        for row in shared.rows("SELECT sku_id, warehouse_id, stock_date, on_hand_qty FROM fct_stock_days")
    }
    wanted = {}
    last = max((day for *_, day in given_moves), default=0)
    for sku, warehouse in {(sku, warehouse) for sku, warehouse, _, _ in given_moves}:
        mine = [(qty, day) for its_sku, its_home, qty, day in given_moves if (its_sku, its_home) == (sku, warehouse)]
        for today in range(min(day for _, day in mine), last + 1):
            wanted[sku, warehouse, today] = sum(qty for qty, day in mine if day <= today)
    assert found == wanted


def test_a_sku_is_offered_at_the_warehouse_above_its_communities_for_the_open_part_of_the_day(company: Company) -> None:
    opened, cut = at("2026-03-01 00:00"), at("2026-03-03 00:00")
    company.land({
        "warehouse": [
            {"warehouse_id": "W1", "name": "中心仓", "level": "central"},
            {"warehouse_id": "G1", "name": "网格仓", "level": "grid", "parent_id": "W1"},
        ],
        "pickup_point": [{"pickup_point_id": "P1", "name": "点", "warehouse_id": "G1"}],
        "community": [{"community_id": key, "name": key, "status": "active"} for key in ("C1", "C2", "C3")],
        "pickup_assignment": [
            {"community_id": key, "pickup_point_id": "P1", "warehouse_id": "G1", "valid_from": at("2026-01-01 00:00")}
            for key in ("C1", "C2")
        ],
        "sale_batch": [{"batch_id": "B1", "opened_at": opened, "cut_off_at": cut, "delivery_date": DAY + timedelta(days=3), "status": "closed"}],
        "listing": [
            {"listing_id": "1", "batch_id": "B1", "sku_id": "S1", "scope_kind": "all", "scope_id": "*", "price_fen": 300,
             "listed_at": opened, "listed_date": DAY, "sold_out_at": at("2026-03-02 06:00"), "funder": "merchant"},
            {"listing_id": "2", "batch_id": "B1", "sku_id": "S2", "scope_kind": "community", "scope_id": "C3", "price_fen": 300,
             "listed_at": opened, "listed_date": DAY},
        ],
    })  # fmt: skip
    company.build("fct_offer_days")
    found = company.rows(
        "SELECT sku_id, warehouse_id, CAST(day AS VARCHAR) AS day, open_share, price_fen, is_promoted FROM fct_offer_days ORDER BY day"
    )
    assert [tuple(row.values()) for row in found] == [
        ("S1", "W1", "2026-03-01", 1.0, 300, True), ("S1", "W1", "2026-03-02", 0.25, 300, True),
    ]  # fmt: skip


def test_only_days_that_could_be_bought_on_all_day_judge_a_forecast(company: Company) -> None:
    opened = at("2026-03-01 00:00")
    told = {"made_on": DAY - timedelta(days=1), "sku_id": "S1", "warehouse_id": "W1", "for_community": "*", "mean_thousandths": 3500,
            "p10_qty": 1, "p50_qty": 3, "p90_qty": 4, "model_version": "t", "inputs_hash": "0"}  # fmt: skip
    company.land({
        "warehouse": [{"warehouse_id": "W1", "name": "仓", "level": "central"}],
        "pickup_point": [{"pickup_point_id": "P1", "name": "点", "warehouse_id": "W1"}],
        "community": [{"community_id": "C1", "name": "一群", "status": "active"}],
        "pickup_assignment": [{"community_id": "C1", "pickup_point_id": "P1", "warehouse_id": "W1", "valid_from": at("2026-01-01 00:00")}],
        "sale_batch": [{"batch_id": f"B{day}", "opened_at": opened + timedelta(days=day), "cut_off_at": opened + timedelta(days=day + 1),
                        "delivery_date": DAY + timedelta(days=3), "status": "closed"} for day in range(2)],
        "listing": [{"listing_id": f"{day}", "batch_id": f"B{day}", "sku_id": "S1", "scope_kind": "all", "scope_id": "*", "price_fen": 300,
                     "listed_at": opened + timedelta(days=day), "listed_date": DAY + timedelta(days=day),
                     "sold_out_at": opened + timedelta(days=1, hours=9) if day else None} for day in range(2)],
        "orders": [order(f"{day}", f"2026-03-0{day + 1} 10:00", warehouse_id="W1", paid_date=DAY + timedelta(days=day)) for day in range(3)],
        "order_line": [line(f"{day}", 1, sku_id="S1", qty=5) for day in range(3)],
        "demand_forecast": [told | {"day": DAY + timedelta(days=day)} for day in range(2)],
    })  # fmt: skip
    company.build("fct_forecast_errors")
    found = company.rows(
        "SELECT CAST(day AS VARCHAR) AS day, sold_qty, error_thousandths, usual_error_thousandths, last_week_error_thousandths, is_within FROM fct_forecast_errors"
    )
    assert [tuple(row.values()) for row in found] == [("2026-03-01", 5, 1500, 5000, 5000, False)]


def test_goods_sold_ahead_leave_as_long_before_their_delivery_as_is_usual(company: Company) -> None:
    batches = {"B0": DAY + timedelta(days=1), "B1": DAY + timedelta(days=6), "B2": None}
    company.land({
        "warehouse": [{"warehouse_id": "W0", "name": "中心仓", "level": "central"},
                      {"warehouse_id": "W1", "name": "网格仓", "level": "grid", "parent_id": "W0"}],
        "sale_batch": [{"batch_id": name, "opened_at": at("2026-03-01 00:00"), "cut_off_at": at("2026-03-05 23:00"),
                        "delivery_date": day, "status": "open"} for name, day in batches.items()],
        "orders": [order(f"{number}", "2026-03-01 10:00", warehouse_id="W1", paid_date=DAY, batch_id=name)
                   for number, name in enumerate(batches)] + [order("3", "2026-03-03 10:00", warehouse_id="W1", paid_date=DAY + timedelta(days=2), batch_id="B1")],
        "order_line": [line(f"{number}", 1, sku_id="S1", qty=qty) for number, qty in enumerate((50, 4, 2, 6))],
    })  # fmt: skip
    company.build("fct_due_days")
    found = company.rows(
        "SELECT warehouse_id, day - DATE '2026-03-01' AS day, paid_on - DATE '2026-03-01' AS paid, qty FROM fct_due_days ORDER BY 2, 3"
    )
    assert [tuple(row.values()) for row in found] == [("W0", 0, 0, 52), ("W0", 5, 0, 4), ("W0", 5, 2, 6)]


def lot(name: str, **more: object) -> Row:
    return {"stock_batch_id": name, "sku_id": "S1", **more}


def test_what_leaves_without_a_batch_is_taken_from_the_oldest(company: Company) -> None:
    company.land({
        "sku": [{"sku_id": "S1", "name": "s", "base_unit": "piece", "shelf_life_days": 8, "supplier_id": "V1"}],
        "stock_batch": [lot("B1", produced_on=DAY, expires_on=DAY + timedelta(days=4), unit_cost_fen=90, supplier_id="V2", received_qty=10),
                        lot("B2")],
        "stock_movement": [
            movement(1, "S1", "W1", "receipt", 10, 0) | {"stock_batch_id": "B1"},
            movement(2, "S1", "W1", "sale", -3, 1) | {"stock_batch_id": "B1"},
            movement(3, "S1", "W1", "receipt", 6, 1) | {"stock_batch_id": "B2"},
            movement(4, "S1", "W1", "receipt", 5, 2), movement(5, "S1", "W1", "count", -9, 3),
            movement(6, "S2", "W1", "receipt", 2, 0), movement(7, "S2", "W1", "sale", -5, 2),
        ],
    })  # fmt: skip
    company.build("fct_stock_lots")
    found = company.rows(
        "SELECT sku_id, stock_batch_id, supplier_id, CAST(received_on - $1 AS INTEGER), CAST(expires_on - $1 AS INTEGER), on_hand_qty,"
        " on_hand_fen, unit_cost_fen, days_left, is_near, received_qty, CAST(known_on - $1 AS INTEGER) FROM fct_stock_lots ORDER BY ALL",
        DAY,
    )
    assert [tuple(row.values()) for row in found] == [
        ("S1", "", "V1", 2, 10, 5, 500, 100, 7, False, 5, 3), ("S1", "B2", "V1", 1, 9, 4, 400, 100, 6, False, 6, 3),
        ("S2", "", None, 2, None, -3, -300, None, None, False, None, 3),
    ]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=12)
@given(st.lists(st.tuples(moves, st.sampled_from((None, "B1", "B2"))), max_size=12))
def test_lots_add_up_to_the_stock_of_the_last_day(
    shared: Company, given_moves: list[tuple[tuple[str, str, int, int], str | None]]
) -> None:
    shared.warehouse.execute("DELETE FROM std.stock_movement")
    shared.land({"stock_movement": [
        movement(number, sku, warehouse, "count", qty, day, qty * (90 + number)) | {"stock_batch_id": lot}
        for number, ((sku, warehouse, qty, day), lot) in enumerate(given_moves)
    ]})  # fmt: skip
    shared.build("fct_stock_lots", "fct_stock_days", full=True)
    added = (
        "SELECT sku_id, warehouse_id, sum(on_hand_qty) AS qty, bool_or(on_hand_qty < 0) AND bool_or(on_hand_qty > 0) AS mixed,"
        " sum(on_hand_fen) AS fen FROM fct_stock_lots GROUP BY ALL"
    )
    stood = {
        (row["sku_id"], row["warehouse_id"]): (row["on_hand_qty"], row["on_hand_fen"])
        for row in shared.rows("SELECT * FROM fct_stock_days QUALIFY stock_date = max(stock_date) OVER ()")
    }
    lots = {(row["sku_id"], row["warehouse_id"]): row for row in shared.rows(added)}
    for key, (qty, fen) in stood.items():
        row = lots.get(key, {"qty": 0, "fen": 0, "mixed": False})
        assert row["qty"] == qty
        assert row["mixed"] or row["fen"] == fen
    assert lots.keys() <= stood.keys()


def test_a_struck_out_price_is_held_against_what_was_paid_before_the_promotion(company: Company) -> None:
    def listing(name: str, sku: str, day: int, reference: int | None, **more: object) -> Row:
        return {"listing_id": name, "batch_id": f"B{day}", "sku_id": sku, "scope_kind": "region", "scope_id": "R1",
                "price_fen": 800, "reference_price_fen": reference, "listed_at": at(f"2026-03-{day:02} 08:00"), **more}  # fmt: skip

    company.land({
        "region": [{"region_id": "R1", "name": "武汉市", "level": "city"}, {"region_id": "R2", "name": "长沙市", "level": "city"}],
        "estate": [{"estate_id": f"E{n}", "name": "e", "region_id": f"R{n}"} for n in (1, 2)],
        "community": [{"community_id": f"C{n}", "name": "c", "estate_id": f"E{n}", "status": "active"} for n in (1, 2)],
        "sku": [{"sku_id": "listed", "name": "n", "base_unit": "piece", "list_price_fen": 1500}],
        "sale_batch": [{"batch_id": f"B{day}", "opened_at": at(f"2026-03-{day:02} 08:00"), "status": "closed",
                        "cut_off_at": at(f"2026-03-{day:02} 22:00"), "delivery_date": DAY} for day in (8, 9, 20)],
        "listing": [
            listing("honest", "apple", 8, 1000), listing("next day of the same", "apple", 9, 1000),
            listing("after a pause", "apple", 20, 1000), listing("nothing struck", "pear", 8, 800),
            listing("above the week's lowest", "pear", 9, 1001), listing("paid elsewhere only", "plum", 9, 1000),
            listing("last paid long ago", "fig", 20, 1200), listing("list price", "listed", 20, None),
        ],
        "orders": [
            order("a", "2026-03-01 10:00", community_id="C1"), order("b", "2026-03-08 10:00", community_id="C1"),
            order("c", "2026-03-05 10:00", community_id="C2"), order("d", "2026-03-07 10:00", paid=None, community_id="C1"),
        ],
        "order_line": [
            line("a", 1, sku_id="apple", unit_price_fen=1000), line("b", 1, sku_id="apple", unit_price_fen=800),
            line("a", 2, sku_id="pear", unit_price_fen=2000), line("b", 2, sku_id="pear", unit_price_fen=1000),
            line("c", 1, sku_id="plum", unit_price_fen=1000), line("d", 1, sku_id="apple", unit_price_fen=500),
            line("a", 3, sku_id="fig", unit_price_fen=1200), line("a", 4, sku_id="apple", unit_price_fen=100, is_gift=True),
        ],
    })  # fmt: skip
    company.build("fct_reference_prices")
    found = company.rows("SELECT listing_id, allowed_fen, is_false FROM fct_reference_prices")
    assert {row["listing_id"]: (row["allowed_fen"], row["is_false"]) for row in found} == {
        "honest": (1000, False),
        "next day of the same": (1000, False),
        "after a pause": (800, True),
        "above the week's lowest": (1000, True),
        "paid elsewhere only": (None, True),
        "last paid long ago": (1200, False),
        "list price": (None, True),
    }
