"""Every declaration stands on published tables: the columns are there, and every figure can be asked, even of nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company

from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import Col, Expression, Op, columns, conjuncts
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run


@pytest.fixture(scope="module")
def empty():
    company = Company()
    company.build()
    return company


@pytest.mark.parametrize("metric", CATALOG.metrics.values(), ids=lambda metric: metric.name)
def test_every_version_after_the_first_tells_what_it_changed(metric):
    assert [change.version for change in metric.history] == list(range(2, metric.version + 1))


@pytest.mark.parametrize("fact", CATALOG.facts.values(), ids=lambda fact: fact.name)
def test_a_fact_has_the_columns_it_names(fact, empty):
    there = empty.warehouse.columns(f"mart.{fact.table}")
    named = {*fact.grain, *fact.keys.values(), *columns(fact.where)}
    named |= {name for clock in fact.clocks for name in (clock.day, clock.at) if name}
    named |= {fact.happened} - {""}
    for metric in CATALOG.metrics.values():
        if isinstance(metric.formula, Measure) and metric.formula.fact == fact.name:
            named |= {*columns(metric.formula.value), *columns(metric.formula.where)}
    assert not named - there.keys()


@pytest.mark.parametrize("fact", CATALOG.facts.values(), ids=lambda fact: fact.name)
def test_a_clock_is_a_day_and_an_instant(fact, empty):
    there = empty.warehouse.columns(f"mart.{fact.table}")
    for clock in fact.clocks:
        assert there[clock.day] == "DATE"
        assert not clock.at or there[clock.at].startswith("TIMESTAMP")


@pytest.mark.parametrize("dimension", CATALOG.dimensions.values(), ids=lambda dimension: dimension.name)
def test_a_dimension_has_the_columns_it_names(dimension, empty):
    if dimension.table:
        there = empty.warehouse.columns(f"mart.{dimension.table}")
        assert {dimension.key, dimension.label} - {""} <= there.keys()
    for via in (*dimension.of, *([dimension.now] if dimension.now else [])):
        table = CATALOG.dimension(via.dimension).table
        assert via.column in empty.warehouse.columns(f"mart.{table}"), (via, table)
    if dimension.versions:
        there = empty.warehouse.columns(f"mart.{dimension.versions.table}")
        assert {dimension.versions.key, dimension.versions.column, "valid_from", "valid_to"} <= there.keys()


def test_every_figure_of_an_empty_company_is_nothing(empty):
    whole = run(empty.warehouse, Query.of(CATALOG.metrics, start="2026-03-01", end="2026-03-31"), CATALOG).rows()
    assert len(whole) == 1
    assert whole[0].keys() == CATALOG.metrics.keys()
    assert not any(whole[0].values())


@pytest.mark.slow
@pytest.mark.parametrize("fact", CATALOG.facts.values(), ids=lambda fact: fact.name)
def test_every_cut_of_every_fact_can_be_asked(fact, empty):
    figures = [name for name in CATALOG.metrics if CATALOG.facts_of(name) == (fact,)]
    for as_of in ("ordered", "now"):
        for dimension in CATALOG.reached(figures[0], as_of):
            if as_of == "now" and CATALOG.road(fact.name, dimension, "now") == CATALOG.road(fact.name, dimension):
                continue
            query = Query.of(figures[:2], dimension, start="2026-03-01", end="2026-03-31", as_of=as_of)
            assert run(empty.warehouse, query, CATALOG).rows() == []


def test_every_figure_can_be_cut_somehow():
    assert all(len(CATALOG.reached(metric)) >= 1 for metric in CATALOG.metrics)
    assert len(CATALOG.metrics) >= 80


def test_no_two_metrics_define_the_same_word():
    """Neither the same formula under two names, nor the same title or definition for two formulas."""
    measures: dict[object, list[str]] = {}
    titles: dict[str, list[str]] = {}
    for one in CATALOG.metrics.values():
        formula = one.formula
        if isinstance(formula, Measure):
            clock = CATALOG.facts[formula.fact].clock(formula.clock).name
            parts = frozenset(conjuncts(formula.where))
            formula = replace(formula, clock=clock, where=None), parts
        else:
            formula = _spelt(one.name)
        measures.setdefault(formula, []).append(one.name)
        for said in (one.title.zh, one.title.en, one.definition.zh, one.definition.en):
            titles.setdefault(re.sub(r"[\W_]+", "", said).lower().removesuffix("数"), []).append(one.name)
    assert [names for names in measures.values() if len(names) > 1] == []
    assert [names for names in titles.values() if len(set(names)) > 1] == []


def _spelt(name: str) -> object:
    """A formula down to the measured metrics it reads, so that two ways to write one figure are the same."""
    formula = CATALOG.metric(name).formula
    return name if isinstance(formula, Measure) else _operation(formula)


def _operation(node: Expression) -> object:
    if isinstance(node, Col):
        return _spelt(node.name)
    if isinstance(node, Op):
        args = [_operation(arg) for arg in node.args]
        return (node.name, frozenset(args) if node.name in ("+", "*") else tuple(args))
    return node
