"""One fact aggregated alone to the asked grain: one row per bucket and key, each measure under its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import best, distinct, nodes
from linshu.engine.metrics.days import Days
from linshu.engine.metrics.expression import Expression, conjuncts, render
from linshu.engine.metrics.journey import Journey
from linshu.engine.metrics.latest import Latest
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.rows import FACT, Rows
from linshu.engine.metrics.steps import Steps

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Measure
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query

TIME = "t"  # the bucket column between the stages


def key_name(place: int) -> str:
    """The name of the n-th dimension between the stages."""
    return f"k{place}"


@dataclass(frozen=True, slots=True)
class Scanner:
    """Writes the SELECT of one scan."""

    scan: Scan
    query: Query
    catalog: Catalog
    binder: Binder
    tables: set[str]

    def select(self) -> exp.Select:
        """`t`, `k0`, `k1`, ... and the measures; no row where no measure finds one."""
        scan, query = self.scan, self.query
        self.tables.add(scan.fact.table)
        rows = Rows(scan.fact, scan.clock, query, self.catalog, self.binder, self.tables)
        days = Days(scan, query.grain, self.binder, query.fiscal_start)
        keys = [named(node, key_name(place)) for place, node in enumerate(rows.keys())]
        if query.top:
            keys = best.mapped(keys, rows.joins, query.top)
        common, own = self._split()
        conditions = [*rows.restrictions(), *(rows.plain(part) for part in common)]
        source: exp.Expr = scan.source or nodes.table(scan.fact.table, FACT)
        joins, bucket, within = [*days.joins(self.tables), *rows.joins], days.bucket, days.within
        if scan.alone:
            return Steps(scan, days, self.binder, keys, aggregated).select(source, joins, conditions)
        if scan.then:
            return Journey(scan, query, self.catalog, self.binder, self.tables).select(rows, keys, self._split()[0])
        if scan.per:
            latest = Latest(scan, days, self.binder)
            source, joins = latest.source(rows), [*latest.joins(), *rows.joins]
            bucket, within = latest.bucket, latest.within
        if all(own) and (query.by or query.grain):
            conditions.append(nodes.either([rows.all(parts) for parts in own]))
        groups: list[exp.Expr] = [*([named(bucket(), TIME)] if query.grain else []), *keys]
        only = [rows.all(parts) if parts else None for parts in own]
        where = nodes.both([*within(), *conditions])
        if value := distinct.value_of(scan.parts):
            outputs = distinct.of_values(groups, value, scan.parts, only)
            found = nodes.select(outputs, source, joins=joins, where=where, groups=len(groups) + 1)
            figures = distinct.of_groups(groups, scan.parts, only)
            return nodes.select(figures, nodes.subquery(found, "z"), groups=len(groups))
        figures = [named(aggregated(part.measure, one), part.name) for part, one in zip(scan.parts, only, strict=True)]
        return nodes.select([*groups, *figures], source, joins=joins, where=where, groups=len(groups))

    def _split(self) -> tuple[list[Expression], list[tuple[Expression, ...]]]:
        """The conditions all measures share, for WHERE, and those each keeps for its own FILTER."""
        wanted = [conjuncts(part.measure.where) for part in self.scan.parts]
        common = [part for part in wanted[0] if all(part in other for other in wanted[1:])]
        return common, [tuple(part for part in parts if part not in common) for parts in wanted]


def aggregated(measure: Measure, only: exp.Expr | None = None) -> exp.Expr:
    """The aggregate in 64 bits; a sum that does not fit is an error, never a wrong number."""
    value = render(measure.value, lambda name: column(name, FACT)) if measure.value else exp.Star()
    node: exp.Expr
    if measure.aggregate == "distinct":
        node = exp.Count(this=exp.Distinct(expressions=[value]))
    else:
        added = "sum" if measure.value else "count"
        node = _AGGREGATES[added if measure.aggregate == "last" else measure.aggregate](this=value)
    if only is not None:
        node = exp.Filter(this=node, expression=exp.Where(this=only))
    if measure.value and measure.aggregate in ("sum", "last"):
        node = exp.Coalesce(this=node, expressions=[exp.Literal.number(0)])
    return nodes.cast(node, exp.DType.BIGINT)


_AGGREGATES: dict[str, type[exp.Func]] = {"sum": exp.Sum, "count": exp.Count, "min": exp.Min, "max": exp.Max}
