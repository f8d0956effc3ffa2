"""Visits, referrals and chat: who came for the first time, who was won, who spoke."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.domains.models.company import Company, Row, all_models, at, order, refund

from linshu.domains.growth.metrics import METRICS


@pytest.fixture
def company() -> Company:
    return Company()


def clock(name: str) -> Row:
    """The first of March, an evening."""
    return {f"{name}_at": at("2026-03-01 20:00"), f"{name}_date": date(2026, 3, 1)}


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


def test_the_weights_of_the_contribution_are_published_as_they_are_counted() -> None:
    (model,) = [each for each in all_models() if each.name == "fct_leader_weeks"]
    weights = {name: int(part) for part, name in re.findall(r"(\d+) AS (\w+)", model.select.split(")")[0])}
    assert sum(weights.values()) == 100
    (told,) = [each.meaning for each in model.columns if each.name == "contribution_ppm"]
    assert {name: int(part) for name, part in re.findall(r"(\w+) (\d+) %", told)} == weights
    (metric,) = [each for each in METRICS if each.name == "leader_contribution"]
    for text in (metric.definition.zh, metric.definition.en):
        assert [int(part) for part in re.findall(r"(\d+) %", text)] == list(weights.values())


def test_a_small_leader_is_drawn_to_what_is_typical(company: Company) -> None:
    """One order in one week: half of everything but the days, which are what they are."""
    company.land({"orders": [
        order("a", "2026-03-02 10:00", leader_id="L1", community_id="C1", member_id="M1"),
        order("b", "2026-03-08 10:00", leader_id="L1", community_id="C1", member_id="M1"),
        order("own", "2026-03-04 10:00", leader_id="L2", member_id="ML2"),
        order("late", "2026-03-30 10:00", leader_id="L3", community_id="C1", member_id="M3"),
    ], "leader": [{"leader_id": "L2", "name": "李敏", "status": "active", "member_id": "ML2"}]})  # fmt: skip
    company.build("fct_leader_weeks")
    rows = company.rows("SELECT * FROM fct_leader_weeks ORDER BY week_end")
    assert [(row["leader_id"], str(row["week_end"]), row["orders_28d"]) for row in rows] == [
        ("L1", f"2026-03-{day}", 2) for day in ("08", "15", "22", "29")
    ]
    assert all(row["acquisition_ppm"] in range(500_000, 650_000) for row in rows)
    assert all(row["sales_ppm"] in range(390_000, 510_000) for row in rows)
    assert all(row["activity_ppm"] == 71_429 and row["retention_ppm"] == 600_000 for row in rows)


def test_what_lands_late_recomputes_only_the_weeks_of_its_leaders(company: Company) -> None:
    group = {"community_id": "C1"}
    company.land({
        "orders": [order("a", leader_id="L1", member_id="M1", **group), order("b", leader_id="L3", member_id="M2", **group)],
        "rating": [{"rating_id": "r", "order_id": "b", "about": "point", "score": 1, **clock("rated")}],
    })  # fmt: skip
    company.build("fct_leader_weeks")
    company.land({
        "orders": [order("a", leader_id="L2", member_id="M1", **group)],
        "refund": [refund("f", "a", 300)],
        "after_sale_case": [{"case_id": "k", "order_id": "a", "kind": "return", "liability": "leader",
                             **clock("opened")}],
    })  # fmt: skip
    outcome = company.build("fct_leader_weeks").outcome("fct_leader_weeks")
    assert (outcome.did, outcome.touched) == ("updated", 2)
    late = "SELECT leader_id, paid_28d_fen, complaints_28d FROM fct_leader_weeks ORDER BY 1"
    updated = company.rows("SELECT * FROM fct_leader_weeks ORDER BY ALL")
    assert [tuple(row.values()) for row in company.rows(late)] == [("L2", 700, 1), ("L3", 1000, 1)]
    company.build("fct_leader_weeks", full=True)
    assert company.rows("SELECT * FROM fct_leader_weeks ORDER BY ALL") == updated
