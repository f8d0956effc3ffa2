"""The rows of a question on one state of the data: put together from what is known of its days where that gives the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.metrics import due, seen
from linshu.engine.metrics.bykey import ByKey, narrow_enough, numbered
from linshu.engine.metrics.compile import by_day, template
from linshu.engine.metrics.compile import compile as compiled_for
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.lines import Lines, holds
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.ranks import Ranks
from linshu.engine.metrics.reckon import Beyond
from linshu.engine.metrics.result import KEYS
from linshu.engine.metrics.shapes import REST
from linshu.engine.metrics.sums import Sums
from linshu.engine.metrics.template import Templates
from linshu.kernel.errors import Invalid
from linshu.kernel.period import FISCAL, Grain
from linshu.kernel.period import name as bucket_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.metrics.template import Compiled
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.rollups import Standing

OFFSET = timedelta(hours=8)  # hours are told in the company's time, +08:00


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives a question: statements by their form, and what is known of days."""

    templates: Templates = field(default_factory=Templates)
    lines: Lines = field(default_factory=Lines)
    by_key: ByKey = field(default_factory=ByKey)
    aims: dict[str, tuple[int | None, tuple[due.Aim, ...]]] = field(default_factory=dict)  # targets, by their table


@dataclass(frozen=True, slots=True)
class Answering:
    """Asks within one session; what the rollups hold is read on the same state of the data as their rows."""

    session: Session
    version: int
    catalog: Catalog
    standing: Mapping[str, Standing] | None  # None: the rollups are left alone
    kept: Kept | None

    def compiled(self, query: Query) -> Compiled:
        """The statement that answers a question."""
        if self.kept is None:
            return compiled_for(query, self.catalog, rollups=self.standing)
        write = partial(template, query, self.catalog, rollups=self.standing)
        return self.kept.templates.of(query, self.catalog, self.standing, write).filled(query)

    def rows(self, query: Query, compiled: Compiled) -> pa.Table:
        """The rows of the answer, as the statement gives them."""
        if self.kept is None:
            return self._read(query, compiled)
        sums = Sums.of(query, self.catalog, self.standing) if self.standing is not None else None
        if sums:
            try:
                return self._together(sums, compiled)
            except (Beyond, Invalid):
                pass  # the statement says so in its own words, unless that is only so of days beside the period
        if holds(query, self.catalog):
            return self._line(query)
        found = self._due(query, compiled) if due.asks(query) else self._ranked(query, compiled)
        return self._read(query, compiled) if found is None else found

    def totals(self, query: Query) -> dict[str, Any]:
        """The figures of all groups together: asked anew, because distinct counts and ratios cannot be added."""
        whole = query.total()
        rows: list[dict[str, Any]] = self.rows(whole, self.compiled(whole)).to_pylist()
        return rows[0] if rows else {}

    def _together(self, sums: Sums, compiled: Compiled) -> pa.Table:
        """From the days, beside what is asked as ever."""
        found = sums.columns(self._line, self._seen)
        table = pa.table(
            {one.name: _array(found[one.name], whole=one.whole) for one in compiled.columns if one.name in found}
        )
        if sums.rest:
            others = self.rows(sums.rest, self.compiled(sums.rest))
            for name in others.column_names:
                table = table.append_column(name, others[name])
        elif sums.query.grain:
            days = [str(sums.spans[0][0] + timedelta(place)) for place in range(table.num_rows)]
            table = table.append_column(Grain.DAY.value, pa.array(days))
        return table.select([one.name for one in compiled.columns])

    def _line(self, query: Query) -> pa.Table:
        assert self.kept is not None
        return self.kept.lines.of(
            query, self.catalog, self.version, lambda days: self._read(days, self.compiled(days)), self.standing is None
        )

    def _seen(self, rolled: Rolled, first: date, last: date) -> pa.Table:
        assert self.kept is not None
        days = Query((rolled.counts,), start=first, end=last)

        def read(asked: Query) -> pa.Table:
            return _by_day(seen.rows(self.session, rolled, *_ends(asked)), asked)

        return self.kept.lines.of(days, self.catalog, self.version, read, rolled.name)

    def _ranked(self, query: Query, compiled: Compiled) -> pa.Table | None:
        """From the days of each key; None where that would not do, or nobody asked for the like before."""
        assert self.kept is not None
        by_key, form = self.kept.by_key, replace(query, start=None, end=None).key(self.catalog)
        ranks = Ranks.of(query, self.catalog, self.standing) if self.standing is not None else None
        if ranks is None or not by_key.worth_it(form, self.version):
            return None
        dimension = self.catalog.dimension(query.by[0])
        try:
            groups, figures = ranks.groups(self._days_by_key, self._seen_by_key, by_key.keys(dimension.name).names)
            labels = by_key.labels(dimension, self.session, self.version) if dimension.label else {}
        except (Beyond, Invalid):
            by_key.give_up(form, self.version)
            return None
        columns: dict[str, pa.Array] = {}
        for one in compiled.columns:
            if one.role in KEYS:
                known = labels if one.role == "label" else {group.key: group.key for group in groups}
                words = [REST.zh if group.rest else _word(group.key, known) for group in groups]
                columns[one.name] = pa.array(words, pa.string())
            else:
                columns[one.name] = _array(figures[one.name], whole=one.whole)
        return pa.table(columns)

    def _due(self, query: Query, compiled: Compiled) -> pa.Table | None:
        """What figures are to reach, from all targets that were set for them."""
        assert self.kept is not None
        assert self.catalog.targets is not None
        try:
            version, aims = self.kept.aims.get(self.catalog.targets.table, (None, ()))
            if version != self.version:
                aims = due.read(self.session, self.catalog.targets.table)
                self.kept.aims[self.catalog.targets.table] = self.version, aims
            found = due.due(query, self.catalog, aims)
        except due.Left:
            return None
        return pa.table({one.name: _array([found[one.metric]], whole=False) for one in compiled.columns})

    def _days_by_key(self, query: Query) -> pa.Table:
        assert self.kept is not None
        kept, keys = self.kept, self.kept.by_key.keys(query.by[0])

        def read(days: Query) -> pa.Table:
            write = partial(by_day, days, self.catalog, rollups=self.standing)
            statement = kept.templates.of(days, self.catalog, self.standing, write, "by day").filled(days)
            rows = numbered(self.session.ask(statement.sql, list(statement.params)), keys)
            return narrow_enough(_by_day(rows, days))

        return kept.by_key.lines.of(query, self.catalog, self.version, read)

    def _seen_by_key(self, rolled: Rolled, first: date, last: date) -> pa.Table:
        assert self.kept is not None
        keys = self.kept.by_key.keys(rolled.by)
        days = Query((rolled.counts,), (rolled.by,), start=first, end=last)

        def read(asked: Query) -> pa.Table:
            return narrow_enough(_by_day(numbered(seen.rows(self.session, rolled, *_ends(asked)), keys), asked))

        return self.kept.by_key.lines.of(days, self.catalog, self.version, read, rolled.name)

    def _read(self, query: Query, compiled: Compiled) -> pa.Table:
        return shown(self.session.ask(compiled.sql, list(compiled.params)), compiled, query)


def _by_day(rows: pa.Table, query: Query) -> pa.Table:
    return seen.by_day(rows, *_ends(query))


def _ends(query: Query) -> tuple[date, date]:
    assert query.start is not None
    assert query.end is not None
    return query.start, query.end


def _word(key: str | None, known: Mapping[str | None, str | None]) -> str:
    """A key or its name as people read it."""
    found = None if key is None else known.get(key)
    return UNKNOWN.zh if found is None else found


def _array(values: list[Any], *, whole: bool) -> pa.Array:
    return pa.array(values, pa.int64()) if whole else pa.array(values, pa.float64())


def shown(table: pa.Table, compiled: Compiled, query: Query) -> pa.Table:
    """Buckets under their names (2026-10-01, 2026-10, 2026-Q4, FY2027-Q1, 2026-10-01T09:00+08:00), figures as int64 or double."""
    arrays = []
    for column in compiled.columns:
        values = table.column(column.name)
        if column.role == "time":
            assert query.grain is not None
            opening = query.fiscal_start if query.grain in FISCAL else 1
            names = [_bucket(query.grain, value, opening) for value in values.to_pylist()]
            values = pa.array(names, pa.string())
        elif column.unit is not None:
            values = pc.cast(values, pa.int64() if column.whole else pa.float64())
        arrays.append(values)
    return pa.table(arrays, names=[column.name for column in compiled.columns])


def _bucket(grain: Grain, value: Any, fiscal_start: int) -> str | None:
    if value is None:
        return None
    if grain is not Grain.HOUR:
        return bucket_name(grain, value.date() if isinstance(value, datetime) else value, fiscal_start=fiscal_start)
    instant = value if value.tzinfo else value.replace(tzinfo=UTC)
    return f"{(instant.astimezone(UTC) + OFFSET):%Y-%m-%dT%H:00}+08:00"
