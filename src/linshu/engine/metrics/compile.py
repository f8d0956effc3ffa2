"""From a question to one SQL statement: the stages of its figures, then their names, shares and order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import best, dialects, nodes, plan, running
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.columns import columns
from linshu.engine.metrics.comparison import SHIFTED
from linshu.engine.metrics.figures import Figures
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.goals import adds_up
from linshu.engine.metrics.groups import Groups, stages
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.plan import bounded, checked
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.reading import Reading
from linshu.engine.metrics.result import KEYS
from linshu.engine.metrics.scan import TIME, key_name
from linshu.engine.metrics.shapes import REST, TOTAL
from linshu.engine.metrics.template import Compiled, Template
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.warehouse.rollups import Standing

GROUPED = "grouped"  # the best and all others, put together from single groups


def compile(  # noqa: A001 - what it does is compiling
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
    query = query.asked().checked()
    return template(query, catalog, dialect=dialect, inline=inline, rollups=rollups).filled(query)


def template(
    query: Query,
    catalog: Catalog,
    *,
    dialect: str = "duckdb",
    inline: bool = False,
    rollups: Mapping[str, Standing] | None = None,
) -> Template:
    """The same for a checked question, without its values; but for those that `inline` quotes."""
    reading = Reading(catalog, Binder(query, inline), rollups)
    return _Writer(checked(query, catalog), reading).write(dialect)


def by_day(query: Query, catalog: Catalog, *, rollups: Mapping[str, Standing] | None) -> Template:
    """The statement of one measure by day and one dimension as it is counted: `day`, `key`, `many`."""
    reading = Reading(catalog, Binder(query), rollups)
    ctes, source = Groups(query, reading).write()
    (figure,), names = query.metrics, (TIME, key_name(0))
    outputs = [named(column(name), known) for name, known in zip((*names, figure), ("day", "key", "many"), strict=True)]
    final = nodes.select(outputs, nodes.table(source))
    final.set("with_", exp.With(expressions=[_cte(name, node) for name, node in ctes]))
    sql = dialects.render(final, "duckdb", pretty=False)
    slots, tables = tuple(reading.binder.slots), tuple(sorted(reading.tables))
    return Template(sql, slots, (), tables, tuple(reading.served), tuple(reading.decided))


class _Writer:
    """Writes one statement: who is best, the groups, what they are a share of, then names and order."""

    def __init__(self, query: Query, reading: Reading) -> None:
        self.query, self.reading, self.catalog = query, reading, reading.catalog
        self.columns = columns(query, self.catalog)
        self.keys = [key_name(place) for place in range(len(query.by))]

    def write(self, dialect: str) -> Template:
        query = self.query
        ctes, source = self._stages()
        ctes = [*self._buckets(), *ctes]
        whole = ""
        if query.share:
            more, whole = Groups(self._whole(), self.reading, "w", "whole").write()
            ctes += more
        final = self._final(source, whole)
        final.set("with_", exp.With(expressions=[_cte(name, node) for name, node in ctes]))
        sql = dialects.render(final, dialect, pretty=self.reading.binder.inline)
        reading = self.reading
        slots, tables = tuple(reading.binder.slots), tuple(sorted(reading.tables))
        return Template(sql, slots, self.columns, tables, tuple(reading.served), tuple(reading.decided))

    def _buckets(self) -> list[tuple[str, exp.Query]]:
        if not self.query.cumulative or not self.query.grain:
            return []
        bounded(self.query, Text("累计", "A running figure"))
        return [(running.BUCKETS, running.buckets(self.query, self.reading.binder))]

    def _stages(self) -> tuple[list[tuple[str, exp.Query]], str]:
        """The stages up to the groups, and the name of the last: who is best, and the figures by group."""
        query = self.query
        if query.top and _rest_adds_up(query, self.catalog):
            found, source = self._best()
            figures = [part.name for scan in plan.scans(query, self.catalog) for part in scan.parts]
            return [*found, (GROUPED, best.put_together(source, key_name(0), figures, query.top))], GROUPED
        groups, source = Groups(query, self.reading).write()
        return [*(self._best()[0] if query.top else []), *groups], source

    def _best(self) -> tuple[list[tuple[str, exp.Query]], str]:
        """The best groups over the whole period, by the figures asked for order, else by the first metric.

        Beside them the name of the stage they are chosen from.
        """
        query = best.ranking(self.query)
        ctes, source = Groups(query, self.reading, "p", "ranking").write()
        figures = Figures(query, self.catalog, source)
        known = {name: node for metric in query.metrics for name, node in figures.of(metric)}
        order = best.order(self.query, known)
        ranks = [_ordered(known[item.removeprefix("-")], descending=item.startswith("-")) for item in order]
        ranks.append(_ordered(column(key_name(0), source)))
        return [*ctes, (best.BEST, best.chosen(source, key_name(0), ranks, self.query.top))], source

    def _whole(self) -> Query:
        """The question about all groups together, or about all within one dimension; asked anew, never added."""
        query = self.query
        by = () if query.share == TOTAL else (query.share,)
        return replace(query, by=by, share="", top=query.top if by == query.by[-1:] else 0, fill=False, show=())

    # -- names, order

    def _final(self, source: str, whole: str) -> exp.Select:
        query = self.query
        outputs: list[exp.Expr] = []
        joins = [self._held_against(source, whole)] if whole else []
        if query.grain:
            outputs.append(named(column(TIME, source), query.grain.value))
        for key, name in zip(self.keys, query.by, strict=True):
            dimension = self.catalog.dimension(name)
            shown = nodes.cast(column(key, source), exp.DType.VARCHAR)
            outputs.append(named(self._shown(shown, key, source), name))
            if dimension.label:
                alias = f"l{key}"
                self.reading.tables.add(dimension.table)
                on = exp.EQ(this=column(dimension.key, alias), expression=column(key, source))
                joins.append(nodes.left_join(nodes.table(dimension.table, alias), on))
                outputs.append(named(self._shown(column(dimension.label, alias), key, source), f"{name}_name"))
        outputs += [named(node, name) for name, node in Figures(query, self.catalog, source, whole).shown()]
        final = nodes.select(outputs, nodes.table(source), joins=joins)
        ordering = self._order(source)
        if ordering:
            final.set("order", exp.Order(expressions=ordering))
        if query.limit is not None:
            final.set("limit", exp.Limit(expression=exp.Literal.number(query.limit)))
        return final

    def _shown(self, node: exp.Expr, key: str, source: str) -> exp.Expr:
        """A key or its name as people read it: the unknown and the rest have names too."""
        known = exp.Coalesce(this=node, expressions=[exp.Literal.string(UNKNOWN.zh)])
        if not self.query.top or key != self.keys[-1]:
            return known
        rest = exp.If(this=best.is_rest(source, self.query.top), true=exp.Literal.string(REST.zh))
        return exp.Case(ifs=[rest], default=known)

    def _held_against(self, source: str, whole: str) -> exp.Join:
        """Beside each group the figures it is a share of: of the same bucket and, within a dimension, the same value."""
        shared = self._whole()
        on: list[exp.Expr] = []
        if shared.grain:
            on.append(exp.EQ(this=column(TIME, whole), expression=column(TIME, source)))
        for name, own in zip(stages(shared)[len(on) :], self._shared_keys(), strict=True):
            on.append(exp.NullSafeEQ(this=column(name, whole), expression=column(own, source)))
        condition = nodes.both(on)
        table = nodes.table(whole)
        return nodes.left_join(table, condition) if condition else exp.Join(this=table, kind="CROSS")

    def _shared_keys(self) -> list[str]:
        if self.query.share == TOTAL:
            return []
        place = self.query.by.index(self.query.share)
        ranked = self.query.top and place == len(self.keys) - 1
        return [self.keys[place], *([best.RANK] if ranked else [])]

    def _order(self, source: str) -> list[exp.Expr]:
        known = {one.name: one.role for one in self.columns}
        asked: list[exp.Expr] = []
        for item in self.query.order:
            name = item.removeprefix("-")
            if name not in known:
                raise Misused(Text(f"不能按 {name} 排序", f"Cannot order by {name}"), mend=nearest(name, known))
            if self.query.top and known[name] not in KEYS:
                continue  # it has chosen the best, who stand in that order
            asked.append(_ordered(self._ordering(name, source), descending=item.startswith("-")))
        last = [*stages(self.query)[:-2], best.RANK] if self.query.top else stages(self.query)
        return asked + [_ordered(column(name, source)) for name in last]

    def _ordering(self, name: str, source: str) -> exp.Expr:
        """Keys are ordered as they are, not as they are shown: numbers by size, the unknown last."""
        if self.query.grain and name == self.query.grain.value:
            return column(TIME, source)
        return column(key_name(self.query.by.index(name)), source) if name in self.query.by else column(name)


def _rest_adds_up(query: Query, catalog: Catalog) -> bool:
    """Whether the figures of all others are the sums of those by which the best are chosen, to the last unit."""
    plain = Query(
        metrics=query.metrics, by=query.by[:1], start=query.start, end=query.end, where=query.where,
        compare=query.compare if query.compare in SHIFTED else None, order=query.order, limit=query.limit,
        as_of=query.as_of, moment=query.moment, fiscal_start=query.fiscal_start, scope=query.scope,
        totals=query.totals, top=query.top,
    )  # fmt: skip
    leaves = {leaf for name in query.metrics for leaf in catalog.leaves(name)}
    return query == plain and all(adds_up(catalog.metric(leaf), catalog) for leaf in leaves)


def _cte(name: str, node: exp.Query) -> exp.CTE:
    return exp.CTE(this=node, alias=exp.TableAlias(this=exp.to_identifier(name)))


def _ordered(node: exp.Expr, *, descending: bool = False) -> exp.Ordered:
    return exp.Ordered(this=node, desc=descending, nulls_first=False)
