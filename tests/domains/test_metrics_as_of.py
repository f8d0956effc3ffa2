"""A leader who gives a group away keeps what was ordered then; asked as now, it belongs to who leads today."""

from __future__ import annotations

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, line, order, refund

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run


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
