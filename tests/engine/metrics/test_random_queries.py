"""Random questions, answered by the compiler and by brute force: the same figures, to the last fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.asking import TIMES, Asker
from tests.engine.metrics.brute import Brute, same

from linshu.engine.access.scope import Scope
from linshu.engine.metrics import compile as compiled
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.result import KEYS
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, Misused

TABLES = company.make(7)
BRUTE = Brute(TABLES, company.CATALOG)
FIRST = date(2026, 9, 10)


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


VALUES = {
    "city": ("武汉", "R2", "(未知)", "' OR 1=1 --"),
    "district": ("D1", "岳麓区"),
    "community": ("一群", "C3", "(未知)"),
    "leader": ("王芳", "L2", "(未知)"),
    "tier": ("silver", "gold", "(未知)"),
    "channel": ("wx", "淘宝", "(未知)"),
    "segment": ("高价值", "G2", "G3", "(未知)"),
    "tag": ("辣", "甜", "(未知)"),
    "sku": ("草莓", "S3", "(未知)"),
    "category": ("水果", "(未知)"),
    "supplier": ("P1", "P2"),
    "mode": ("自提", "home"),
    "kind": ("shortage", "(未知)"),
    "self_order": ("true", "false"),
    "warehouse": ("W1", "(未知)"),
    "paid_date": ("2026-10-03", "2026-10-21"),
}
SCOPES = (
    Scope.only(regions=["R1"]),
    Scope.only(regions=["D1", "D3"]),
    Scope.only(communities=["C1", "C2"], channels=["wx"]),
    Scope.only(leaders=["L1"]),
    Scope.only(leaders=[]),
    Scope.only(suppliers=["P1"]),
)


ASKER = Asker(company.CATALOG, VALUES, SCOPES, FIRST, 70)


@pytest.mark.slow
@settings(max_examples=500 * TIMES)
@given(query=ASKER.queries())
def test_compiler_and_brute_force_agree(warehouse, query):
    try:
        result = run(warehouse, query, company.CATALOG)
    except (Misused, Forbidden):
        return  # refusals have tests of their own
    same(result.rows(), BRUTE.answer(query))


def test_most_random_questions_have_an_answer():
    """The generator above must not pass by being refused."""
    answered = refused = 0

    @settings(max_examples=120)
    @given(query=ASKER.queries())
    def count(query):
        nonlocal answered, refused
        try:
            compiled(query, company.CATALOG)
            answered += 1
        except (Misused, Forbidden):
            refused += 1

    count()
    assert answered > 60
    assert refused > 3


@pytest.mark.slow
@settings(max_examples=60 * TIMES)
@given(query=ASKER.queries(), data=st.data())
def test_what_is_not_shown_changes_nothing_of_what_is(warehouse, query, data):
    try:
        whole = run(warehouse, query, company.CATALOG)
    except (Misused, Forbidden):
        return
    keys = [one.name for one in whole.columns if one.role in KEYS]
    figures = [one.name for one in whole.columns if one.role not in KEYS]
    drawn = data.draw(st.lists(st.sampled_from(figures), min_size=1, unique=True))
    show = tuple(dict.fromkeys((*drawn, *(item.removeprefix("-") for item in query.order))))
    some = run(warehouse, replace(query, show=show), company.CATALOG)
    assert [one.name for one in some.columns] == [*keys, *(name for name in figures if name in show)]
    every = {tuple(row[key] for key in keys): row for row in whole.rows()}
    found = {tuple(row[key] for key in keys): row for row in some.rows()}
    for group, row in found.items():
        assert row == {name: every[group][name] for name in row}
    for group in every.keys() - found.keys():
        assert not any(every[group][name] for name in show)


def test_a_figure_that_the_answer_does_not_have_cannot_be_shown():
    with pytest.raises(Misused, match="gmv_previous"):
        compiled(Query.of("gmv", show="gmv_previous"), company.CATALOG)


@pytest.mark.slow
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), orders=st.integers(0, 25))
def test_any_small_company_agrees(warehouse_of_its_own, seed, orders):
    tables = company.make(seed, orders)
    store = company.store(warehouse_of_its_own, tables)
    brute = Brute(tables, company.CATALOG)
    for query in (
        Query.of("gmv,refunded,refund_rate,orders,buyers", "tier", grain="month"),
        Query.of("net,skus,best_line", "leader", as_of="now", where="city!=武汉"),
        Query.of(
            "active,week_paid", "district", start="2026-10-01", end="2026-10-31", grain="week", compare="previous"
        ),
    ):
        same(run(store, query, company.CATALOG).rows(), brute.answer(query))


@pytest.fixture(scope="module")
def warehouse_of_its_own():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()
