"""Which facts a question scans: every fact and clock once, for the asked period and for the compared one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linshu.engine.metrics import refuse, shapes
from linshu.engine.metrics.comparison import SHIFTED, TARGET, Shift, shift
from linshu.engine.metrics.declare import Alignment, Clock, Fact, Later, Measure
from linshu.engine.metrics.slots import Day
from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from sqlglot import exp

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Membership
    from linshu.engine.metrics.filters import Filter
    from linshu.engine.metrics.query import Query

BEFORE = "__before"  # added to the name of a measure when it belongs to the compared period


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of a scan, and the name under which its figure travels."""

    name: str
    measure: Measure


@dataclass(frozen=True, slots=True)
class Scan:
    """One pass over one fact: its clock, its days, the measures taken; `shift` moves a compared period forward."""

    fact: Fact
    clock: Clock
    window: int
    start: Day | None
    end: Day | None
    parts: tuple[Part, ...]
    shift: Shift | None = None
    aligned: Alignment | None = None  # every row counts on the day that is held against its own
    per: tuple[str, ...] = ()  # the keys whose last known row counts, and how many days before a bucket it may lie
    back: int = 0
    then: Later | None = None  # what must follow the first event of each entity
    alone: bool = False  # its one measure takes two steps: a moving window, or values that occur often enough
    running: bool = False  # its figures run from the first day to the end of each bucket
    source: exp.Expr | None = None  # what is read in the fact's place: see `serve`


def scans(query: Query, catalog: Catalog) -> tuple[Scan, ...]:
    """The passes that answer a question. Raises `Misused` or `Forbidden` when a fact lacks what is asked of it."""
    leaves = tuple(dict.fromkeys(leaf for name in query.metrics for leaf in catalog.leaves(name)))
    if query.share:
        for name in query.metrics:
            shapes.shares(catalog.metric(name), catalog)
    found = _scans(query, catalog, leaves)
    if query.compare:
        found = (*found, *_compared(query, catalog, leaves))
    for scan in found:
        _check(scan, query, catalog)
    return found


def checked(query: Query, catalog: Catalog) -> Query:
    """The question itself, unless it is cut by sets that overlap."""
    for name in query.by:
        if name in catalog.memberships:
            raise refuse.cut_by_membership(catalog.memberships[name], query.metrics)
    return query


def _compared(query: Query, catalog: Catalog, leaves: tuple[str, ...]) -> tuple[Scan, ...]:
    """The passes over what the period is held against."""
    start, end = bounded(query, Text("对比", "A comparison"))
    if query.compare == TARGET:
        if catalog.targets is None:
            raise refuse.not_aligned(query, None)
        return ()
    if query.compare in SHIFTED:
        back = shift(query.compare, start, end, query.grain)
        return _scans(query, catalog, leaves, back, BEFORE)
    alignment = catalog.alignments.get(query.compare or "")
    if alignment is None or query.grain is Grain.HOUR:
        raise refuse.not_aligned(query, alignment)
    return tuple(replace(scan, aligned=alignment) for scan in _scans(query, catalog, leaves, suffix=BEFORE))


def _scans(
    query: Query,
    catalog: Catalog,
    leaves: tuple[str, ...],
    back: Shift | None = None,
    suffix: str = "",
) -> tuple[Scan, ...]:
    start, end = Day(shift=back) if query.start else None, Day(last=True, shift=back) if query.end else None
    groups: dict[tuple[object, ...], list[Part]] = {}
    passes: dict[tuple[object, ...], Scan] = {}
    for leaf in leaves:
        measure = catalog.measure(leaf)
        clock = catalog.facts[measure.fact].clock(measure.clock)
        shapes.fits(query, catalog.metric(leaf), measure)
        window = 0 if measure.per else measure.window or query.moving
        running = shapes.runs(query, measure)
        steps = (window > 1 and query.grain) or (running and measure.aggregate == "distinct")
        alone = bool(measure.at_least or measure.rank or steps)
        journey = (measure.value, measure.where, measure.then) if measure.then else None
        key = (measure.fact, clock.name, window, measure.per, measure.back, journey, leaf if alone else "")
        groups.setdefault(key, []).append(Part(leaf + suffix, measure))
        passes[key] = Scan(
            catalog.facts[measure.fact],
            clock,
            window,
            start,
            end,
            parts=(),
            shift=back,
            per=measure.per,
            back=measure.back,
            alone=alone,
            then=measure.then,
            running=running,
        )
    return tuple(replace(passes[key], parts=tuple(parts)) for key, parts in groups.items())


def bounded(query: Query, what: Text) -> tuple[date, date]:
    """The first and last day of the question; raises `Misused` where one is missing."""
    if query.start is None or query.end is None:
        raise Misused(
            Text(f"{what.zh}需要起止日期", f"{what.en} needs a first and a last day"),
            mend=Text("请给出 --from 与 --to", "Give --from and --to"),
        )
    return query.start, query.end


def _check(scan: Scan, query: Query, catalog: Catalog) -> None:
    """Every cut, filter and restriction must reach the fact; closed when in doubt."""
    _check_reach(scan, query, catalog)
    for fact in (scan.fact, *([catalog.facts[scan.then.fact]] if scan.then else [])):
        _check_scope(fact, query, catalog)
    if scan.window or scan.per:
        bounded(query, Text("按窗口统计的指标", "A metric over a window of days"))
    if query.grain is Grain.HOUR and (scan.window or scan.per or scan.running or not scan.clock.at):
        raise Misused(
            Text(f"{scan.fact.title.zh}没有小时粒度", f"{scan.fact.title.en} cannot be cut by the hour"),
            mend=Text("请用 day 或更粗的粒度", "Use day or a coarser grain"),
        )


def _check_reach(scan: Scan, query: Query, catalog: Catalog) -> None:
    for one in query.where:
        if one.dimension in catalog.memberships:
            _check_membership(catalog.memberships[one.dimension], one, scan.fact, query, catalog)
    for name in (*query.by, *(one.dimension for one in query.where if one.dimension not in catalog.memberships)):
        catalog.dimension(name)
        if catalog.road(scan.fact.name, name, query.as_of) is None:
            raise refuse.unreachable(catalog, query.metrics, scan.fact, name, query.as_of)


def _check_membership(asked: Membership, one: Filter, fact: Fact, query: Query, catalog: Catalog) -> None:
    """The fact must reach what the sets are of, and tell an instant where membership is asked as of then."""
    if catalog.road(fact.name, asked.of, query.as_of) is None:
        raise refuse.unreachable(catalog, query.metrics, fact, asked.of, query.as_of)
    if one.operator not in ("in", "not in"):
        raise refuse.no_order(asked)
    if asked.history and query.as_of == "ordered" and not fact.happened:
        raise refuse.no_moment(asked, fact)


def _check_scope(fact: Fact, query: Query, catalog: Catalog) -> None:
    for attribute, _ in query.scope.restrictions():
        dimensions = catalog.scoped.get(attribute, ())
        if not dimensions or any(catalog.road(fact.name, name) is None for name in dimensions):
            raise refuse.out_of_scope(catalog, query.metrics, fact, attribute)
