"""From a question to one SQL statement: every fact aggregated alone, then joined on the full set of group keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import dialects, nodes, plan
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.declare import Measure, Unit
from linshu.engine.metrics.expression import ratio, render
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.result import Column
from linshu.engine.metrics.scan import TIME, Scanner, key_name
from linshu.engine.metrics.serve import Served, serve
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.metrics.binding import Bound
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query
    from linshu.engine.warehouse.rollups import Standing

_GRAIN_TITLES = {
    Grain.HOUR: Text("小时", "Hour"),
    Grain.DAY: Text("日期", "Day"),
    Grain.WEEK: Text("周", "Week"),
    Grain.MONTH: Text("月份", "Month"),
    Grain.QUARTER: Text("季度", "Quarter"),
    Grain.YEAR: Text("年份", "Year"),
    Grain.FISCAL_QUARTER: Text("财季", "Fiscal quarter"),
    Grain.FISCAL_YEAR: Text("财年", "Fiscal year"),
}
_COMPARE_TITLES = {
    "previous": Text("上期", "previous period"),
    "last_week": Text("上周同期", "same days last week"),
    "last_month": Text("上月同期", "same days last month"),
    "last_year": Text("去年同期", "same days last year"),
    "last_year_aligned": Text("去年同期·节日对齐", "last year, festivals aligned"),
}


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement, the values bound to its `$1`, `$2` ..., its result columns, and the tables it reads."""

    sql: str
    params: tuple[Bound, ...]
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    served: tuple[Served, ...] = ()  # where the rows of each scan come from


def compile(  # noqa: A001
    query: Query,
    catalog: Catalog,
    *,
    dialect: str = "duckdb",
    inline: bool = False,
    rollups: Mapping[str, Standing] | None = None,
) -> Compiled:
    """The statement that answers a question; raises `Misused`, `Missing` or `Forbidden` for one that has no answer.

    `inline` quotes the values into the text, for people to read and run elsewhere; execution always binds them.
    `rollups` are those that stand in the store the statement is for; None leaves all of them alone.
    """
    return _Writer(query.asked().checked(), catalog, Binder(inline=inline), rollups).write(dialect)


class _Writer:
    """Writes one statement stage by stage: scans, their union on the spine, figures, names, order."""

    def __init__(
        self, query: Query, catalog: Catalog, binder: Binder, rollups: Mapping[str, Standing] | None = None
    ) -> None:
        self.query, self.catalog, self.binder, self.rollups = query, catalog, binder, rollups
        self.served: list[Served] = []
        self.tables: set[str] = set()
        self.keys = [key_name(place) for place in range(len(query.by))]
        self.stages = [*([TIME] if query.grain else []), *self.keys]

    def write(self, dialect: str) -> Compiled:
        query = self.query
        scans = plan.scans(query, self.catalog)
        ctes = [(f"s{place}", self._scan(scan)) for place, scan in enumerate(scans)]
        if len(scans) == 1 and not query.fill:
            source = "s0"
        else:
            ctes.append(("g", self._merged(scans)))
            source = "g"
        final = self._final(source)
        final.set("with_", exp.With(expressions=[_cte(name, node) for name, node in ctes]))
        sql = dialects.render(final, dialect, pretty=self.binder.inline)
        return Compiled(sql, tuple(self.binder.values), self.columns(), tuple(sorted(self.tables)), tuple(self.served))

    def _scan(self, scan: Scan) -> exp.Select:
        scan, served = serve(scan, self.query, self.catalog, self.rollups, self.binder)
        self.served.append(served)
        return Scanner(scan, self.query, self.catalog, self.binder, self.tables).select()

    def _merged(self, scans: tuple[Scan, ...]) -> exp.Select:
        """All scans under one another, then one row per key: nothing fans out, and no key of any fact is lost."""
        names = [part.name for scan in scans for part in scan.parts]
        stacked: exp.Query | None = None
        for place, scan in enumerate(scans):
            own = {part.name for part in scan.parts}
            outputs: list[exp.Expr] = [column(name) for name in self.stages]
            outputs += [column(name) if name in own else named(exp.Null(), name) for name in names]
            stacked = _under(stacked, nodes.select(outputs, nodes.table(f"s{place}")))
        if self.query.fill:
            stacked = _under(stacked, self._calendar(names))
        assert stacked is not None
        outputs = [column(name) for name in self.stages]
        for scan in scans:
            outputs += [named(_one(part.measure, part.name), part.name) for part in scan.parts]
        return nodes.select(outputs, nodes.subquery(stacked, "u"), groups=len(self.stages))

    def _calendar(self, names: list[str]) -> exp.Select:
        """Every bucket of the asked period, so that a chart shows the empty ones."""
        query = self.query
        if query.grain in (None, Grain.HOUR) or query.by or not query.start or not query.end:
            raise Misused(
                Text(
                    "只有按天或更粗粒度、不拆维度且有起止日期时才能补齐空档",
                    "Only days or coarser, uncut and with both ends, can be filled",
                )
            )
        days = nodes.series(self.binder.bind(query.start), self.binder.bind(query.end))
        every = exp.Select(expressions=[named(exp.Explode(this=days), "d")])
        bucket = nodes.truncated(query.grain, nodes.cast(column("d"), exp.DType.DATE), query.fiscal_start)
        outputs = [named(bucket, TIME), *(named(exp.Null(), name) for name in names)]
        return nodes.select(outputs, nodes.subquery(every, "c"), distinct=True)

    # -- figures, names, order

    def _final(self, source: str) -> exp.Select:
        query = self.query
        outputs: list[exp.Expr] = []
        joins: list[exp.Join] = []
        if query.grain:
            outputs.append(named(column(TIME, source), query.grain.value))
        for key, name in zip(self.keys, query.by, strict=True):
            dimension = self.catalog.dimension(name)
            shown = nodes.cast(column(key, source), exp.DType.VARCHAR)
            outputs.append(named(_or_unknown(shown), name))
            if dimension.label:
                alias = f"l{key}"
                self.tables.add(dimension.table)
                on = exp.EQ(this=column(dimension.key, alias), expression=column(key, source))
                joins.append(nodes.left_join(nodes.table(dimension.table, alias), on))
                outputs.append(named(_or_unknown(column(dimension.label, alias)), f"{name}_name"))
        for name in query.metrics:
            outputs += self._figures(name, source)
        final = nodes.select(outputs, nodes.table(source), joins=joins)
        ordering = self._order(source)
        if ordering:
            final.set("order", exp.Order(expressions=ordering))
        if query.limit is not None:
            final.set("limit", exp.Limit(expression=exp.Literal.number(query.limit)))
        return final

    def _figures(self, name: str, source: str) -> list[exp.Expr]:
        now = self._figure(name, source, "")
        if not self.query.compare:
            return [named(now, name)]
        before, change = self._figure(name, source, plan.BEFORE), self._figure(name, source, plan.BEFORE)
        difference = exp.Paren(
            this=exp.Sub(this=nodes.cast(now.copy(), exp.DType.DOUBLE), expression=exp.Paren(this=before.copy()))
        )
        return [
            named(now, name),
            named(before, f"{name}_{self.query.compare}"),
            named(ratio(difference, exp.Abs(this=change)), f"{name}_change"),
        ]

    def _figure(self, name: str, source: str, suffix: str) -> exp.Expr:
        """A measured column, or the formula over such columns; division only here, at the very edge."""
        formula = self.catalog.metric(name).formula
        if isinstance(formula, Measure):
            return column(name + suffix, source)
        return render(formula, lambda inner: _grouped(self._figure(inner, source, suffix)))

    def _order(self, source: str) -> list[exp.Expr]:
        known = {one.name for one in self.columns()}
        asked: list[exp.Expr] = []
        for item in self.query.order:
            name = item.removeprefix("-")
            if name not in known:
                raise Misused(Text(f"不能按 {name} 排序", f"Cannot order by {name}"), mend=nearest(name, known))
            asked.append(_ordered(self._ordering(name, source), descending=item.startswith("-")))
        return asked + [_ordered(column(name, source)) for name in self.stages]

    def _ordering(self, name: str, source: str) -> exp.Expr:
        """Keys are ordered as they are, not as they are shown: numbers by size, the unknown last."""
        if self.query.grain and name == self.query.grain.value:
            return column(TIME, source)
        return column(key_name(self.query.by.index(name)), source) if name in self.query.by else column(name)

    def columns(self) -> tuple[Column, ...]:
        """The result columns in order: time, dimensions with their names, figures with their comparison."""
        query, found = self.query, list[Column]()
        if query.grain:
            found.append(Column(query.grain.value, _GRAIN_TITLES[query.grain], "time"))
        for name in query.by:
            dimension = self.catalog.dimension(name)
            found.append(Column(name, dimension.title, "dimension"))
            if dimension.label:
                title = Text(f"{dimension.title.zh}名称", f"{dimension.title.en} name")
                found.append(Column(f"{name}_name", title, "label"))
        for name in query.metrics:
            metric = self.catalog.metric(name)
            whole = self.catalog.whole(name)
            found.append(Column(name, metric.title, "metric", metric.unit, whole=whole, metric=name))
            if query.compare:
                said = _COMPARE_TITLES[query.compare]
                title = Text(f"{metric.title.zh}（{said.zh}）", f"{metric.title.en} ({said.en})")
                found.append(Column(f"{name}_{query.compare}", title, "compare", metric.unit, whole=whole, metric=name))
                title = Text(f"{metric.title.zh}变化率", f"Change of {metric.title.en}")
                found.append(Column(f"{name}_change", title, "change", Unit.RATIO, whole=False, metric=name))
        return tuple(found)


def _cte(name: str, node: exp.Query) -> exp.CTE:
    return exp.CTE(this=node, alias=exp.TableAlias(this=exp.to_identifier(name)))


def _under(above: exp.Query | None, below: exp.Select) -> exp.Query:
    return below if above is None else exp.Union(this=above, expression=below, distinct=False)


def _one(measure: Measure, name: str) -> exp.Expr:
    """The figure of the one scan that has it; sums and counts are zero where their fact has no row."""
    found: exp.Expr = exp.Max(this=column(name))
    if measure.aggregate in ("min", "max"):
        return found
    return exp.Coalesce(this=found, expressions=[exp.Literal.number(0)])


def _grouped(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.Column) else exp.Paren(this=node)


def _or_unknown(node: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=node, expressions=[exp.Literal.string(UNKNOWN.zh)])


def _ordered(node: exp.Expr, *, descending: bool = False) -> exp.Ordered:
    return exp.Ordered(this=node, desc=descending, nulls_first=False)
