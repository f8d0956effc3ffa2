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
    open_to = open_under(attribute)
    assert open_to
    scoped, filtered = figures(company, open_to, scope=scope), figures(company, open_to, where=where)
    followed = {name for name in open_to if any(follows(leaf) for leaf in CATALOG.leaves(name))}
    assert {name: scoped[name] for name in open_to if name not in followed} == {
        name: filtered[name] for name in open_to if name not in followed
    }
    # A filter is about the first event; a scope hides later ones outside it too.
    assert all((scoped[name] or 0) <= (filtered[name] or 0) for name in followed)
    for name in CATALOG.metrics:
        if name not in open_to:
            with pytest.raises(Forbidden):
                figures(company, [name], scope=scope)


def follows(leaf: str) -> bool:
    return CATALOG.measure(leaf).aggregate == "converted"


def open_under(attribute: str) -> list[str]:
    """The metrics that every fact of, later events included, reaches the scope from."""
    dimensions = set(CATALOG.scoped[attribute])
    found = [name for name in CATALOG.metrics if dimensions <= set(CATALOG.reached(name))]
    return [name for name in found if all(_reaches(leaf, attribute) for leaf in CATALOG.leaves(name))]


def _reaches(leaf: str, attribute: str) -> bool:
    later = CATALOG.measure(leaf).then
    return later is None or all(CATALOG.road(later.fact, name) for name in CATALOG.scoped[attribute])


@pytest.mark.parametrize("attribute", SCOPES)
def test_an_empty_scope_leaves_nothing(company, attribute):
    open_to = open_under(attribute)
    assert not any(figures(company, open_to, scope=Scope.only(**{attribute: []})).values())


def test_a_figure_of_several_facts_closes_when_any_of_them_does(company):
    with pytest.raises(Forbidden):
        figures(company, ["gmv", "stock_units"], scope=SCOPES["communities"][0])
