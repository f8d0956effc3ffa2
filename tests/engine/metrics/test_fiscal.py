"""Quarters and years of the company's own: their names, their buckets, and what they are held against."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG
from tests.engine.metrics.test_traps import line, tables

from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.period import named


@pytest.fixture(scope="module")
def warehouse():
    """Each month's sale in fen tells its month: 202503 for March of 2025."""
    months = [(year, month) for year in (2024, 2025, 2026) for month in range(1, 13)]
    lines = [
        line(f"O{year}{month}", paid_at=datetime(year, month, 28, 4, tzinfo=UTC), price_fen=month)
        for year, month in months
    ]
    opened = company.store(DuckWarehouse.open(":memory:"), tables(lines))
    yield opened
    opened.close()


def ask(warehouse, grain: str, start: str, end: str = "", opening: int = 4, **more: object):
    first, last = named(start, fiscal_start=opening), named(end or start, fiscal_start=opening)
    query = Query.of("gmv", grain=grain, start=first.start, end=last.end, fiscal_start=opening, **more)
    return run(warehouse, query, CATALOG).rows()


def test_quarters_from_april_are_named_by_the_year_they_end_in(warehouse):
    assert ask(warehouse, "fiscal_quarter", "FY2026") == [
        {"fiscal_quarter": "FY2026-Q1", "gmv": 4 + 5 + 6},
        {"fiscal_quarter": "FY2026-Q2", "gmv": 7 + 8 + 9},
        {"fiscal_quarter": "FY2026-Q3", "gmv": 10 + 11 + 12},
        {"fiscal_quarter": "FY2026-Q4", "gmv": 1 + 2 + 3},
    ]
    assert ask(warehouse, "fiscal_year", "2025-01", "2026-12") == [
        {"fiscal_year": "FY2025", "gmv": 6},
        {"fiscal_year": "FY2026", "gmv": 78},
        {"fiscal_year": "FY2027", "gmv": 72},
    ]


def test_a_year_from_january_keeps_its_name_as_a_fiscal_one(warehouse):
    assert ask(warehouse, "fiscal_quarter", "2026-Q1", opening=1) == [{"fiscal_quarter": "FY2026-Q1", "gmv": 6}]


def test_a_quarter_of_other_months_begins_there(warehouse):
    rows = ask(warehouse, "fiscal_quarter", "FY2026", opening=2)
    assert [row["gmv"] for row in rows] == [2 + 3 + 4, 5 + 6 + 7, 8 + 9 + 10, 11 + 12 + 1]


def test_a_fiscal_quarter_is_held_against_the_one_before_and_that_of_last_year(warehouse):
    (row,) = ask(warehouse, "fiscal_quarter", "FY2026-Q1", compare="previous")
    assert (row["gmv"], row["gmv_previous"]) == (15, 1 + 2 + 3)
    (row,) = ask(warehouse, "fiscal_quarter", "FY2026-Q4", compare="last_year")
    assert (row["gmv"], row["gmv_last_year"]) == (6, 6)
    (row,) = ask(warehouse, "fiscal_year", "FY2026", compare="previous")
    assert (row["fiscal_year"], row["gmv"], row["gmv_previous"]) == ("FY2026", 78, 78)


def test_empty_quarters_are_shown_and_answers_do_not_mix(warehouse):
    rows = ask(warehouse, "fiscal_quarter", "FY2028", fill=True)
    assert [(row["fiscal_quarter"], row["gmv"]) for row in rows] == [(f"FY2028-Q{n}", 0) for n in (1, 2, 3, 4)]
    april, january = (Query.of("gmv", grain="fiscal_year", fiscal_start=month) for month in (4, 1))
    assert april.key(CATALOG) != january.key(CATALOG)
