"""Random questions, answered by the compiler and by brute force: the same figures, to the last fen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.brute import Brute, Row

from linshu.engine.access.scope import Scope
from linshu.engine.metrics import compile as compiled
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.period import Grain

TABLES = company.make(7)
BRUTE = Brute(TABLES, company.CATALOG)
FIRST = date(2026, 9, 10)


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


def _days(draw) -> tuple[date | None, date | None]:
    kind = draw(st.sampled_from(("open", "range", "range", "month", "months")))
    if kind == "open":
        return None, None
    if kind == "month":
        return date(2026, 10, 1), date(2026, 10, 31)
    if kind == "months":
        return date(2026, 10, 1), date(2026, 11, 30)
    start = FIRST + timedelta(draw(st.integers(0, 70)))
    return start, start + timedelta(draw(st.integers(0, 40)))


VALUES = {
    "city": ("武汉", "R2", "(未知)", "' OR 1=1 --"),
    "district": ("D1", "岳麓区"),
    "community": ("一群", "C3", "(未知)"),
    "leader": ("王芳", "L2", "(未知)"),
    "tier": ("silver", "gold", "(未知)"),
    "channel": ("wx", "淘宝", "(未知)"),
    "sku": ("草莓", "S3", "(未知)"),
    "category": ("水果", "(未知)"),
    "supplier": ("P1", "P2"),
    "mode": ("自提", "home"),
    "kind": ("shortage", "(未知)"),
    "self_order": ("true", "false"),
    "paid_date": ("2026-10-03", "2026-10-21"),
}
SCOPES = (
    Scope.everything(),
    Scope.everything(),
    Scope.only(regions=["R1"]),
    Scope.only(regions=["D1", "D3"]),
    Scope.only(communities=["C1", "C2"], channels=["wx"]),
    Scope.only(leaders=["L1"]),
    Scope.only(leaders=[]),
    Scope.only(suppliers=["P1"]),
)


def _filter(draw, name: str) -> Filter:
    operator = draw(st.sampled_from(("in", "not in", "<", ">=") if name == "paid_date" else ("in", "in", "not in")))
    most = 1 if operator in ("<", ">=") else 2
    return Filter(
        name, operator, tuple(draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=most, unique=True)))
    )


ALL = tuple(dimension.name for dimension in company.DIMENSIONS)
WINDOWED = ("active", "week_paid", "week_orders", "stock", "keen", "curious")
PLAIN = tuple(metric.name for metric in company.METRICS if metric.name not in WINDOWED)


@st.composite
def queries(draw) -> Query:
    """Mostly questions that have an answer; now and then one that must be refused."""
    start, end = _days(draw)
    usable = st.sampled_from(WINDOWED) | st.sampled_from(PLAIN) if start else st.sampled_from(PLAIN)
    metrics = tuple(draw(st.lists(usable, min_size=1, max_size=3, unique=True)))
    as_of = draw(st.sampled_from(("ordered", "now")))
    wild = draw(st.integers(0, 9)) == 9
    reached = [name for name in ALL if wild or all(name in company.CATALOG.reached(one, as_of) for one in metrics)]
    names = st.lists(st.sampled_from(reached), max_size=2, unique=True) if reached else st.just([])
    return Query(
        metrics=metrics,
        by=tuple(draw(names)),
        start=start,
        end=end,
        grain=draw(st.sampled_from((None, None, *Grain))),
        where=tuple(_filter(draw, name) for name in draw(names)),
        compare=draw(st.sampled_from((None, "previous", "last_week", "last_month", "last_year"))) if start else None,
        as_of=as_of,
        scope=draw(st.sampled_from(SCOPES)) if draw(st.booleans()) else Scope.everything(),
    )


def _same(ours: list[Row], truth: list[Row]) -> None:
    def order(row: Row) -> list[str]:
        return [str(value) for value in row.values() if isinstance(value, str)]

    ours, truth = sorted(ours, key=order), sorted(truth, key=order)
    assert [list(row) for row in ours] == [list(row) for row in truth]
    for one, other in zip(ours, truth, strict=True):
        for name, value in one.items():
            assert value == (pytest.approx(other[name], rel=1e-12) if isinstance(value, float) else other[name]), name


@pytest.mark.slow
@settings(max_examples=500)
@given(query=queries())
def test_compiler_and_brute_force_agree(warehouse, query):
    try:
        result = run(warehouse, query, company.CATALOG)
    except (Misused, Forbidden):
        return  # refusals have tests of their own
    _same(result.rows(), BRUTE.answer(query))


def test_most_random_questions_have_an_answer():
    """The generator above must not pass by being refused."""
    answered = refused = 0

    @settings(max_examples=120)
    @given(query=queries())
    def count(query):
        nonlocal answered, refused
        try:
            compiled(query, company.CATALOG)
            answered += 1
        except (Misused, Forbidden):
            refused += 1

    count()
    assert answered > 80
    assert refused > 3


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
        _same(run(store, query, company.CATALOG).rows(), brute.answer(query))


@pytest.fixture(scope="module")
def warehouse_of_its_own():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()
