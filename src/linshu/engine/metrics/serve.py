"""Which rollup answers a scan: the smallest that carries everything the scan reads, or none and the reason why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.months import looks_no_closer
from linshu.engine.metrics.nodes import column
from linshu.engine.metrics.plan import Part, Scan
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.rows import FACT
from linshu.engine.metrics.scan import Scanner
from linshu.engine.metrics.serving import Choice, Held, Served
from linshu.engine.metrics.slots import month_of
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.reading import Reading
    from linshu.engine.metrics.slots import Day


def serve(scan: Scan, query: Query, reading: Reading) -> tuple[Scan, Served]:
    """The scan as it is to be read, and what to say about it."""
    raw = Served(scan.fact.name, scan.clock.name)
    if reading.rollups is None:
        return scan, replace(raw, reason=Text("没有使用汇总表", "rollups are not used"))
    found = _choice(scan, query, reading.catalog)
    if isinstance(found, Text):
        return scan, replace(raw, reason=found)
    over, needed, choice = found
    held = choice.of(query, reading.rollups)
    reading.decided.append((choice, held))
    if isinstance(held, Text):
        return scan, replace(raw, reason=held)
    told = replace(raw, rollup=held.rollup.name, through=held.through, dirty=held.dirty)
    return replace(over, source=_source(held, needed, reading.binder)), told


def _choice(scan: Scan, query: Query, catalog: Catalog) -> tuple[Scan, list[str], Choice] | Text:
    """The scan over rollup rows, the columns it reads, and the rollups that carry them; or why there are none."""
    declared = [one for one in catalog.rolled if (one.fact, one.clock) == (scan.fact, scan.clock) and not one.counts]
    if not declared:
        return Text("没有为它声明汇总表", "no rollup is declared for it")
    over = _rewritten(scan, catalog)
    read = _read(over, query, catalog) if over else None
    if over is None or read is None:
        return Text("不能由汇总相加得到", "it cannot be added up beforehand")
    needed, coarse = read
    fitting = tuple(one for one in declared if needed <= one.columns)
    if not fitting:
        asked = needed - catalog.carried(scan.fact.name).names or needed
        lacking = min((sorted(asked - one.columns) for one in declared), key=lambda names: (len(names), names))
        return Text(f"汇总表不含 {', '.join(lacking)}", f"no rollup carries {', '.join(lacking)}")
    reach = _reach(scan, query)
    return over, sorted(needed), Choice(fitting, *(reach or (None, None)), months=coarse and reach is not None)


def _rewritten(scan: Scan, catalog: Catalog) -> Scan | None:
    """The scan over rollup rows, whichever rollup it will be."""
    carried = catalog.carried(scan.fact.name)
    parts = []
    for part in scan.parts:
        measure = carried.rewritten(part.measure)
        if measure is None:
            return None
        parts.append(Part(part.name, measure))
    return replace(scan, fact=replace(scan.fact, where=None), parts=tuple(parts))


def _read(scan: Scan, query: Query, catalog: Catalog) -> tuple[frozenset[str], bool] | None:
    """The columns the scan's statement reads of its fact, and whether months will do for days; None when it counts rows themselves."""
    binder = Binder(query)
    statement = Scanner(scan, query, catalog, binder, set()).select()
    if any(_is_of_fact(star.find_ancestor(exp.Select)) for star in statement.find_all(exp.Star)):
        return None
    needed = frozenset(one.name for one in statement.find_all(exp.Column) if one.table == FACT)
    return needed, not scan.window and looks_no_closer(statement, scan.clock.day, binder)


def _is_of_fact(statement: exp.Select | None) -> bool:
    return statement is not None and statement.args["from_"].this.alias == FACT


def _reach(scan: Scan, query: Query) -> tuple[Day | None, Day | None] | None:
    """The first and last day the scan can touch, where it has such; None for questions of other shapes than these."""
    plain = Query(
        metrics=query.metrics, by=query.by, start=query.start, end=query.end, grain=query.grain, where=query.where,
        compare=query.compare, order=query.order, limit=query.limit, as_of=query.as_of, moment=query.moment,
        fiscal_start=query.fiscal_start, scope=query.scope, fill=query.fill, totals=query.totals, cumulative=query.cumulative, moving=query.moving, share=query.share,
        top=query.top, pivot=query.pivot, show=query.show,
    )  # fmt: skip
    known = Scan(
        scan.fact, scan.clock, scan.window, scan.start, scan.end, scan.parts, scan.shift, alone=scan.alone,
        running=scan.running,
    )  # fmt: skip
    if query != plain or scan != known:
        return None
    return scan.start and scan.start.plus(-max(scan.window - 1, 0)), scan.end


def _source(held: Held, needed: list[str], binder: Binder) -> exp.Expr:
    """Rollup rows of the days it holds rightly, under them the fact's rows of all other days, one by one."""
    chosen = held.rollup
    day = column(chosen.clock.day, FACT)
    clean: list[exp.Expr] = []
    others: list[exp.Expr] = []
    if held.open_days:
        clean.append(exp.LTE(this=day.copy(), expression=binder.bind(held.through)))
        others.append(exp.GT(this=day.copy(), expression=binder.bind(held.through)))
    if held.dirty:
        clean.append(exp.Not(this=binder.within(day.copy(), held.dirty)))
        others.append(binder.within(day.copy(), held.dirty))
    if not others and (held.months is None or held.months.alone):
        return nodes.table(chosen.table.by_month if held.months else chosen.table.table, FACT)
    found = _rolled_up(held, needed, binder, clean)
    if others:
        found.append(chosen.carried.of_fact(needed, nodes.either(others)))
    return nodes.subquery(_stacked(found), FACT)


def _rolled_up(held: Held, needed: list[str], binder: Binder, clean: list[exp.Expr]) -> list[exp.Select]:
    """Whole months, and the days beside them; or days alone."""
    day, table, months = column(held.rollup.clock.day, FACT), held.rollup.table, held.months

    def rows(name: str, *where: exp.Expr) -> exp.Select:
        outputs = [column(one, FACT) for one in needed]
        return nodes.select(outputs, nodes.table(name, FACT), where=nodes.both(one.copy() for one in where))

    if months is None:
        return [rows(table.table, *clean)]
    since = binder.bind(months.opens) if months.opens is not None else None
    until = binder.bind(months.ends)
    within: list[exp.Expr] = [exp.GTE(this=day, expression=since)] if since else []
    within.append(exp.LT(this=day, expression=until))
    spoilt = binder.within(day.copy(), months.dirty) if months.dirty else None
    found = [rows(table.by_month, *within, *([exp.Not(this=spoilt)] if spoilt else []))]
    if since and months.before:
        found.append(rows(table.table, exp.LT(this=day, expression=since), *clean))
    if months.after:
        found.append(rows(table.table, exp.GTE(this=day, expression=until), *clean))
    for one in months.dirty:
        next_one = month_of(one, 1) - timedelta(1)
        between = exp.Between(this=day, low=binder.bind(one), high=binder.bind(next_one))
        found.append(rows(table.table, between, *clean))
    return found


def _stacked(parts: list[exp.Select]) -> exp.Query:
    found: exp.Query = parts[0]
    for part in parts[1:]:
        found = exp.Union(this=found, expression=part, distinct=False)
    return found
