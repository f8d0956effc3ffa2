"""Figures cut by the kind of day: each by the day of its own clock, holidays and shifted workdays included."""

from __future__ import annotations

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company, at, order, refund

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run


@pytest.fixture(scope="module")
def company():
    """Around the Spring Festival of 2026: the 14th of February is a Saturday worked in exchange for the holiday."""
    made = Company()
    made.land(
        {
            "orders": [
                order("a", "2026-02-14 10:00", paid="2026-02-15 10:00"),
                order("b", "2026-03-07 10:00"),
                order("c", "2026-03-04 10:00", paid="2026-03-08 10:00"),
                order("d", "2026-03-04 11:00"),
            ],
            "refund": [refund("r", "b", 300, refunded_at=at("2026-03-09 10:00"))],
        }
    )
    made.build()
    return made


def cut(company: Company, metrics: str, by: str, **more: object) -> list[tuple[object, ...]]:
    found = run(company.warehouse, Query.of(metrics, by, **more), CATALOG)
    return [tuple(row[name] for name in (by, *metrics.split(","))) for row in found.rows()]


def test_each_figure_falls_on_the_day_of_its_own_clock(company):
    assert cut(company, "orders,placed_orders", "day_kind") == [
        ("holiday", 1, 0), ("weekend", 2, 1), ("workday", 1, 3),
    ]  # fmt: skip
    assert cut(company, "refunds", "day_kind") == [("workday", 1)]


def test_a_holiday_is_told_by_name_and_ordinary_days_have_none(company):
    assert cut(company, "orders,placed_orders", "holiday") == [("春节", 1, 0), ("(未知)", 3, 4)]


@pytest.mark.parametrize(
    ("where", "count"),
    [("day_kind=周末", 2), ("day_kind=Holiday", 1), ("holiday=春节", 1), ("company_day>=2026-03-05", 2)],
)
def test_kinds_of_day_can_be_asked_for(company, where, count):
    assert run(company.warehouse, Query.of("orders", where=where), CATALOG).rows() == [{"orders": count}]


def test_every_figure_can_be_cut_by_the_kind_of_day():
    assert set(CATALOG.cut_by("day_kind")) == set(CATALOG.metrics)


def test_the_days_around_the_festival_are_held_against_as_many_days_from_it():
    """The shifted workday of 2026-02-14 lies three days before the festival, as 2025-01-26 did."""
    made = Company()
    made.land(
        {"orders": [order("a", "2026-02-14 10:00"), order("b", "2025-01-26 10:00"), order("c", "2025-02-14 10:00")]}
    )
    made.build()
    asked = Query.of("orders", start="2026-02-14", end="2026-02-14", compare="last_year_aligned")
    assert run(made.warehouse, asked, CATALOG).rows() == [
        {"orders": 1, "orders_last_year_aligned": 1, "orders_change": 0.0}
    ]
    year = Query.of("orders", start="2026-01-01", end="2026-12-31", compare="last_year_aligned", grain="month")
    assert [(row["month"], row["orders_last_year_aligned"]) for row in run(made.warehouse, year, CATALOG).rows()] == [
        ("2026-02", 1),
        ("2026-03", 1),
    ]
