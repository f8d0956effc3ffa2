"""Random questions over the whole dictionary about a simulated company: the compiler and plain reading agree."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.dictionary import CATALOG
from tests.domains.hamlet import asker, hamlet, published
from tests.engine.metrics.asking import TIMES
from tests.engine.metrics.brute import Brute, same
from tests.engine.metrics.spans import as_lines, spans

from linshu.engine.metrics.run import Cache, run
from linshu.kernel.errors import Forbidden, Misused

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    with hamlet(tmp_path_factory.mktemp("hamlet")) as shop:
        tables = published(shop)
        yield shop.warehouse, Brute(tables, CATALOG), asker(tables)


def test_the_company_has_rows_of_every_fact(company):
    _, oracle, _ = company
    empty = {fact.name for fact in CATALOG.facts.values() if not oracle.tables[fact.table]}
    assert not empty


@settings(max_examples=300 * TIMES)
@given(data=st.data())
def test_compiler_and_plain_reading_agree(company, data):
    warehouse, oracle, asking = company
    query = data.draw(asking.queries())
    try:
        found = run(warehouse, query, CATALOG).rows()
    except (Misused, Forbidden):
        return  # refusals have tests of their own
    same(found, oracle.answer(query))


@settings(max_examples=50)
@given(data=st.data())
def test_lines_put_together_are_the_same_as_lines_asked_for_at_once(company, data):
    warehouse, _, asking = company
    query = data.draw(asking.queries())
    cache = Cache()
    for line in as_lines(query, data.draw(spans(asking.first))):
        try:
            alone = run(warehouse, line, CATALOG)
        except (Misused, Forbidden):
            return
        assert run(warehouse, line, CATALOG, cache).rows() == alone.rows()
