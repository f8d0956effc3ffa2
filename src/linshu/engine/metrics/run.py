"""Ask the warehouse: run the compiled statement, name its buckets, and remember the answer until data changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.metrics import history
from linshu.engine.metrics.compile import compile as compiled_for
from linshu.engine.metrics.compile import template
from linshu.engine.metrics.lines import Lines, holds
from linshu.engine.metrics.pivot import pivoted
from linshu.engine.metrics.result import Lineage, Result
from linshu.engine.metrics.strangers import strangers
from linshu.engine.metrics.template import Templates
from linshu.engine.warehouse.rollups import are_kept, standings
from linshu.kernel.period import FISCAL, Grain
from linshu.kernel.period import name as bucket_name
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Fact
    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.template import Compiled
    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.engine.warehouse.rollups import Standing

OFFSET = timedelta(hours=8)  # hours are told in the company's time, +08:00


@dataclass(frozen=True, slots=True)
class Landing:
    """The newest landing batch that the warehouse holds."""

    seq: int = 0
    landing_id: str = ""
    merged_at: datetime | None = None


NOTHING_LANDED = Landing()


class Cache:
    """The latest answers, least recently used first to go; an answer never outlives its data version."""

    def __init__(self, size: int = 256) -> None:
        self.size = size
        self.hits = self.misses = 0
        self.templates = Templates()
        self.lines = Lines()
        self._kept: OrderedDict[tuple[object, ...], Result] = OrderedDict()
        self._lock = Lock()
        self._keeps_rollups: bool | None = None
        self._standings: tuple[int, Mapping[str, Standing]] = (-1, {})
        self._landing: tuple[int, Landing] = (-1, NOTHING_LANDED)
        self._filled: tuple[int, dict[str, bool]] = (-1, {})

    def landing(self, version: int, warehouse: Warehouse) -> Landing:
        """The newest landing batch as of a data version, looked up once."""
        if self._landing[0] != version:
            self._landing = (version, landing_of(warehouse))
        return self._landing[1]

    def filled(self, version: int, table: str, warehouse: Warehouse) -> bool:
        """Whether a table has any row as of a data version, looked up once."""
        if self._filled[0] != version:
            self._filled = (version, {})
        known = self._filled[1]
        if table not in known:
            known[table] = _filled(warehouse, table)
        return known[table]

    def keeps_rollups(self, warehouse: Warehouse) -> bool:
        """Whether the store keeps a register of rollups, looked up once."""
        if self._keeps_rollups is None:
            self._keeps_rollups = are_kept(warehouse)
        return self._keeps_rollups

    def standings(self, session: Session, version: int, warehouse: Warehouse) -> Mapping[str, Standing]:
        """What the rollups hold in the state of the data that a session sees, read once for each version."""
        known = self._standings
        if known[0] != version:
            # In a transaction, so that version and standings surely belong together.
            with warehouse.snapshot() as own:
                known = self._standings = (own.version(), standings(own))
        return known[1] if known[0] == version else standings(session)

    def get(self, key: tuple[object, ...]) -> Result | None:
        """The kept answer, if any."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[object, ...], result: Result) -> None:
        """Keep an answer, and let go of the one unused longest."""
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)


def run(
    warehouse: Warehouse, query: Query, catalog: Catalog, cache: Cache | None = None, *, rollups: bool = True
) -> Result:
    """The answer to a question as the data stands now; without `rollups` from the facts alone.

    Raises `Misused` or `Missing` for a question without an answer, `Forbidden` where the viewer's scope does not
    reach, `Invalid` when a sum does not fit 64 bits.
    """
    key = (*query.key(catalog), warehouse.data_version, rollups)
    kept = cache.get(key) if cache else None
    if kept is not None:
        return kept
    asked = query.asked().checked()
    if asked.pivot:
        result = pivoted(_run(warehouse, replace(asked, limit=None), catalog, cache, rollups=rollups), asked, catalog)
    else:
        result = _run(warehouse, asked, catalog, cache, rollups=rollups)
    if cache:
        cache.put(key, result)
    return result


def _run(warehouse: Warehouse, query: Query, catalog: Catalog, cache: Cache | None, *, rollups: bool) -> Result:
    version = warehouse.data_version
    query = bounded(warehouse, query, catalog)

    def ask(session: Session, seen: int) -> tuple[Compiled, pa.Table, dict[str, Any], tuple[float, float, float]]:
        # What the rollups hold is read on the same state of the data as their rows.
        began = perf_counter()
        standing = _standing(session, seen, warehouse, catalog, cache) if rollups else None
        compiled = _compiled(query, catalog, standing, cache)
        written = perf_counter()
        if cache and holds(query, catalog):
            read = partial(_read, session, catalog=catalog, standing=standing, cache=cache)
            table = cache.lines.of(query, catalog, seen, read, rollups)
        else:
            table = _shown(session.ask(compiled.sql, list(compiled.params)), compiled, query)
        answered = perf_counter()
        totals = _totals(session, query, catalog, standing, cache) if query.totals else {}
        return compiled, table, totals, (began, written, answered)

    compiled, table, totals, (began, written, answered) = warehouse.glance(ask)
    landing = cache.landing(version, warehouse) if cache else landing_of(warehouse)
    lacking = _lacking(warehouse, query, catalog, cache)
    return Result(
        table=table,
        columns=compiled.columns,
        lineage=Lineage(compiled.tables, landing.seq, landing.landing_id, compiled.served),
        data_version=version,
        as_of=landing.merged_at,
        sql=compiled.sql,
        params=compiled.params,
        totals=totals,
        notes=(*_notes(query, catalog, lacking), *strangers(warehouse, query, catalog, table)),
        lacking=tuple(fact.name for fact in lacking),
        start=str(query.start or ""),
        end=str(query.end or ""),
        compile_seconds=written - began,
        run_seconds=answered - written,
    )


def _read(
    session: Session, query: Query, *, catalog: Catalog, standing: Mapping[str, Standing] | None, cache: Cache
) -> pa.Table:
    """The rows of some of the days of a line."""
    compiled = _compiled(query, catalog, standing, cache)
    return _shown(session.ask(compiled.sql, list(compiled.params)), compiled, query)


def _lacking(warehouse: Warehouse, query: Query, catalog: Catalog, cache: Cache | None) -> tuple[Fact, ...]:
    """The facts asked that have no row at all."""
    version = warehouse.data_version
    facts = {fact.name: fact for name in query.metrics for fact in catalog.facts_of(name)}.values()
    return tuple(
        fact
        for fact in facts
        if not (cache.filled(version, fact.table, warehouse) if cache else _filled(warehouse, fact.table))
    )


def _notes(query: Query, catalog: Catalog, lacking: Iterable[Fact]) -> tuple[Text, ...]:
    """What a reader must know beside the figures: estimates, and facts nobody has collected yet."""
    found = [catalog.metric(name).note for name in query.metrics if catalog.metric(name).note.zh]
    for fact in lacking:
        told = [catalog.metric(name).title for name in query.metrics if fact in catalog.facts_of(name)]
        found.append(
            Text(
                f"还没有{fact.title.zh}数据，{'、'.join(one.zh for one in told)}因此为零或空",
                f"No {fact.title.en.lower()} are collected yet, so {', '.join(one.en for one in told)} is zero or empty",
            )
        )
    return tuple(dict.fromkeys((*found, *history.said(query, catalog))))


def _filled(warehouse: Warehouse, table: str) -> bool:
    return bool(warehouse.query(f"SELECT 1 AS one FROM {table} LIMIT 1").num_rows)


def _standing(
    session: Session, seen: int, warehouse: Warehouse, catalog: Catalog, cache: Cache | None
) -> Mapping[str, Standing] | None:
    """The rollups that may be read now; None in a store that keeps none."""
    if not catalog.rollups:
        return None
    if cache is None:
        return standings(session) if are_kept(warehouse) else None
    return cache.standings(session, seen, warehouse) if cache.keeps_rollups(warehouse) else None


def _compiled(query: Query, catalog: Catalog, standing: Mapping[str, Standing] | None, cache: Cache | None) -> Compiled:
    if cache is None:
        return compiled_for(query, catalog, rollups=standing)
    write = partial(template, query, catalog, rollups=standing)
    return cache.templates.of(query, catalog, standing, write).filled(query)


def _totals(
    session: Session,
    query: Query,
    catalog: Catalog,
    standing: Mapping[str, Standing] | None,
    cache: Cache | None,
) -> dict[str, Any]:
    """The figures of all groups together: asked anew, because distinct counts and ratios cannot be added."""
    compiled = _compiled(query.total(), catalog, standing, cache)
    rows: list[dict[str, Any]] = session.ask(compiled.sql, list(compiled.params)).to_pylist()
    return rows[0] if rows else {}


def bounded(warehouse: Warehouse, query: Query, catalog: Catalog) -> Query:
    """Where a window, a comparison or a filled chart needs both ends and one is open, the data gives it."""
    leaves = {leaf for one in query.metrics for leaf in catalog.leaves(one)}
    measures = [catalog.measure(leaf) for leaf in leaves]
    spans = query.compare or query.fill or query.cumulative or query.moving
    if (query.start and query.end) or not (spans or any(one.window or one.per for one in measures)):
        return query
    clocks = {(fact := catalog.facts[one.fact]).table: fact.clock(one.clock).day for one in measures}
    ends = [
        warehouse.query(f"SELECT MIN({day}) AS first, MAX({day}) AS last FROM {table}").to_pylist()[0]
        for table, day in sorted(clocks.items())
    ]
    first = min((one["first"] for one in ends if one["first"]), default=date(1970, 1, 1))
    last = max((one["last"] for one in ends if one["last"]), default=first)
    start = query.start or min(first, query.end or first)
    return replace(query, start=start, end=query.end or max(last, start))


def _shown(table: pa.Table, compiled: Compiled, query: Query) -> pa.Table:
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


def landing_of(warehouse: Warehouse) -> Landing:
    """The newest landing batch whose rows the warehouse holds."""
    known = warehouse.columns("meta.landing")
    if not {"seq", "landing_id", "merged_at"} <= known.keys():
        return NOTHING_LANDED
    newest = warehouse.query(
        "SELECT landing_id, seq, merged_at FROM meta.landing WHERE merged_at IS NOT NULL ORDER BY seq DESC LIMIT 1"
    ).to_pylist()
    if not newest:
        return NOTHING_LANDED
    row = newest[0]
    moment: datetime = row["merged_at"]
    return Landing(int(row["seq"]), str(row["landing_id"]), moment if moment.tzinfo else moment.replace(tzinfo=UTC))
