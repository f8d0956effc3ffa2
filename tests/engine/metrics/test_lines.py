"""Lines by day put together from days known before: the same figures as asked for at once, and only what is new is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from tests.engine.metrics import company
from tests.engine.metrics.company import CATALOG
from tests.engine.metrics.spans import FIRST, as_lines, spans
from tests.engine.metrics.test_random_queries import ASKER

from linshu.engine.metrics.lines import Line, Lines, holds
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.run import Cache, run
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.kernel.errors import Forbidden, Misused

OCTOBER = {"start": "2026-10-01", "end": "2026-10-31"}


@pytest.fixture(scope="module")
def warehouse():
    opened = company.store(DuckWarehouse.open(":memory:"), company.make(7))
    yield opened
    opened.close()


@settings(max_examples=50)
@given(query=ASKER.queries(), asked=spans())
def test_however_periods_follow_each_other_the_figures_are_the_same(warehouse, query, asked):
    cache = Cache()
    for line in as_lines(query, asked):
        try:
            alone = run(warehouse, line, CATALOG)
        except (Misused, Forbidden):
            return  # refusals have tests of their own
        kept = run(warehouse, line, CATALOG, cache)
        assert kept.rows() == alone.rows()
        assert (kept.sql, kept.params, kept.columns) == (alone.sql, alone.params, alone.columns)


@settings(max_examples=100)
@given(asked=spans())
def test_every_day_is_asked_for_once_as_long_as_periods_touch(asked):
    lines, seen, known = Lines(), [], set()

    def ask(query: Query) -> pa.Table:
        days = (query.end - query.start).days + 1
        seen.extend(query.start + timedelta(n) for n in range(days))
        return pa.table({"day": [str(query.start + timedelta(n)) for n in range(days)]})

    for start, end in asked:
        before = len(seen)
        query = Query(("gmv",), start=start, end=end)
        rows = lines.of(query, CATALOG, 1, ask)["day"].to_pylist()
        days = [start + timedelta(n) for n in range((end - start).days + 1)]
        assert rows == [str(day) for day in days]
        touching = known and start <= max(known) + timedelta(1) and end >= min(known) - timedelta(1)
        around = known and start < min(known) and end > max(known)
        new, asked_now = set(days) - known, seen[before:]
        if not new:
            assert asked_now == []
        elif touching and not around:
            assert new <= set(asked_now)
            assert not known & set(asked_now)
            assert len(asked_now) == max(len(new), len(known)), "as many again as are known"
            known |= set(asked_now)
        else:
            assert asked_now == days
            known = set(days)


def test_other_data_makes_no_use_of_what_was_known():
    lines, asked = Lines(), []

    def ask(query: Query) -> pa.Table:
        asked.append((query.start, query.end))
        return pa.table({"day": [str(query.start)]})

    day = Query(("gmv",), start=FIRST, end=FIRST)
    for version in (1, 1, 2):
        lines.of(day, CATALOG, version, ask)
    lines.of(day, CATALOG, 2, ask, "from the facts alone")
    lines.of(replace(day, metrics=("orders",)), CATALOG, 2, ask)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ({}, True),
        ({"where": "channel=wx"}, True),
        ({"grain": "week"}, False),
        ({"fill": False}, False),
        ({"by": "channel"}, False),
        ({"compare": "previous"}, False),
        ({"cumulative": True}, False),
        ({"moving": 7}, False),
        ({"start": None}, False),
        ({"totals": True}, False),
        ({"order": "-gmv"}, False),
        ({"limit": 5}, False),
    ],
)
def test_which_questions_are_lines(question, held):
    assert holds(Query.of("gmv", **{"grain": "day", "fill": True, **OCTOBER, **question}), CATALOG) is held


def test_a_way_that_is_followed_further_is_no_line():
    followed = next(
        name for name in CATALOG.metrics if any(CATALOG.measure(leaf).then for leaf in CATALOG.leaves(name))
    )
    assert not holds(Query.of(followed, grain="day", fill=True, **OCTOBER), CATALOG)


def test_lines_that_do_not_touch_are_not_joined():
    one = Line(date(2026, 10, 1), pa.table({"day": ["1", "2"]}))
    far = Line(date(2026, 10, 9), pa.table({"day": ["9"]}))
    assert one.with_more(far) == far
