"""Row scope over the whole dictionary: every figure is restricted like a filter would, or stays closed."""

from __future__ import annotations

from datetime import date

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company
from tests.domains.trade import trade

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.kernel.errors import Forbidden

DAYS = {"start": date(2026, 2, 1), "end": date(2026, 7, 31)}
SCOPES = {
    "regions": (Scope.only(regions=["R1"]), "city=R1"),
    "communities": (Scope.only(communities=["C3"]), "community=C3"),
    "leaders": (Scope.only(leaders=["L1"]), "leader=L1"),
    "suppliers": (Scope.only(suppliers=["V1"]), "supplier=V1"),
    "warehouses": (Scope.only(warehouses=["W1"]), "warehouse=W1"),
    "channels": (Scope.only(channels=["wx"]), "channel=wx"),
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company():
    made = Company()
    made.land(trade(1))
    made.build()
    return made


def figures(company: Company, names: list[str], **more: object) -> dict[str, object]:
    return run(company.warehouse, Query.of(names, **DAYS, **more), CATALOG).rows()[0]


@pytest.mark.parametrize("attribute", SCOPES)
def test_a_scope_restricts_like_the_filter_it_is_or_closes(company, attribute):
    scope, where = SCOPES[attribute]
    dimensions = CATALOG.scoped[attribute]
    open_to = [name for name in CATALOG.metrics if set(dimensions) <= set(CATALOG.reached(name))]
    assert open_to
    assert figures(company, open_to, scope=scope) == figures(company, open_to, where=where)
    for name in CATALOG.metrics:
        if name not in open_to:
            with pytest.raises(Forbidden):
                figures(company, [name], scope=scope)


@pytest.mark.parametrize("attribute", SCOPES)
def test_an_empty_scope_leaves_nothing(company, attribute):
    dimensions = CATALOG.scoped[attribute]
    open_to = [name for name in CATALOG.metrics if set(dimensions) <= set(CATALOG.reached(name))]
    assert not any(figures(company, open_to, scope=Scope.only(**{attribute: []})).values())


def test_a_figure_of_several_facts_closes_when_any_of_them_does(company):
    with pytest.raises(Forbidden):
        figures(company, ["gmv", "stock_units"], scope=SCOPES["communities"][0])
