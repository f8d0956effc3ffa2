"""A statement that is kept answers every question of its form as one written anew: the same text, the same values."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.metrics import company
from tests.engine.metrics.asking import TIMES, Asker
from tests.engine.metrics.brute import Brute, same
from tests.engine.metrics.test_random_queries import ASKER, SCOPES

from linshu.app.domains import catalog
from linshu.engine.access.scope import Scope
from linshu.engine.metrics.binding import MANY
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.compile import template
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.metrics.template import Templates, form
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.rollups import Standing
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.table import Kind

START = company.START
DICTIONARY = catalog()
DAYS = st.integers(0, company.DAYS).map(lambda offset: START + timedelta(offset))
TEXTS = ("a", "b", "(未知)")
KINDS = {Kind.BOOL: ("true", "false"), Kind.DATE: ("2026-10-03", "2026-10-21"), Kind.INT: ("1", "2")}
EVERYTHING = Asker(
    DICTIONARY,
    {
        one.name: tuple(choice.value for choice in one.choices) or KINDS.get(one.kind, TEXTS)
        for one in DICTIONARY.dimensions.values()
    }
    | dict.fromkeys(DICTIONARY.memberships, TEXTS),
    (*SCOPES, Scope.only(regions=[str(number) for number in range(MANY + 3)])),
    date(2026, 9, 10),
    70,
)


def standings(known: Catalog) -> st.SearchStrategy[dict[str, Standing]]:
    """How the rollups may stand: some not at all, most through some day, with days to be read from the fact."""

    def standing(one) -> st.SearchStrategy[Standing | None]:
        dirty = st.lists(DAYS, max_size=3, unique=True).map(lambda days: tuple(sorted(days)))
        made = st.builds(Standing, st.just(one.name), st.just(one.table.signature), DAYS, dirty, st.integers(1, 3))
        return st.one_of(st.none(), made, made, made)

    every = st.tuples(*(standing(one) for one in known.rolled))
    return every.map(lambda found: {one.name: one for one in found if one})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asker", "known"), [(ASKER, company.ROLLED), (EVERYTHING, DICTIONARY)], ids=["company", "dictionary"]
)
def test_filled_in_or_written_anew_is_the_same(asker, known):
    seen = {"answered": 0, "of one form": 0, "fitting": 0}

    @settings(max_examples=100 * TIMES)
    @given(data=st.data())
    def check(data):
        query = data.draw(asker.queries()).asked()
        other = data.draw(asker.others(query)).asked()
        before = data.draw(st.one_of(st.none(), standings(known)))
        after = before if before is None or data.draw(st.booleans()) else data.draw(standings(known))
        try:
            kept = template(query.checked(), known, rollups=before)
        except (Misused, Forbidden):
            return  # refusals have tests of their own
        seen["answered"] += 1
        if form(query) != form(other):
            return
        seen["of one form"] += 1
        if kept.fits(other, after):
            seen["fitting"] += 1
            assert kept.filled(other) == compiled(other, known, rollups=after)

    check()
    assert seen["answered"] > seen["of one form"] >= seen["fitting"] > 25, seen
    # of the company's own questions some must be of one form and not fit; in the whole dictionary chance may draw none
    assert seen["of one form"] > seen["fitting"] or known is DICTIONARY, seen


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(7))
    yield opened
    opened.close()


@pytest.mark.slow
@settings(max_examples=40 * TIMES)
@given(data=st.data())
def test_kept_statements_and_brute_force_agree(warehouse, data):
    query, cache = data.draw(ASKER.queries()), Cache(size=0)
    for asked in (query, data.draw(ASKER.others(query)), data.draw(ASKER.others(query))):
        try:
            found = run(warehouse, asked, company.CATALOG, cache)
        except (Misused, Forbidden):
            return  # refusals have tests of their own
        same(found.rows(), BRUTE.answer(asked))


BRUTE = Brute(company.make(7), company.CATALOG)
OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Query.of("gmv", **OCTOBER), Query.of("gmv", start="2026-09-01", end="2026-09-02"), True),
        (Query.of("gmv", start="2026-10-01", end="2026-10-01"), Query.of("gmv", **OCTOBER), True),
        (Query.of("gmv", **OCTOBER), Query.of("gmv", start="2026-10-01"), False),
        (Query.of("gmv", compare="previous", **OCTOBER),
         Query.of("gmv", start="2026-09-01", end="2026-09-30", compare="previous"), True),
        (Query.of("gmv", compare="previous", **OCTOBER),
         Query.of("gmv", start="2026-09-01", end="2026-09-29", compare="previous"), False),
        (Query.of("gmv", where="city=R1"), Query.of("gmv", where="city=R2"), True),
        (Query.of("gmv", where="city=R1"), Query.of("gmv", where="city=(未知)"), False),
        (Query.of("gmv", where="city=R1"), Query.of("gmv", where="city!=R1"), False),
        (Query.of("gmv", where="city=R1"), Query.of("gmv", where="city in (R1,R2)"), False),
        (Query.of("gmv", scope=Scope.only(leaders=["L1"])), Query.of("gmv", scope=Scope.only(leaders=["L2"])), True),
        (Query.of("gmv", scope=Scope.only(leaders=["L1"])), Query.of("gmv", scope=Scope.only(leaders=[])), False),
        (Query.of("gmv", scope=Scope.only(leaders=["L1"])), Query.of("gmv"), False),
        (Query.of("gmv", "sku", limit=1), Query.of("gmv", "sku", limit=2), False),
    ],
)  # fmt: skip
def test_values_alone_make_no_other_form(one, other, alike):
    assert (form(one) == form(other)) is alike


def test_many_ids_of_a_scope_travel_as_one_however_many_they_are():
    scopes = [Scope.only(leaders=[f"L{number}" for number in range(count)]) for count in (MANY, MANY + 40)]
    few, many = (Query.of("gmv", scope=scope) for scope in scopes)
    assert form(few) == form(many)
    assert template(few, company.CATALOG).filled(many) == compiled(many, company.CATALOG)
    assert compiled(many, company.CATALOG).params == (sorted(scopes[1].leaders),)


def test_a_value_that_is_none_of_its_dimension_is_refused_by_a_kept_statement_too():
    kept = template(Query.of("gmv", where="paid_date>=2026-10-01"), company.CATALOG)
    with pytest.raises(Misused, match="someday"):
        kept.filled(Query.of("gmv", where=[Filter("paid_date", ">=", ("someday",))]))


def test_a_statement_is_written_once_and_again_when_a_rollup_holds_something_else():
    written: list[Query] = []
    kept = Templates()

    def ask(start: str, end: str, through: date, *dirty: date) -> str:
        query = Query.of("gmv", start=start, end=end)
        now = {one.name: Standing(one.name, one.table.signature, through, dirty, 1) for one in company.ROLLED.rolled}

        def write():
            written.append(query)
            return template(query, company.ROLLED, rollups=now)

        found = kept.of(query, company.ROLLED, now, write)
        assert found.filled(query) == compiled(query, company.ROLLED, rollups=now)
        return found.sql

    whole = ask("2026-09-02", "2026-09-30", date(2026, 10, 20))
    assert ask("2026-09-03", "2026-10-20", date(2026, 10, 20)) == whole
    assert ask("2026-09-03", "2026-09-20", date(2026, 10, 20), date(2026, 10, 1)) == whole
    assert len(written) == 1
    assert ask("2026-09-03", "2026-10-21", date(2026, 10, 20)) != whole
    assert ask("2026-09-03", "2026-10-20", date(2026, 10, 20), date(2026, 10, 1)) != whole
    assert ask("2026-11-03", "2026-11-20", date(2026, 10, 20)) != whole
    assert ask("2026-09-02", "2026-09-29", date(2026, 10, 20)) == whole
    assert len(written) == 4


def test_many_who_ask_at_once_wait_for_one_who_writes():
    written: list[int] = []
    kept = Templates()

    def ask(day: int) -> None:
        query = Query.of("gmv", start=date(2026, 10, day), end="2026-10-31")

        def write():
            written.append(day)
            return template(query, company.CATALOG)

        assert kept.of(query, company.CATALOG, None, write).filled(query) == compiled(query, company.CATALOG)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(1, 17)))
    assert len(written) == 1
