"""Random questions about any company: mostly such as have an answer, now and then one that must be refused."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from hypothesis import strategies as st

from linshu.engine.access.scope import Scope
from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.comparison import COMPARES
from linshu.engine.metrics.filters import Filter, is_unknown
from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain
from linshu.kernel.table import Kind

# How many random questions a proof asks, times this: `LINSHU_QUESTIONS=10 pytest ...` asks thousands.
TIMES = int(os.environ.get("LINSHU_QUESTIONS", "1"))


@dataclass(frozen=True)
class Asker:
    """What can be asked about a company: its dictionary, values to filter by, scopes of viewers, and its days."""

    catalog: Catalog
    values: Mapping[str, tuple[str, ...]]
    scopes: tuple[Scope, ...]
    first: date
    days: int

    @cached_property
    def needing_days(self) -> frozenset[str]:
        """The metrics that look at a window of days, and so need a first and a last day."""
        measures = {name: [self.catalog.measure(leaf) for leaf in self.catalog.leaves(name)] for name in self.plain}
        return frozenset(name for name, found in measures.items() if any(one.window or one.per for one in found))

    @cached_property
    def plain(self) -> tuple[str, ...]:
        return tuple(self.catalog.metrics)

    def queries(self) -> st.SearchStrategy[Query]:
        """Questions over all metrics, dimensions, filters, grains, comparisons, scopes and versions."""
        return st.composite(self._query)()

    def shaped(self) -> st.SearchStrategy[Query]:
        """The same questions, each with a running or moving figure, a share or the best groups."""
        return self.queries().filter(lambda query: query.moving or query.cumulative or query.share or query.top)

    def others(self, query: Query) -> st.SearchStrategy[Query]:
        """Questions that differ from this one in values: other days, filter values, ids of a scope, another moment."""
        return st.composite(self._other)(query)

    def _other(self, draw, query: Query) -> Query:
        moved = timedelta(draw(st.integers(-40, 40)))
        longer = timedelta(0 if query.compare else draw(st.integers(0, 9)))
        where = []
        for one in query.where:
            known = [value for value in self.values[one.dimension] if not is_unknown(value)]
            others = [value if is_unknown(value) else draw(st.sampled_from(known)) for value in one.values]
            where.append(replace(one, values=tuple(others)))
        allowed = {name: [f"{draw(st.sampled_from(ids))}" for _ in ids] for name, ids in query.scope.restrictions()}
        return replace(
            query,
            start=query.start and query.start + moved,
            end=query.end and query.end + moved + longer,
            where=tuple(where),
            scope=Scope.only(**allowed),
            moment=query.moment and query.moment + moved,
        )

    def _days(self, draw) -> tuple[date | None, date | None]:
        kind = draw(st.sampled_from(("open", "range", "range", "month", "months")))
        if kind == "open":
            return None, None
        start = self.first + timedelta(draw(st.integers(0, self.days)))
        if kind == "range":
            return start, start + timedelta(draw(st.integers(0, 40)))
        following = start.replace(day=1) + timedelta(32 if kind == "month" else 63)
        return start.replace(day=1), following.replace(day=1) - timedelta(1)

    def _filter(self, draw, name: str) -> Filter:
        ordered = self.catalog.dimension(name).kind is Kind.DATE
        operator = draw(st.sampled_from(("in", "not in", "<", ">=") if ordered else ("in", "in", "not in")))
        most = 1 if operator in ("<", ">=") else 2
        values = self.values[name][:1] if operator in ("<", ">=") else self.values[name]
        return Filter(
            name, operator, tuple(draw(st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)))
        )

    def _members(self, draw) -> tuple[Filter, ...]:
        """Now and then only those in some sets, or outside them."""
        known = [name for name in self.catalog.memberships if self.values.get(name)]
        if not known or draw(st.integers(0, 3)):
            return ()
        name = draw(st.sampled_from(known))
        values = draw(st.lists(st.sampled_from(self.values[name]), min_size=1, max_size=2, unique=True))
        return (Filter(name, draw(st.sampled_from(("in", "not in"))), tuple(values)),)

    def _query(self, draw) -> Query:
        start, end = self._days(draw)
        usable = [name for name in self.plain if start or name not in self.needing_days]
        metrics = tuple(draw(st.lists(st.sampled_from(usable), min_size=1, max_size=3, unique=True)))
        as_of = draw(st.sampled_from(("ordered", "now", "then")))
        asked = datetime.combine(self.first, time(15, 30), UTC) + timedelta(draw(st.integers(0, self.days)))
        wild = draw(st.integers(0, 9)) == 9
        reached = [
            name
            for name in self.catalog.dimensions
            if wild or all(name in self.catalog.reached(one, as_of) for one in metrics)
        ]
        names = st.lists(st.sampled_from(reached), max_size=2, unique=True) if reached else st.just([])
        filtered = [name for name in reached if self.values.get(name)]
        filters = st.lists(st.sampled_from(filtered), max_size=2, unique=True) if filtered else st.just([])
        return self._shaped(
            draw,
            Query(
                metrics=metrics,
                by=tuple(draw(names)),
                start=start,
                end=end,
                grain=draw(st.sampled_from((None, None, *Grain))),
                where=(*(self._filter(draw, name) for name in draw(filters)), *self._members(draw)),
                compare=draw(st.sampled_from((None, *COMPARES))) if start else None,
                as_of=as_of,
                moment=asked if as_of == "then" else None,
                fiscal_start=draw(st.sampled_from((1, 4, 8))),
                scope=draw(st.sampled_from(self.scopes)) if draw(st.booleans()) else Scope.everything(),
            ),
        )

    def _shaped(self, draw, query: Query) -> Query:
        """Half of the questions in a shape that fits them, or in several."""
        if query.compare == "target" or draw(st.booleans()):
            return query  # targets take no shape
        if query.grain and query.start:
            over = draw(st.sampled_from(("", "moving", "cumulative")))
            moving = draw(st.sampled_from((1, 3, 7, 28))) if over == "moving" else 0
            query = replace(query, moving=moving, cumulative=over == "cumulative")
        if query.by and draw(st.booleans()):
            shares = ("total", *query.by) if len(query.by) > 1 else ("total",)
            query = replace(query, share=draw(st.sampled_from(shares)))
        if query.by and draw(st.booleans()):
            ranks = (query.metrics[0], *(f"-{name}" for name in query.metrics))
            order = draw(st.lists(st.sampled_from(ranks), max_size=2, unique=True))
            query = replace(query, top=draw(st.sampled_from((1, 2, 3))), order=tuple(order))
        return query
