"""A leader who gives a group away keeps what was ordered then; asked as now, it belongs to who leads today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, line, order, refund

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.company_day import CompanyDay


@pytest.fixture(scope="module")
def company():
    """Fang led the group until 10 March, then Min did; Fang rose to gold on 5 March, Min fell to bronze on 20 March."""
    made = Company()
    people = [{"leader_id": name, "name": name, "status": "active"} for name in ("fang", "min")]
    assignment = {"community_id": "C1", "role": "owner"}
    tier = {"origin": "manual"}
    orders = [("O1", "2026-03-03 10:00", "fang"), ("O2", "2026-03-07 10:00", "fang"), ("O3", "2026-03-15 10:00", "min")]
    made.land(
        {
            "leader": people,
            "community": [{"community_id": "C1", "name": "一群", "status": "active"}],
            "leader_assignment": [
                assignment
                | {"leader_id": "fang", "valid_from": at("2026-01-01 00:00"), "valid_to": at("2026-03-10 00:00")},
                assignment | {"leader_id": "min", "valid_from": at("2026-03-10 00:00")},
            ],
            "leader_tier": [
                tier
                | {
                    "leader_id": "fang",
                    "tier": "silver",
                    "valid_from": at("2026-01-01 00:00"),
                    "valid_to": at("2026-03-05 00:00"),
                },
                tier | {"leader_id": "fang", "tier": "gold", "valid_from": at("2026-03-05 00:00")},
                tier
                | {
                    "leader_id": "min",
                    "tier": "silver",
                    "valid_from": at("2026-01-01 00:00"),
                    "valid_to": at("2026-03-20 00:00"),
                },
                tier | {"leader_id": "min", "tier": "bronze", "valid_from": at("2026-03-20 00:00")},
            ],
            "orders": [order(name, placed, community_id="C1", leader_id=leader) for name, placed, leader in orders],
            "order_line": [line(name) for name, _, _ in orders],
            "refund": [refund("F1", "O1", 300)],
        }
    )
    made.build()
    return made


def cut(company: Company, metrics: str, by: str, as_of: str) -> list[tuple[object, ...]]:
    found = run(company.warehouse, Query.of(metrics, by, as_of=as_of), CATALOG)
    return [tuple(row[name] for name in (by, *metrics.split(","))) for row in found.rows()]


def test_by_leader(company):
    assert cut(company, "gmv,refund_amount", "leader", "ordered") == [("fang", 2000, 300), ("min", 1000, 0)]
    assert cut(company, "gmv,refund_amount", "leader", "now") == [("min", 3000, 300)]


def test_by_tier_at_the_time_of_the_order_or_today(company):
    assert cut(company, "gmv,orders", "leader_tier", "ordered") == [("gold", 1000, 1), ("silver", 2000, 2)]
    assert cut(company, "gmv,orders", "leader_tier", "now") == [("bronze", 3000, 3)]


def test_a_refund_follows_its_order(company):
    assert cut(company, "refund_amount", "leader_tier", "ordered") == [("silver", 300)]
    assert cut(company, "refund_amount", "leader_tier", "now") == [("bronze", 300)]


def test_as_of_a_day_relations_stand_as_at_its_end(company):
    assert cut(company, "gmv,refund_amount", "leader", "2026-03-09") == [
        ("fang", 3000, 300)
    ]  # the change came at midnight
    assert cut(company, "gmv,refund_amount", "leader", "2026-03-10") == [("min", 3000, 300)]
    assert cut(company, "gmv,orders", "leader_tier", "2026-03-04") == [("silver", 3000, 3)]
    assert cut(company, "gmv,orders", "leader_tier", "2026-03-09") == [("gold", 3000, 3)]
    assert cut(company, "gmv,orders", "leader_tier", "2026-03-12") == [("silver", 3000, 3)]
    assert cut(company, "gmv,orders", "leader_tier", "2026-03-20") == [("bronze", 3000, 3)]
    assert cut(company, "gmv,orders", "leader", "2025-12-31") == [("(未知)", 3000, 3)]  # nobody led it yet


def test_the_end_of_a_day_is_the_cut_off_of_the_company(company):
    """At 20:00 the day of the 9th ends before Min takes over at midnight; a change at 21:00 belongs to the next day."""
    for cut_off, day, leader in (
        ("24:00", "2026-03-09", "fang"),
        ("20:00", "2026-03-10", "min"),
        ("20:00", "2026-03-09", "fang"),
    ):
        asked = Query.of("gmv", "leader", as_of=day, company_day=CompanyDay.parse(cut_off))
        assert [row["leader"] for row in run(company.warehouse, asked, CATALOG).rows()] == [leader]
    early = Query.of("gmv", as_of="2026-03-09", company_day=CompanyDay.parse("20:00"))
    assert early.moment == datetime(2026, 3, 9, 11, 59, 59, 999999, tzinfo=UTC)


def test_a_group_that_changed_its_pickup_point_collects_where_one_asks():
    made = Company()
    spell = {"community_id": "C1"}
    made.land(
        {
            "pickup_assignment": [
                spell
                | {"pickup_point_id": "P1", "valid_from": at("2026-01-01 00:00"), "valid_to": at("2026-03-10 12:00")},
                spell | {"pickup_point_id": "P2", "valid_from": at("2026-03-10 12:00")},
            ],
            "orders": [order("O1", "2026-03-03 10:00", community_id="C1", pickup_point_id="P1")],
            "order_line": [line("O1")],
        }
    )
    made.build()
    assert cut(made, "gmv", "pickup_point", "ordered") == [("P1", 1000)]
    assert cut(made, "gmv", "pickup_point", "now") == [("P2", 1000)]
    assert cut(made, "gmv", "pickup_point", "2026-03-09") == [("P1", 1000)]
    assert cut(made, "gmv", "pickup_point", "2026-03-10") == [("P2", 1000)]


def test_what_keeps_no_history_says_so(company):
    asked = Query.of("gmv", "leader,category", as_of="2026-03-09", where="city!=武汉")
    notes = [note.zh for note in run(company.warehouse, asked, CATALOG).notes]
    assert "品类、城市没有历史，按现在的资料" in notes
    plain = run(company.warehouse, Query.of("gmv", "leader,channel,day_kind", as_of="2026-03-09"), CATALOG)
    assert plain.notes == ()
