"""Every figure in the SQL of other stores: the same tables there give the same rows as here."""

from __future__ import annotations

import random
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from tests.domains.dictionary import CATALOG
from tests.domains.models.company import Company
from tests.domains.trade import trade
from tests.stores import STORES, ClickHouse, Postgres, Spark, Store, files

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.comparison import COMPARES
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.query import Query
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.period import Grain

Row = dict[str, Any]
SPAN = {"start": date(2026, 2, 20), "end": date(2026, 6, 30)}
MARCH = {"start": date(2026, 3, 1), "end": date(2026, 3, 31)}
SAMPLE = 36
SCOPES = (
    Scope.only(regions=["R1"]),
    Scope.only(communities=["C1", "C3"]),
    Scope.only(channels=["wx"]),
    Scope.only(leaders=[f"L{number}" for number in range(40)]),
)
SHAPED: tuple[dict[str, Any], ...] = (
    {},
    {"cumulative": True},
    {"moving": 7},
    {"share": "total"},
    {"top": 1},
    {"top": 1, "share": "total"},
    {},
)
WHERE = ("city=武汉", "leader!=王芳", "sku in (S1,白菜)", "channel=(未知)", "member!=M1", "company_day>=2026-03-10")
pytestmark = pytest.mark.slow


@cache
def company() -> Company:
    made = Company()
    made.land(trade(1))
    made.build()
    return made


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    here = company().warehouse
    tables = {name: here.query(f"SELECT * FROM mart.{name}") for name in here.tables("mart") if name[:3] != "stg"}
    return files(tmp_path_factory.mktemp("tables"), tables)


@pytest.fixture(scope="module")
def opened(handed, postgres_url):
    """Every store with the same tables in it."""
    found: dict[str, Store] = {
        "spark": Spark(handed),
        "clickhouse": ClickHouse(handed),
        "postgres": Postgres(handed, postgres_url, "trade"),
    }
    for name, one in found.items():
        one.dialect = name
    yield found
    for one in found.values():
        one.close()


@pytest.fixture(params=STORES)
def store(request, opened):
    return opened[request.param]


def plain(value: object) -> object:
    """Instants without their zone, texts as texts, fractions to twelve digits: what is the same is written the same."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, bytes):
        return value.decode()
    return float(f"{value:.12g}") if isinstance(value, float) else value


def rows(found: list[Row]) -> list[Row]:
    return sorted(({name: plain(value) for name, value in row.items()} for row in found), key=repr)


def here(query: Query) -> list[Row]:
    return company().warehouse.query(compiled(query, CATALOG, inline=True).sql).to_pylist()


def there(store: Store, query: Query) -> list[Row]:
    return store.ask(compiled(query, CATALOG, dialect=store.dialect, inline=True).sql)


def agree(store: Store, query: Query) -> None:
    assert rows(there(store, query)) == rows(here(query)), query


def test_every_metric_is_the_same_there(store):
    """All that share a fact in one question, as a page asks for them: a cut, a grain, and half of them all together."""
    names = list(CATALOG.metrics)
    for half in (names[::2], names[1::2]):  # as a whole the statement is longer than ClickHouse takes
        agree(store, Query.of(half, **MARCH))
    by_fact: dict[str, list[str]] = {}
    for name in names:
        by_fact.setdefault(",".join(fact.name for fact in CATALOG.facts_of(name)), []).append(name)
    for asked in by_fact.values():
        cuts = CATALOG.reached(asked[0])
        agree(store, Query.of(asked, cuts[:1], grain="week", **SPAN))


@cache
def sample() -> tuple[Query, ...]:
    """Random questions over the whole dictionary; every comparison, grain, scope and kind of filter among them."""
    rng, found = random.Random(20261001), list[Query]()
    names, grains = list(CATALOG.metrics), (None, *Grain)
    while len(found) < SAMPLE:
        asked = rng.sample(names, rng.choice((1, 1, 2)))
        as_of = rng.choice(("ordered", "now"))
        cuts = sorted(set.intersection(*(set(CATALOG.reached(name, as_of)) for name in asked)))
        period = rng.choice((SPAN, MARCH, {"start": date(2026, 3, 5), "end": date(2026, 4, 9)}))
        where = [one for one in rng.sample(WHERE, rng.choice((0, 0, 1, 2))) if _about(one) in cuts]
        try:
            query = Query.of(
                asked, rng.sample(cuts, min(len(cuts), rng.choice((0, 1, 2)))), **period, as_of=as_of, where=where,
                grain=grains[len(found) % len(grains)], compare=rng.choice((None, *COMPARES, "target")),
                scope=rng.choice(SCOPES) if rng.random() < 0.3 else None, **rng.choice(SHAPED),
            )  # fmt: skip
            compiled(query, CATALOG)
        except (Misused, Forbidden):
            continue
        found.append(query)
    return tuple(found)


def _about(where: str) -> str:
    return where.replace("!", "=").replace(">", "=").replace(" ", "=").split("=")[0]


@pytest.mark.parametrize("number", range(SAMPLE))
def test_a_sampled_question_is_the_same_there(store, number):
    agree(store, sample()[number])


def test_the_sample_tells():
    """Most of its questions have rows with figures in them, or agreement would mean nothing."""
    told = [any(value for row in here(query) for value in row.values()) for query in sample()]
    assert sum(told) > SAMPLE * 0.7
    assert {query.grain for query in sample()} == {None, *Grain}
    assert {query.compare for query in sample()} == {None, *COMPARES}
    assert any(query.where for query in sample())
    assert any(query.cumulative for query in sample())
    assert any(query.moving for query in sample())
    assert any(query.share for query in sample())
    assert any(query.top for query in sample())
    assert any(query.scope.restrictions() for query in sample())


def test_empty_buckets_are_filled_there(store):
    for grain in ("day", "week", "month"):
        agree(store, Query.of("gmv,refund_amount", grain=grain, fill=True, **MARCH))


def test_order_and_limit_hold_there(store):
    query = Query.of("gmv", "member", grain="month", order="-month,member", limit=5, **SPAN)
    assert [row["member"] for row in there(store, query)] == [row["member"] for row in here(query)]


@pytest.mark.parametrize("value", ["'", "\\", "\\' OR 1=1 --", "a\\b'c\"", "%_", "'; DROP TABLE fct_orders; --"])
def test_a_value_stays_a_value_there(store, value):
    """Some stores read a backslash within quotes as an escape: no value may end its quotes."""
    agree(store, Query.of("orders", where={"channel": ["wx", value]}, **SPAN))
    assert there(store, Query.of("orders", where={"channel": value}, **SPAN)) == [{"orders": 0}]


def test_a_sum_that_does_not_fit_is_refused_there_too(store, tmp_path):
    """A wrapped sum would be a wrong number that nobody notices."""
    measure = CATALOG.measure("gmv")
    assert isinstance(measure, Measure)
    sql = compiled(Query.of("gmv", **SPAN), CATALOG, dialect=store.dialect, inline=True).sql
    huge = sql.replace("f.goods_fen", "(f.goods_fen * 0 + 9223372036854775000)")
    assert huge != sql
    fits = sql.replace("f.goods_fen", "(f.goods_fen * 0 + 1)")
    assert store.ask(fits)[0]["gmv"] > 1
    with pytest.raises(Exception, match=r"(?i)out of range|safely converted|overflow"):
        store.ask(huge)


def test_a_dialect_nobody_speaks_is_refused():
    with pytest.raises(Misused, match="spark"):
        compiled(Query.of("gmv"), CATALOG, dialect="sparc")


SHAPES = {
    "running": Query.of(
        "gmv,active_members,refund_rate", "channel", grain="week", cumulative=True, compare="previous", **SPAN
    ),
    "moving": Query.of("gmv,active_members", "city", grain="week", moving=28, **SPAN),
    "share": Query.of("gmv,active_members", "city,leader", share="city", compare="previous", **MARCH),
    "best": Query.of("gmv,active_members", "channel,leader", grain="month", top=2, share="total", **SPAN),
    "best_ratio": Query.of("refund_rate", "leader", top=2, compare="previous", **SPAN),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_there(store, shape):
    agree(store, SHAPES[shape])
    assert any(value for row in here(SHAPES[shape]) for value in row.values())
