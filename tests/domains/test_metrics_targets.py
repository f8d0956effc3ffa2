"""Targets from the rows people set to the figure beside the metric: parts in any order, by name or key."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, line, order

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run


@pytest.fixture(scope="module")
def company():
    made = Company()
    month = {"period_grain": "month", "period_start": date(2026, 3, 1)}
    made.land(
        {
            "region": [
                {"region_id": "R42", "level": "province", "name": "北京"},
                {"region_id": "R4201", "parent_region_id": "R42", "level": "city", "name": "北京"},  # a city of its own
            ],
            "estate": [{"estate_id": "E1", "name": "东湖", "region_id": "R4201"}],
            "community": [{"community_id": "C1", "name": "一群", "estate_id": "E1", "status": "active"}],
            "leader": [{"leader_id": "L1", "name": "王芳", "status": "active"}],
            "orders": [order("O1", "2026-03-03 10:00", community_id="C1", leader_id="L1")],
            "order_line": [line("O1")],
            "target": [
                month | {"metric": "gmv", "dimension": "*", "dimension_value": "*", "target_value": 31_000},
                month | {"metric": "gmv", "dimension": "city", "dimension_value": "北京", "target_value": 6_200},
                month
                | {"metric": "gmv", "dimension": "leader|city", "dimension_value": "王芳|北京", "target_value": 3_100},
                month | {"metric": "refund_rate", "dimension": "*", "dimension_value": "*", "target_value": 30_000},
            ],
        }
    )
    made.build()
    return made


def ask(company: Company, metrics: str, by: str = "", **more: object) -> list[dict[str, object]]:
    period = {"start": "2026-03-01", "end": "2026-03-31"} | more
    return run(company.warehouse, Query.of(metrics, by, compare="target", **period), CATALOG).rows()


def test_the_whole_company(company):
    (row,) = ask(company, "gmv,refund_rate")
    assert (row["gmv_target"], row["refund_rate_target"]) == (31_000.0, pytest.approx(0.03))
    assert row["gmv_attained"] == row["gmv"] / 31_000
    assert ask(company, "gmv", end="2026-03-02")[0]["gmv_target"] == 2_000.0


def test_a_city_named_as_its_province_is_the_city(company):
    assert [(row["city"], row["gmv_target"]) for row in ask(company, "gmv", "city")] == [("R4201", 6_200.0)]
    assert [row["gmv_target"] for row in ask(company, "gmv", "province")] == [None]


def test_parts_joined_by_bars_in_any_order(company):
    for by in ("leader,city", "city,leader"):
        assert [row["gmv_target"] for row in ask(company, "gmv", by)] == [3_100.0]
    assert ask(company, "gmv", "leader", where="city=R4201")[0]["gmv_target"] == 3_100.0
