"""Which rollup answers a scan: the smallest that carries everything the scan reads, or none and the reason why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.nodes import column
from linshu.engine.metrics.plan import Part, Scan
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.rows import FACT
from linshu.engine.metrics.scan import Scanner
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.warehouse.rollups import Standing

MOST_DIRTY = 400  # with more days to read from the fact than that, the fact is read alone
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Served:
    """Where a scan's rows come from: a rollup with the days that it holds rightly, or the fact alone and why."""

    fact: str
    clock: str
    rollup: str = ""
    through: date | None = None  # later days come from the fact
    dirty: tuple[date, ...] = ()  # and so do these
    reason: Text = NOTHING

    def told(self) -> dict[str, object]:
        """As it stands in JSON."""
        return {
            "fact": self.fact,
            "clock": self.clock,
            "rollup": self.rollup,
            "through": str(self.through or ""),
            "dirty_days": [str(day) for day in self.dirty],
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
        }


@dataclass(frozen=True, slots=True)
class _Choice:
    """A rollup that answers exactly: the scan over its rows, and the columns this reads."""

    over: Scan
    needed: frozenset[str]
    rollup: Rolled
    standing: Standing


def serve(
    scan: Scan, query: Query, catalog: Catalog, standings: Mapping[str, Standing] | None, binder: Binder
) -> tuple[Scan, Served]:
    """The scan as it is to be read, and what to say about it. `standings` None: rollups are not wanted."""
    raw = Served(scan.fact.name, scan.clock.name)
    choice = _choice(scan, query, catalog, standings)
    if isinstance(choice, Text):
        return scan, replace(raw, reason=choice)
    through = choice.standing.through
    first, last = _reach(scan, query)
    dirty = tuple(day for day in choice.standing.dirty if (not first or day >= first) and (not last or day <= last))
    if first and first > through:
        return scan, replace(raw, reason=Text("只涉及未结的日子", "only open days are asked for"))
    if len(dirty) > MOST_DIRTY:
        return scan, replace(raw, reason=Text(f"{len(dirty)} 天待重新汇总", f"{len(dirty)} days wait to be added up"))
    source = _source(choice, dirty, binder, open_days=last is None or last > through)
    told = replace(raw, rollup=choice.rollup.name, through=through, dirty=dirty)
    return replace(choice.over, source=source), told


def _choice(scan: Scan, query: Query, catalog: Catalog, standings: Mapping[str, Standing] | None) -> _Choice | Text:
    """The smallest rollup that answers exactly, or why there is none."""
    if standings is None:
        return Text("没有使用汇总表", "rollups are not used")
    declared = [one for one in catalog.rolled if (one.fact, one.clock) == (scan.fact, scan.clock)]
    if not declared:
        return Text("没有为它声明汇总表", "no rollup is declared for it")
    over = _rewritten(scan, catalog)
    needed = _read(over, query, catalog) if over else None
    if over is None or needed is None:
        return Text("不能由汇总相加得到", "it cannot be added up beforehand")
    fitting = [one for one in declared if needed <= one.columns]
    if not fitting:
        asked = needed - catalog.carried(scan.fact.name).names or needed
        lacking = min((sorted(asked - one.columns) for one in declared), key=lambda names: (len(names), names))
        return Text(f"汇总表不含 {', '.join(lacking)}", f"no rollup carries {', '.join(lacking)}")
    ready = [_Choice(over, needed, one, standings[one.name]) for one in fitting if _stands(one, standings)]
    if not ready:
        return Text("汇总表尚未就绪", "the rollup is not ready")
    return min(ready, key=lambda one: (one.standing.rows, one.rollup.name))


def _stands(one: Rolled, standings: Mapping[str, Standing]) -> bool:
    found = standings.get(one.name)
    return found is not None and found.signature == one.table.signature


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


def _read(scan: Scan, query: Query, catalog: Catalog) -> frozenset[str] | None:
    """The columns the scan's statement reads of its fact; None when it counts rows themselves."""
    statement = Scanner(scan, query, catalog, Binder(), set()).select()
    if any(_is_of_fact(star.find_ancestor(exp.Select)) for star in statement.find_all(exp.Star)):
        return None
    return frozenset(one.name for one in statement.find_all(exp.Column) if one.table == FACT)


def _is_of_fact(statement: exp.Select | None) -> bool:
    return statement is not None and statement.args["from_"].this.alias == FACT


def _reach(scan: Scan, query: Query) -> tuple[date | None, date | None]:
    """The first and last day the scan can touch; unknown for questions of other shapes than these."""
    plain = Query(
        metrics=query.metrics, by=query.by, start=query.start, end=query.end, grain=query.grain, where=query.where,
        compare=query.compare, order=query.order, limit=query.limit, as_of=query.as_of, moment=query.moment,
        fiscal_start=query.fiscal_start, scope=query.scope, fill=query.fill, totals=query.totals, cumulative=query.cumulative, moving=query.moving, share=query.share,
        top=query.top, pivot=query.pivot,
    )  # fmt: skip
    known = Scan(
        scan.fact, scan.clock, scan.window, scan.start, scan.end, scan.parts, scan.shift, alone=scan.alone,
        running=scan.running,
    )  # fmt: skip
    if query != plain or scan != known:
        return None, None
    return scan.start and scan.start - timedelta(max(scan.window - 1, 0)), scan.end


def _source(choice: _Choice, dirty: tuple[date, ...], binder: Binder, *, open_days: bool) -> exp.Subquery:
    """Rollup rows of the days it holds rightly, under them the fact's rows of all other days, one by one."""
    chosen, needed = choice.rollup, sorted(choice.needed)
    day = chosen.clock.day
    clean: list[exp.Expr] = []
    others: list[exp.Expr] = []
    if open_days:
        clean.append(exp.LTE(this=column(day, FACT), expression=binder.bind(choice.standing.through)))
        others.append(exp.GT(this=column(day, FACT), expression=binder.bind(choice.standing.through)))
    if dirty:
        clean.append(exp.Not(this=binder.within(column(day, FACT), dirty)))
        others.append(binder.within(column(day, FACT), dirty))
    table = nodes.table(chosen.table.table, FACT)
    rolled = nodes.select([column(name, FACT) for name in needed], table, where=nodes.both(clean))
    if not others:
        return nodes.subquery(rolled, FACT)
    of_fact = chosen.carried.of_fact(needed, nodes.either(others))
    return nodes.subquery(exp.Union(this=rolled, expression=of_fact, distinct=False), FACT)
