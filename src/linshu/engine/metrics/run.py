"""Ask the warehouse: run the compiled statement, name its buckets, and remember the answer until data changes."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics import history
from linshu.engine.metrics.answering import Answering, Kept
from linshu.engine.metrics.pivot import pivoted
from linshu.engine.metrics.result import Lineage, Result
from linshu.engine.metrics.strangers import strangers
from linshu.engine.warehouse.rollups import are_kept, standings
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pyarrow as pa

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Fact
    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.template import Compiled
    from linshu.engine.warehouse.engine import Session, Warehouse
    from linshu.engine.warehouse.rollups import Standing


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
        self.kept = Kept()
        self._answers: OrderedDict[tuple[object, ...], Result] = OrderedDict()
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
            found = self._answers.get(key)
            if found is None:
                self.misses += 1
            else:
                self.hits += 1
                self._answers.move_to_end(key)
            return found

    def put(self, key: tuple[object, ...], result: Result) -> None:
        """Keep an answer, and let go of the one unused longest."""
        with self._lock:
            self._answers[key] = result
            self._answers.move_to_end(key)
            while len(self._answers) > self.size:
                self._answers.popitem(last=False)


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
        began = perf_counter()
        standing = _standing(session, seen, warehouse, catalog, cache) if rollups else None
        answering = Answering(session, seen, catalog, standing, cache.kept if cache else None)
        compiled = answering.compiled(query)
        written = perf_counter()
        table = answering.rows(query, compiled)
        answered = perf_counter()
        totals = answering.totals(query) if query.totals else {}
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
        notes=(
            *_notes(query, catalog, lacking),
            *_wanted(warehouse, query, catalog, cache),
            *strangers(warehouse, query, catalog, table),
        ),
        lacking=tuple(fact.name for fact in lacking),
        start=str(query.start or ""),
        end=str(query.end or ""),
        compile_seconds=written - began,
        run_seconds=answered - written,
    )


def _lacking(warehouse: Warehouse, query: Query, catalog: Catalog, cache: Cache | None) -> tuple[Fact, ...]:
    """The facts asked that have no row at all."""
    facts = {fact.name: fact for name in query.metrics for fact in catalog.facts_of(name)}.values()
    return tuple(fact for fact in facts if _is_empty(warehouse, fact.table, cache))


def _wanted(warehouse: Warehouse, query: Query, catalog: Catalog, cache: Cache | None) -> tuple[Text, ...]:
    """What is said of tables that would tell the figures better and have no row yet."""
    leaves = {leaf for name in query.metrics for leaf in catalog.leaves(name)}
    wants = {want for leaf in sorted(leaves) for want in catalog.metric(leaf).wants}
    return tuple(want.text for want in wants if _is_empty(warehouse, want.table, cache))


def _is_empty(warehouse: Warehouse, table: str, cache: Cache | None) -> bool:
    return not (cache.filled(warehouse.data_version, table, warehouse) if cache else _filled(warehouse, table))


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
