"""Held against last year day by day: the counterparts of a bucket's days, whatever is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.engine.metrics import company
from tests.engine.metrics.company import ALIGNED, CATALOG, DIMENSIONS, FACTS, METRICS
from tests.engine.metrics.test_traps import line, tables

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Misused

COMPARE = "last_year_aligned"
FIRST = date(2026, 10, 5)  # a Monday
# The days of one week against days of the week four weeks before, the first two exchanged.
PAIRS = [(0, 1), (1, 0), *((n, n) for n in range(2, 7))]


@pytest.fixture(scope="module")
def warehouse():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()


@pytest.fixture
def ask(warehouse):
    days = [{"day": FIRST + timedelta(a), "held": FIRST + timedelta(b - 28)} for a, b in PAIRS]

    def asked(lines, metrics, by="", **more):
        store = company.store(warehouse, tables(lines) | {"dim_days": days})
        period = {"start": str(FIRST), "end": str(FIRST + timedelta(6))} | more
        return run(store, Query.of(metrics, by, compare=COMPARE, **period), CATALOG).rows()

    return asked


def sold(name: str, day: date, price: int, **more: object):
    at = datetime(day.year, day.month, day.day, 4).astimezone()
    return line(name, placed_at=at, paid_at=at, price_fen=price, **more)


THEN = FIRST - timedelta(28)
SALES = [
    sold("O1", FIRST, 500),
    sold("O2", THEN, 100),
    sold("O3", THEN + timedelta(1), 250, member_id="M2", channel_id="tb"),
    sold("O4", THEN - timedelta(1), 9_000),  # nobody's counterpart
]


def test_each_day_shows_the_figure_of_its_counterpart(ask):
    assert [(row["day"], row["gmv"], row[f"gmv_{COMPARE}"]) for row in ask(SALES, "gmv", grain="day")] == [
        ("2026-10-05", 500, 250),
        ("2026-10-06", 0, 100),
    ]
    assert ask(SALES, "gmv", grain="week") == [
        {"week": "2026-10-05", "gmv": 500, f"gmv_{COMPARE}": 350, "gmv_change": 150 / 350}
    ]


def test_a_single_day_is_held_against_a_single_day(ask):
    assert ask(SALES, "gmv", end=str(FIRST)) == [{"gmv": 500, f"gmv_{COMPARE}": 250, "gmv_change": 1.0}]
    assert ask(SALES, "gmv", start=str(FIRST + timedelta(2)))[0][f"gmv_{COMPARE}"] == 0


def test_people_are_counted_once_over_all_counterparts_and_ratios_divide_their_sums(ask):
    lines = [*SALES, sold("O5", THEN + timedelta(4), 50)]
    row = ask(lines, "buyers,aov")[0]
    assert (row[f"buyers_{COMPARE}"], row[f"aov_{COMPARE}"]) == (2, (100 + 250 + 50) / 3)


def test_cuts_filters_and_scope_hold_for_both_years(ask):
    assert ask(SALES, "gmv", where="channel=tb")[0][f"gmv_{COMPARE}"] == 250
    assert {row["channel"]: row[f"gmv_{COMPARE}"] for row in ask(SALES, "gmv", "channel")} == {"wx": 100, "tb": 250}
    assert ask(SALES, "gmv", scope=Scope.only(channels=["wx"]))[0][f"gmv_{COMPARE}"] == 100


def test_a_window_looks_at_the_counterparts_of_its_days(ask):
    """The seven days that end with Sunday, each against its own day: the Sunday before them stays outside."""
    assert ask(SALES, "week_paid")[0][f"week_paid_{COMPARE}"] == 350
    rows = {row["day"]: row[f"week_paid_{COMPARE}"] for row in ask(SALES, "week_paid", grain="day")}
    assert (rows["2026-10-05"], rows["2026-10-06"], rows["2026-10-11"]) == (250, 350, 350)


def test_by_the_hour_or_without_such_a_table_it_is_refused(ask):
    with pytest.raises(Misused, match="逐日"):
        ask(SALES, "gmv", grain="hour")
    bare = Catalog(DIMENSIONS, FACTS, METRICS)
    with pytest.raises(Misused, match="previous"):
        compiled(Query.of("gmv", compare=COMPARE, start="2026-10-01", end="2026-10-02"), bare)
    found = compiled(Query.of("gmv", compare=COMPARE, start="2026-10-01", end="2026-10-02"), CATALOG)
    assert ALIGNED.table in found.tables
