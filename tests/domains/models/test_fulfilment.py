"""What was promised, handed over, delivered, complained of and rated: rows in, rows out."""

from __future__ import annotations

import pytest
from tests.domains.models.company import Company, Row, at, line, order


@pytest.fixture
def company() -> Company:
    return Company()


def event(number: int, parcel: str, stage: str, when: str, qty: int | None = None, **more: object) -> Row:
    return {
        "delivery_event_id": f"E{number}", "parcel_id": parcel, "stage": stage, "occurred_at": at(when), "qty": qty, **more
    }  # fmt: skip


def test_pieces_are_on_time_late_or_missing(company: Company) -> None:
    promised = at("2026-03-02 16:00")
    parcel = {"kind": "order", "promised_at": promised, "delivery_date": at("2026-03-02 12:00").date()}
    company.land({
        "orders": [order("a", community_id="C1", leader_id="L1", pickup_point_id="P1", warehouse_id="W1")],
        "parcel": [
            {"parcel_id": "on time", "order_id": "a", "pieces": 3, **parcel},
            {"parcel_id": "late", "order_id": "a", "pieces": 2, **parcel},
            {"parcel_id": "short", "order_id": "a", "pieces": 5, **parcel},
            {"parcel_id": "on its way", "order_id": "a", **parcel},
        ],
        "parcel_line": [
            {"parcel_id": "on its way", "line_no": 1, "sku_id": "S1", "qty": 2},
            {"parcel_id": "on its way", "line_no": 2, "sku_id": "S2", "qty": 2},
        ],
        "delivery_event": [
            event(1, "on time", "point_signed", "2026-03-02 16:00", 3),
            event(2, "on time", "collected", "2026-03-02 19:00", 3),
            event(3, "late", "point_signed", "2026-03-02 16:01", 2),
            event(4, "short", "point_signed", "2026-03-02 15:00", 4),
            event(5, "on its way", "departed", "2026-03-02 12:00"),
        ],
    })  # fmt: skip
    company.build("fct_deliveries")
    found = company.rows(
        "SELECT parcel_id, pieces, signed_pieces, on_time_pieces, missing_pieces, collected_pieces, leader_id, warehouse_id"
        " FROM fct_deliveries ORDER BY parcel_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("late", 2, 2, 0, 0, 0, "L1", "W1"),
        ("on its way", 4, 0, 0, 0, 0, "L1", "W1"),
        ("on time", 3, 3, 3, 0, 3, "L1", "W1"),
        ("short", 5, 4, 4, 1, 0, "L1", "W1"),
    ]


def test_a_late_event_corrects_its_parcel_alone(company: Company) -> None:
    company.land({"parcel": [{"parcel_id": key, "kind": "order", "pieces": 1} for key in ("a", "b")]})
    company.build("fct_deliveries")
    company.land({"delivery_event": [event(1, "a", "point_signed", "2026-03-02 15:00", 1)]})
    report = company.build("fct_deliveries")
    assert (report.outcome("fct_deliveries").did, report.outcome("fct_deliveries").touched) == ("updated", 1)
    company.land({"delivery_event": [event(1, "b", "point_signed", "2026-03-02 15:00", 1)]})
    assert company.build("fct_deliveries").outcome("fct_deliveries").touched == 2
    found = company.rows("SELECT parcel_id, signed_pieces FROM fct_deliveries ORDER BY 1")
    assert [tuple(row.values()) for row in found] == [("a", 0), ("b", 1)]


def test_a_hand_over_counts_what_is_short_over_and_damaged(company: Company) -> None:
    told = {"handover_id": "H", "from_kind": "grid", "from_id": "W1", "to_kind": "point", "to_id": "P1"}
    company.land({"handover": [
        {**told, "line_no": 1, "expected_qty": 10, "counted_qty": 8, "handed_at": at("2026-03-02 12:00")},
        {**told, "line_no": 2, "expected_qty": 10, "counted_qty": 11, "handed_at": at("2026-03-02 12:00")},
        {**told, "line_no": 3, "expected_qty": 10, "counted_qty": 10, "short_qty": 1, "over_qty": 1, "damaged_qty": 2,
         "handed_at": at("2026-03-02 12:00")},
    ]})  # fmt: skip
    company.build("fct_handovers")
    found = company.rows(
        "SELECT line_no, short_qty, over_qty, damaged_qty, pickup_point_id, warehouse_id FROM fct_handovers ORDER BY 1"
    )
    assert [tuple(row.values()) for row in found] == [
        (1, 2, 0, 0, "P1", "W1"),
        (2, 0, 1, 0, "P1", "W1"),
        (3, 1, 1, 2, "P1", "W1"),
    ]


def test_cases_and_ratings_carry_the_order_and_the_sku_of_their_line(company: Company) -> None:
    company.land({
        "orders": [order("a", leader_id="L1", member_id="M1")],
        "order_line": [line("a", 1, sku_id="S1"), line("a", 2, sku_id="S2")],
        "after_sale_case": [{
            "case_id": "A1", "order_id": "a", "line_no": 2, "kind": "shortage", "opened_at": at("2026-03-02 10:00"),
            "deadline_at": at("2026-03-02 12:00"), "closed_at": at("2026-03-02 12:30"), "granted_fen": 500,
        }],
        "rating": [{
            "rating_id": "T1", "order_id": "a", "line_no": 1, "about": "goods", "score": 4,
            "rated_at": at("2026-03-03 10:00"),
        }],
    })  # fmt: skip
    company.build("fct_cases", "fct_ratings")
    (case,) = company.rows(
        "SELECT leader_id, sku_id, granted_fen, claimed_fen, answered_second, is_late FROM fct_cases"
    )
    assert tuple(case.values()) == ("L1", "S2", 500, 0, 9000, True)
    (rating,) = company.rows("SELECT leader_id, member_id, sku_id, is_satisfied FROM fct_ratings")
    assert tuple(rating.values()) == ("L1", "M1", "S1", True)
