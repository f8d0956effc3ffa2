"""Visits, referrals and chat: who came for the first time, who was won, who spoke."""

from __future__ import annotations

import pytest
from tests.domains.models.company import Company, Row, at, order, refund


@pytest.fixture
def company() -> Company:
    return Company()


def visit(visit_id: str, when: str, **more: object) -> Row:
    return {"visit_id": visit_id, "visited_at": at(when), **more}


def test_the_first_visit_of_a_person_converts_by_the_first_order_within_seven_days(company: Company) -> None:
    company.land({
        "identity": [{"account_source": "test", "source_member_id": "tb-1", "member_id": "M1"}],
        "visit": [
            visit("1", "2026-03-01 10:00", member_id="M1"),
            visit("2", "2026-03-01 09:00", member_id="tb-1"),
            visit("3", "2026-03-01 10:00", member_id="M2"),
            visit("4", "2026-03-01 10:00", visitor_id="device"),
            visit("5", "2026-03-02 10:00", visitor_id="device"),
            visit("6", "2026-03-01 10:00", member_id="M3", is_new_visitor=False),
            visit("7", "2026-03-08 10:00", member_id="M4"),
        ],
        "orders": [
            order("a", "2026-03-08 08:59", member_id="M1"),
            order("b", "2026-03-08 10:00", member_id="M2"),
            order("c", "2026-03-08 11:00", member_id="M4"),
        ],
        "refund": [refund("r", "c", 1000)],
    })  # fmt: skip
    company.build("fct_visits")
    found = company.rows(
        "SELECT visit_id, visitor_id, is_first_visit, converts_within_7d, is_mature FROM fct_visits ORDER BY visit_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("1", "M1", False, False, True),
        ("2", "M1", True, True, True),
        ("3", "M2", True, False, True),  # seven days to the minute are over
        ("4", "device", True, False, True),
        ("5", "device", False, False, False),
        ("6", "M3", False, False, True),  # the source knows an older visit
        ("7", "M4", True, False, False),  # wholly refunded
    ]


def test_an_earlier_visit_that_lands_late_becomes_the_first(company: Company) -> None:
    company.land(
        {"visit": [visit("1", "2026-03-02 10:00", member_id="M1"), visit("2", "2026-03-02 10:00", member_id="M2")]}
    )
    company.build("fct_visits")
    company.land({"visit": [visit("0", "2026-03-01 10:00", member_id="M1")]})
    assert company.build("fct_visits").outcome("fct_visit_orders").touched == 1
    assert company.rows("SELECT visit_id FROM fct_visits WHERE is_first_visit ORDER BY 1") == [
        {"visit_id": "0"},
        {"visit_id": "2"},
    ]


def test_a_referral_is_converted_by_the_first_paid_order(company: Company) -> None:
    company.land({
        "referral": [
            {"invitee_member_id": "M1", "inviter_kind": "leader", "inviter_id": "L1", "referred_at": at("2026-03-01 10:00")},
            {"invitee_member_id": "M2", "inviter_kind": "member", "inviter_id": "M2", "referred_at": at("2026-03-01 10:00")},
        ],
        "orders": [order("a", member_id="M1")],
    })  # fmt: skip
    company.build("fct_referrals")
    found = company.rows(
        "SELECT leader_id, inviter_member_id, is_converted, is_self, reward_fen FROM fct_referrals ORDER BY invitee_member_id"
    )
    assert [tuple(row.values()) for row in found] == [("L1", None, True, False, 0), (None, "M2", False, True, 0)]


def test_chat_told_for_the_whole_and_for_members_counts_once(company: Company) -> None:
    hour = {"community_id": "C1", "activity_date": at("2026-03-01 12:00").date(), "activity_hour": 20}
    company.land({"chat_activity": [
        {**hour, "member_id": "*", "messages": 9, "interactions": 4, "participants": 3, "joins": 1},
        {**hour, "member_id": "M1", "messages": 5, "interactions": 1},
        {**hour, "activity_hour": 21, "member_id": "M1", "messages": 5, "interactions": 1},
        {**hour, "activity_hour": 21, "member_id": "M2", "messages": 2, "interactions": 0, "leaves": 1},
    ]})  # fmt: skip
    company.build("fct_chat")
    found = company.rows(
        "SELECT activity_hour, messages, interactions, participants, joins, leaves FROM fct_chat ORDER BY activity_hour"
    )
    assert [tuple(row.values()) for row in found] == [(20, 9, 4, 3, 1, 0), (21, 7, 1, 2, 0, 1)]
