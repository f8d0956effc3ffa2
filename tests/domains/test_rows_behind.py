"""The rows behind a figure are those that it counts: put together again they give the figure, whatever is asked."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company
from tests.domains.trade import trade

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.behind import COUNTED, behind, chosen
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.errors import Forbidden, Misused

MEASURED = [name for name, one in CATALOG.metrics.items() if isinstance(one.formula, Measure) and not one.formula.then]
FOLLOWED = [name for name, one in CATALOG.metrics.items() if isinstance(one.formula, Measure) and one.formula.then]
SPAN = {"start": date(2026, 3, 1), "end": date(2026, 4, 30)}
ASKED = (
    {},
    {"where": "leader=L2"},
    {"where": "city!=武汉"},
    {"where": "channel=(未知)"},
    {"scope": Scope.only(regions=["R1"])},
    {"as_of": "now", "where": "leader=L2"},
)
pytestmark = pytest.mark.slow


@cache
def company() -> Company:
    made = Company()
    made.land(trade(1))
    made.build()
    return made


def together(name: str, rows: list[dict]) -> object:
    """The figure from its rows, in plain Python."""
    measure = CATALOG.measure(name)
    if measure.value is None:
        return len(rows)
    values = [row[COUNTED] for row in rows if row[COUNTED] is not None]
    if measure.aggregate in ("sum", "last"):
        return sum(values)
    if measure.aggregate == "percentile":
        return sorted(values)[-(-len(values) * measure.rank // 100) - 1] if values else None
    if measure.aggregate in ("min", "max"):
        return {"min": min, "max": max}[measure.aggregate](values, default=None)
    if measure.each:
        pairs = {(row[COUNTED], row[measure.each]) for row in rows if row[measure.each] is not None}
        times = Counter(value for value, _ in pairs if value is not None)
    else:
        times = Counter(values)
    return sum(1 for count in times.values() if count >= max(measure.at_least, 1))


@pytest.mark.parametrize("name", MEASURED)
def test_the_rows_give_the_figure(name):
    told = 0
    for more in ASKED:
        query = Query.of(name, **SPAN, **more)
        try:
            (figure,) = run(company().warehouse, query, CATALOG).rows()
        except (Misused, Forbidden) as refusal:
            with pytest.raises(type(refusal)):
                behind(query, CATALOG, name)
            continue
        found = behind(query, CATALOG, name)
        rows = company().warehouse.query(found.sql, list(found.params)).to_pylist()
        assert together(name, rows) == figure[name], more
        told += 1
    assert told


def test_a_cut_is_shown_beside_each_row():
    query = Query.of("gmv", "city,channel,company_day", **SPAN)
    found = behind(query, CATALOG, "gmv")
    assert found.keys == ("by_city",)  # channel and day lie on the row itself
    rows = company().warehouse.query(found.sql, list(found.params)).to_pylist()
    by_city = {
        row["city"]: row["gmv"] for row in run(company().warehouse, Query.of("gmv", "city", **SPAN), CATALOG).rows()
    }
    for city in {row["by_city"] for row in rows}:
        of_city = [row[COUNTED] for row in rows if row["by_city"] == city]
        assert sum(of_city) == by_city[city or "(未知)"]


def test_the_part_of_a_formula_is_chosen_by_name():
    query = Query.of("refund_rate,gmv", **SPAN)
    leaves = CATALOG.leaves("refund_rate")
    assert chosen(query, CATALOG) == leaves[0]
    assert chosen(query, CATALOG, "gmv") == "gmv"
    with pytest.raises(Misused, match="gmv"):
        chosen(query, CATALOG, "gvm")


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_conversion_has_no_rows_of_one_table(name):
    with pytest.raises(Misused, match=name):
        behind(Query.of(name, **SPAN), CATALOG, name)
