"""A rollup answers only what it answers exactly: compared with the fact itself and with brute force."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.brute import Brute, same
from tests.engine.metrics.spans import spans
from tests.engine.metrics.test_random_queries import ASKER

from linshu.engine.access.scope import Scope
from linshu.engine.metrics import bykey, months
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.declare import Rollup
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.ranks import Ranks
from linshu.engine.metrics.run import Cache, run
from linshu.engine.metrics.sums import Sums
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.rollups import standings
from linshu.engine.warehouse.session import DuckSession
from linshu.kernel.errors import Forbidden, Invalid, Misused
from linshu.kernel.period import Grain

TABLES = company.make(7)
BRUTE = Brute(TABLES, company.CATALOG)
LAST = company.START + timedelta(company.DAYS)
OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


def roll(
    warehouse: DuckWarehouse, through: date, dirty: tuple[date, ...] = (), catalog: Catalog = company.ROLLED
) -> None:
    """Every rollup as a build leaves it, with nonsense on the days that must not be read from it; few keys count as small."""
    with warehouse.transaction() as session:
        for table in ("model", "rollup", "rollup_dirty"):
            session.execute(f"DELETE FROM meta.{table}")
        session.execute(
            "INSERT INTO meta.model (name, changed_build) SELECT DISTINCT table_name, 1 FROM information_schema.tables WHERE table_schema = 'mart'"
        )
        for one in catalog.rolled:
            session.build(one.table.table, one.table.select("TRUE"))
            for name, _ in one.table.sums:
                session.execute(
                    f"UPDATE {one.table.table} SET {name} = 99 WHERE {one.table.day} > $1 OR list_contains($2, {one.table.day})",
                    [through, [*dirty, date(1, 1, 1)]],
                )
            if one.table.months:
                session.build(one.table.by_month, one.table.select_months("TRUE"))
            session.execute(
                "INSERT INTO meta.rollup (name, model, day_column, signature, rolled_through, seen_build, row_count)"
                " VALUES ($1, $2, $3, $4, $5, 1, $6)",
                [one.name, one.table.model, one.table.day, one.table.signature, through, len(one.table.keys)],
            )
            for day in dirty:
                session.execute("INSERT INTO meta.rollup_dirty VALUES ($1, $2)", [one.name, day])


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    roll(opened, LAST)
    yield opened
    opened.close()


def served(warehouse: DuckWarehouse, query: Query, catalog: Catalog = company.ROLLED) -> list[str]:
    """The rollup of each scan, or why there is none."""
    with warehouse.snapshot() as session:
        found = compiled(query, catalog, rollups=standings(session)).served
    return [one.rollup or one.reason.en for one in found]


def figures(warehouse: DuckWarehouse, query: Query) -> list[dict]:
    ours, raw = run(warehouse, query, company.ROLLED), run(warehouse, query, company.CATALOG)
    assert ours.rows() == raw.rows()
    return ours.rows()


# -- random questions


@contextmanager
def few_months():
    """The company is young: a single whole month is read as one too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(months, "LEAST", 1)
        yield


@pytest.fixture(scope="module")
def other_warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), TABLES)
    yield opened
    opened.close()


days = st.integers(0, company.DAYS).map(lambda offset: company.START + timedelta(offset))


@pytest.mark.slow
@settings(max_examples=10)
@given(
    asked=st.lists(ASKER.queries(), min_size=6, max_size=6), through=days, dirty=st.lists(days, max_size=9, unique=True)
)
def test_rollup_fact_and_brute_force_agree(other_warehouse, asked, through, dirty):
    roll(other_warehouse, through, tuple(dirty))
    for query in asked:
        try:
            with few_months():
                ours = run(other_warehouse, query, company.ROLLED)
        except (Misused, Forbidden):
            continue  # refusals have tests of their own
        assert ours.table.equals(run(other_warehouse, query, company.CATALOG).table)
        same(ours.rows(), BRUTE.answer(query))


def test_many_random_questions_are_served(warehouse):
    """The comparison above must not pass by never using a rollup."""
    found: list[bool] = []

    @settings(max_examples=60)
    @given(query=ASKER.queries())
    def count(query):
        try:
            found.extend(one in {each.name for each in company.ROLLUPS} for one in served(warehouse, query))
        except (Misused, Forbidden):
            return

    count()
    assert sum(found) > 10
    assert not all(found)


# -- what is chosen, and why not


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        (Query.of("gmv"), ["lines_by_sku"]),
        (Query.of("gmv,units,gifts,best_line", "category", grain="week"), ["lines_by_sku"]),
        (Query.of("gmv", "city,leader"), ["lines_by_group"]),
        (Query.of("gmv", "tier", as_of="now"), ["lines_by_group"]),
        (Query.of("gmv", where="paid_date>=2026-10-03"), ["lines_by_sku"]),
        (Query.of("gmv", scope=Scope.only(regions=["R1"])), ["lines_by_group"]),
        (Query.of("gmv", scope=Scope.only(suppliers=["P1"])), ["lines_by_sku"]),
        (Query.of("skus", "channel"), ["lines_by_sku"]),
        (Query.of("lines_placed", "sku"), ["lines_placed_by_sku"]),
        (Query.of("net", "category"), ["lines_by_sku", "refunds_paid_by_sku"]),
        (Query.of("orders,paid_amount,aov,cheapest", "leader"), ["orders_by_group"]),
        (Query.of("orders,paid_amount,aov", "leader"), ["orders_by_group"]),
        (Query.of("active", grain="day", **OCTOBER), ["orders_by_group"]),
        (Query.of("week_paid", "city", grain="month", compare="previous", **OCTOBER), ["orders_by_group"] * 2),
        (Query.of("messages", "city"), ["chat_by_community"]),
        (Query.of("gmv", "sku,community"), ["no rollup carries community_id"]),
        (Query.of("gmv", "tier"), ["no rollup carries placed_at"]),
        (Query.of("gmv", grain="hour"), ["no rollup carries paid_at"]),
        (Query.of("gmv", where="self_order=true"), ["no rollup carries is_self_order"]),
        (Query.of("buyers"), ["no rollup carries member_id"]),
        (Query.of("loyal"), ["it cannot be added up beforehand"]),
        (Query.of("curious", start="2026-10-01", end="2026-10-31"), ["no rollup carries member_id"]),
        (Query.of("stock_days"), ["no rollup is declared for it"]),
        (Query.of("lines_placed", "paid_date"), ["no rollup carries paid_date"]),
    ],
    ids=lambda value: "-".join((*value.metrics, *value.by)) if isinstance(value, Query) else "",
)
def test_the_smallest_exact_rollup_or_the_reason(warehouse, query, chosen):
    assert served(warehouse, query) == chosen
    figures(warehouse, query)


def test_distinct_values_are_counted_never_added(warehouse):
    """A product sold on thirty days is one product."""
    by_day = figures(warehouse, Query.of("skus", grain="day", **OCTOBER))
    (month,) = figures(warehouse, Query.of("skus", **OCTOBER))
    assert served(warehouse, Query.of("skus", grain="day", **OCTOBER)) == ["lines_by_sku"]
    assert month["skus"] == 3 < sum(row["skus"] for row in by_day)


def test_open_and_dirty_days_come_from_the_fact(other_warehouse):
    roll(other_warehouse, date(2026, 10, 20), (date(2026, 10, 5), date(2026, 9, 30)))
    figures(other_warehouse, Query.of("gmv", "sku", grain="day", **OCTOBER))
    with other_warehouse.snapshot() as session:
        found = compiled(Query.of("gmv", "sku", **OCTOBER), company.ROLLED, rollups=standings(session)).served[0]
        clean = compiled(
            Query.of("gmv", start="2026-10-06", end="2026-10-20"), company.ROLLED, rollups=standings(session)
        )
    assert (found.rollup, found.through, found.dirty) == ("lines_by_sku", date(2026, 10, 20), (date(2026, 10, 5),))
    assert "fct_lines" not in clean.sql, "clean days alone need no row of the fact"
    assert served(other_warehouse, Query.of("gmv", start="2026-10-21")) == ["only open days are asked for"]


@pytest.mark.parametrize(
    ("query", "reads"),
    [
        (Query.of("gmv", **OCTOBER), {"lines_by_sku_months"}),
        (Query.of("gmv", "sku", grain="month"), {"lines_by_sku_months", "lines_by_sku"}),
        (
            Query.of("gmv", "sku", start="2026-08-20", end="2026-11-02", grain="quarter"),
            {"lines_by_sku_months", "lines_by_sku"},
        ),
        (Query.of("skus", end="2026-11-02", grain="month"), {"lines_by_sku_months", "lines_by_sku"}),
        (Query.of("skus", start="2026-10-01", end="2026-11-02", grain="month"), {"lines_by_sku"}),
        (Query.of("gmv", grain="fiscal_year", fiscal_start=4, **OCTOBER), {"lines_by_sku_months"}),
        (Query.of("gmv", start="2026-10-02", end="2026-10-31"), {"lines_by_sku"}),
        (Query.of("gmv", start="2026-10-01", end="2026-10-30", grain="month"), {"lines_by_sku"}),
        (Query.of("gmv", grain="week", **OCTOBER), {"lines_by_sku"}),
        (Query.of("gmv", where="paid_date>=2026-10-03", **OCTOBER), {"lines_by_sku"}),
        (Query.of("gmv", compare="previous", **OCTOBER), {"lines_by_sku_months"}),
        (Query.of("gmv", grain="month", moving=3, **OCTOBER), {"lines_by_sku"}),
    ],
    ids=lambda value: (
        "-".join(map(str, (*value.metrics, value.grain, value.start))) if isinstance(value, Query) else ""
    ),
)
def test_months_are_read_where_nobody_looks_closer(warehouse, query, reads):
    with warehouse.snapshot() as session:
        sql = compiled(query, company.ROLLED, rollups=standings(session)).sql
    assert set(re.findall(r"roll\.(\w+)", sql)) == reads
    figures(warehouse, query)


def test_months_with_marked_or_open_days_are_read_day_by_day(other_warehouse):
    by_month = Query.of("gmv,units", "sku", grain="month")
    for through, dirty in (
        (LAST, ()),
        (date(2026, 11, 30), (date(2026, 10, 5),)),
        (date(2026, 10, 20), (date(2026, 9, 30),)),
    ):
        roll(other_warehouse, through, dirty)
        with few_months():
            figures(other_warehouse, by_month)
            figures(other_warehouse, Query.of("gmv,units", "sku", start="2026-09-20", end="2026-11-17"))


def test_a_rollup_that_does_not_stand_is_not_read(other_warehouse):
    roll(other_warehouse, LAST)
    more = [replace(one, keys=(*one.keys, "self_order")) for one in company.ROLLUPS if one.name == "lines_by_sku"]
    other = Catalog(company.DIMENSIONS, company.FACTS, company.METRICS, more)
    assert served(other_warehouse, Query.of("gmv", "sku"), other) == ["the rollup is not ready"]
    other_warehouse.execute("UPDATE meta.model SET changed_build = 2 WHERE name = 'fct_lines'")
    assert served(other_warehouse, Query.of("gmv", "sku")) == ["the rollup is not ready"]


def test_a_store_without_register_and_a_reader_who_wants_none(warehouse):
    (one,) = compiled(Query.of("gmv"), company.ROLLED).served
    assert one.reason.en == "rollups are not used"
    assert run(warehouse, Query.of("gmv"), company.ROLLED).lineage.served[0].rollup == "lines_by_sku"
    assert run(warehouse, Query.of("gmv"), company.CATALOG).lineage.served[0].rollup == ""


def test_a_sum_over_rollup_rows_that_does_not_fit_is_refused(warehouse_of_its_own):
    """Each day fits 64 bits, together they do not."""
    lines = [
        row | {"is_paid": True, "is_gift": False, "is_test": False} for row in TABLES["fct_lines"] if row["paid_date"]
    ]
    first, *rest = lines
    second = next(row for row in rest if row["paid_date"] != first["paid_date"])
    tables = {**TABLES, "fct_lines": [first | {"goods_fen": 2**62}, second | {"goods_fen": 2**62}]}
    store = company.store(warehouse_of_its_own, tables)
    roll(store, LAST)
    assert served(store, Query.of("gmv")) == ["lines_by_sku"]
    with pytest.raises(Invalid):
        run(store, Query.of("gmv"), company.ROLLED)
    figures(store, Query.of("gmv", grain="day"))


@pytest.fixture
def warehouse_of_its_own():
    opened = DuckWarehouse.open(":memory:")
    yield opened
    opened.close()


# -- declarations


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Rollup("one", "nothing", ()), "unknown fact nothing"),
        (Rollup("one", "lines", ("city",)), "does not lie on fact lines itself"),
        (Rollup("one", "lines", ("sku", "sku")), "names a key twice"),
        (Rollup("one", "lines", (), clock="moon"), "unknown clock moon"),
        (Rollup("One", "lines", ()), "no plain lower-case word"),
    ],
)
def test_wrong_declarations_are_told(wrong, said):
    with pytest.raises(Invalid, match=said):
        Catalog(company.DIMENSIONS, company.FACTS, company.METRICS, [wrong])


def test_columns_follow_from_the_metrics():
    found = {one.name: one for one in company.ROLLED.rolled}
    assert "buyers_rows" not in found["orders_by_group"].columns, "members are no key, so buyers cannot be counted"
    assert {"paid_date", "sku_id", "gmv_sum", "gmv_rows", "best_line_max"} <= found["lines_by_sku"].columns
    assert {"active_rows", "paid_amount_sum"} <= found["orders_by_group"].columns
    same = [name for name, _ in found["orders_by_group"].table.sums if name.startswith("week_")]
    assert same == [], "a window changes nothing about what is kept"


# -- put together from days


def test_figures_put_together_from_days_are_those_of_the_statement(other_warehouse):
    roll(other_warehouse, date(2026, 10, 20), (date(2026, 10, 4), date(2026, 10, 5)))
    together: list[bool] = []

    @settings(max_examples=50)
    @given(query=ASKER.queries(), asked=spans(), data=st.data())
    def agree(query, asked, data):
        cache = Cache()
        for start, end in asked[:3]:
            grain = data.draw(st.sampled_from((None, Grain.DAY)))
            one = Query(
                query.metrics, start=start, end=end, grain=grain, fill=bool(grain), where=query.where,
                as_of=query.as_of, moment=query.moment, scope=query.scope,
                compare=data.draw(st.sampled_from((None, "previous", "last_week", "last_month", "last_year"))),
            )  # fmt: skip
            try:
                plain = run(other_warehouse, one, company.ROLLED)
            except (Misused, Forbidden):
                return  # refusals have tests of their own
            kept = run(other_warehouse, one, company.ROLLED, cache)
            assert kept.table.equals(plain.table)
            assert (kept.sql, kept.params, kept.columns) == (plain.sql, plain.params, plain.columns)
            with other_warehouse.snapshot() as session:
                together.append(bool(Sums.of(one, company.ROLLED, standings(session))))

    agree()
    assert sum(together) > 20
    assert not all(together)


def test_rankings_put_together_from_days_are_those_of_the_statement(other_warehouse):
    roll(other_warehouse, date(2026, 10, 27), (date(2026, 10, 4),))
    together: list[bool] = []

    @settings(max_examples=100)
    @given(query=ASKER.queries(), asked=spans(), data=st.data())
    def agree(query, asked, data):
        cache = Cache()
        by = data.draw(st.sampled_from(("leader", "community", "district", "sku", "tier", "mode")))
        metrics = (data.draw(st.sampled_from(("gmv", "orders", "units", "buyers", "aov"))), *query.metrics[:1])
        order = data.draw(st.sampled_from((*metrics, *(f"-{name}" for name in metrics))))
        compare = data.draw(st.sampled_from((None, "previous", "last_month")))
        one = Query(
            metrics, (by,), where=query.where, as_of=query.as_of, moment=query.moment, scope=query.scope,
            order=data.draw(st.sampled_from(((order,), ()))), limit=data.draw(st.integers(1, 5)), compare=compare,
            top=data.draw(st.sampled_from((0, 0, 1, 2))),
            show=data.draw(st.sampled_from(((), tuple(dict.fromkeys((order.removeprefix("-"), *metrics[:1])))))),
        ).asked()  # fmt: skip
        for start, end in asked:
            now = replace(one, start=start, end=end)
            try:
                plain = run(other_warehouse, now, company.ROLLED)
            except (Misused, Forbidden):
                return  # refusals have tests of their own
            kept = run(other_warehouse, now, company.ROLLED, cache)
            assert kept.table.equals(plain.table)
            assert (kept.sql, kept.params, kept.columns) == (plain.sql, plain.params, plain.columns)
            with other_warehouse.snapshot() as session:
                together.append(bool(Ranks.of(now, company.ROLLED, standings(session))))

    agree()
    assert sum(together) > 40
    assert not all(together)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ({}, 0),
        ({"compare": "previous", "show": "gmv,orders,gmv_previous"}, 0),
        ({"by": "district", "metrics": "gmv,orders", "top": 1, "order": ()}, 0),
        ({"by": "sku", "metrics": "gmv,units", "where": "channel=wx"}, 0),
        ({"metrics": "gmv,buyers"}, 0),
        ({"by": "community", "metrics": "gmv,active"}, 0),
        ({"metrics": "gmv,buyers", "end": "2026-10-28"}, 1),
        ({"metrics": "gmv,buyers", "where": "channel=wx"}, 1),
        ({"metrics": "gmv,buyers", "as_of": "now"}, 1),
        ({"by": "district", "metrics": "gmv,buyers"}, 1),
        ({"metrics": "aov,gmv", "order": "-aov"}, 1),
        ({"metrics": "gmv,cheapest"}, 1),
        ({"limit": None}, 1),
        ({"by": "leader,sku", "metrics": "gmv"}, 1),
        ({"by": "self_order"}, 1),
    ],
    ids=str,
)
def test_which_rankings_of_other_days_need_no_statement(other_warehouse, monkeypatch, question, asks):
    roll(other_warehouse, date(2026, 10, 27))
    cache, statements, ask = Cache(), [], DuckSession.ask
    words = {
        "metrics": "gmv,orders", "by": "leader", "order": "-gmv", "limit": 3, "start": "2026-10-10", "end": "2026-10-20",
        **question,
    }  # fmt: skip
    for back in range(3):  # whoever asks only once has the statement
        run(other_warehouse, Query.of(**{**words, "start": f"2026-09-2{back}"}), company.ROLLED, cache)
    monkeypatch.setattr(DuckSession, "ask", lambda *args: (statements.append(args), ask(*args))[1])
    kept = run(other_warehouse, Query.of(**words), company.ROLLED, cache)
    assert len(statements) == asks
    assert kept.table.equals(run(other_warehouse, Query.of(**words), company.CATALOG).table)


def test_days_of_too_many_keys_are_not_kept(other_warehouse, monkeypatch):
    monkeypatch.setattr(bykey, "WIDEST", 1)
    roll(other_warehouse, LAST)
    cache, statements, ask = Cache(), [], DuckSession.ask
    monkeypatch.setattr(DuckSession, "ask", lambda *args: (statements.append(args), ask(*args))[1])
    for day in range(1, 5):
        asked = Query.of("gmv", "leader", start="2026-10-01", end=f"2026-10-2{day}", order="-gmv", limit=3)
        kept = run(other_warehouse, asked, company.ROLLED, cache)
        assert kept.table.equals(run(other_warehouse, asked, company.CATALOG).table)
    ours = [args for args in statements if "roll." in args[1]]
    assert len(ours) == 5, "tried once, and not again before there is other data"


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ({"metrics": "gmv,orders,aov,refund_rate,best_line,buyers,active,skus"}, 0),
        ({"metrics": "gmv,buyers,aov", "compare": "previous", "show": "gmv,buyers_previous,aov_change"}, 0),
        ({"metrics": "gmv,buyers,active", "grain": "day", "fill": True, "order": "day", "limit": 20000}, 0),
        ({"metrics": "gmv", "where": "channel=wx"}, 0),
        ({"metrics": "gmv,stock_known,stock_out,stock_held", "compare": "previous"}, 0),
        ({"metrics": "stock_known", "grain": "day", "fill": True}, 0),
        ({"metrics": "stock_known", "where": "sku=S1"}, 1),
        ({"metrics": "gmv,loyal,buyers"}, 1),
        ({"metrics": "buyers", "where": "channel=wx"}, 1),
        ({"metrics": "buyers", "scope": Scope.only(regions=["R1"])}, 1),
        ({"metrics": "active", "start": "2026-09-10", "end": "2026-09-26"}, 0),
        ({"metrics": "buyers", "end": "2026-10-28"}, 1),
        ({"metrics": "buyers", "start": "2026-09-10", "end": "2026-09-30"}, 1),
        ({"metrics": "gmv", "by": "channel"}, 1),
        ({"metrics": "gmv", "grain": "week"}, 1),
        ({"metrics": "week_paid"}, 1),
    ],
    ids=str,
)
def test_what_of_other_days_needs_no_statement(other_warehouse, monkeypatch, question, asks):
    roll(other_warehouse, date(2026, 10, 27), (date(2026, 9, 10),))
    cache, statements, ask = Cache(), [], DuckSession.ask
    words = {"start": "2026-10-10", "end": "2026-10-26", **question}
    around = {**words, "start": "2026-09-22", "compare": None, "show": ()}
    run(other_warehouse, Query.of(**around), company.ROLLED, cache)
    monkeypatch.setattr(DuckSession, "ask", lambda *args: (statements.append(args), ask(*args))[1])
    kept = run(other_warehouse, Query.of(**words), company.ROLLED, cache)
    assert len(statements) == asks
    assert kept.table.equals(run(other_warehouse, Query.of(**words), company.CATALOG).table)


def test_a_table_of_values_is_declared_for_a_plain_count_of_them_only():
    def problem(**words: object) -> str:
        with pytest.raises(Invalid) as caught:
            Catalog(company.DIMENSIONS, company.FACTS, company.METRICS, [Rollup("seen", **words)])
        return caught.value.what.en

    assert "counts nothing, which is no count" in problem(fact="orders", counts="nothing")
    assert "must be of the fact and clock of gmv" in problem(fact="lines", counts="gmv")
    two = ("leader", "channel")
    for words in ({"fact": "lines", "counts": "buyers"}, {"fact": "orders", "keys": two, "counts": "buyers"}):
        assert "must be of the fact and clock of buyers" in problem(**words)
    keyed = {"fact": "stock", "keys": ("sku",), "counts": "stock_held"}
    assert "must be of the fact and clock of stock_held" in problem(**keyed)
    assert "must be of the fact and clock of loyal" in problem(fact="orders", counts="loyal")
