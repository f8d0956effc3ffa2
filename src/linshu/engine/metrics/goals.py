"""Targets as a comparison: what each figure is to reach in a group and bucket, from the targets that were set.

What adds up over days is shared evenly over the days of its target; a rate is the mean over the days; a count of
different people or goods, or any other figure, is due only for exactly the days it was set for. Of several targets for
a day the one set for the shortest period counts. A day without a target leaves its bucket without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import dialects, nodes
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.declare import Clock, Fact, Measure, Unit
from linshu.engine.metrics.expression import Col, Op, double
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.reading import Reading
from linshu.engine.metrics.rows import FACT, Rows
from linshu.engine.metrics.scan import TIME, key_name
from linshu.engine.metrics.slots import FIRST, LAST
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Dimension, Metric, Targets
    from linshu.engine.metrics.slots import Bound

GOALS = "tg"  # the stage of the targets
DUE = "__due"  # added to a metric's name: what it is to reach
WHOLE = "*"  # the part of the company that a target for all of it names
MOST_PARTS = 3
SCALE = {Unit.RATIO: 1_000_000, Unit.PER_MILLE: 1_000}  # a stored rate is parts per million
PARTS = ("value_1", "value_2", "value_3")
AS_SET = ("dimension", "dimension_value")
SET = ("metric", "period_start", "period_end", "period_days", "fineness", "target_value")


def adds_up(metric: Metric, catalog: Catalog) -> bool:
    """Whether the figure of several days is the sum of the days' figures."""
    formula = metric.formula
    if isinstance(formula, Measure):
        plain = Measure(formula.fact, formula.aggregate, formula.value, formula.where, formula.clock)
        return formula.aggregate in {"sum", "count"} and formula == plain
    if isinstance(formula, Col):
        return adds_up(catalog.metric(formula.name), catalog)
    if not isinstance(formula, Op) or formula.name not in {"+", "-"}:
        return False
    return all(isinstance(arg, Col) and adds_up(catalog.metric(arg.name), catalog) for arg in formula.args)


def kinds(names: tuple[str, ...], catalog: Catalog) -> tuple[list[str], dict[str, int], list[str]]:
    """The metrics that add up, the rates with their scale, and all others."""
    metrics = [catalog.metric(name) for name in names]
    rates = {one.name: SCALE[one.unit] for one in metrics if one.unit in SCALE}
    sums = [one.name for one in metrics if one.name not in rates and adds_up(one, catalog)]
    return sums, rates, [one.name for one in metrics if one.name not in rates and one.name not in sums]


@dataclass(frozen=True, slots=True)
class Parts:
    """A statement that lists parts of the company, and its parameters."""

    sql: str
    values: tuple[Bound, ...]


def parts_within(catalog: Catalog, cut: str, scope: Scope) -> Parts | None:
    """The parts that targets split by `cut` (dimensions joined by bars) are set for, within a scope; None for none."""
    names = cut.split("|")
    if cut == WHOLE or any(name not in catalog.dimensions for name in names):
        return None
    query = Query((next(iter(catalog.metrics)),), tuple(names), scope=scope)
    reading = Reading(catalog, Binder(query))
    found = Goals(query, reading).within()
    if found is None:
        return None
    return Parts(dialects.render(found, "duckdb", pretty=False), reading.binder.values)


@dataclass(frozen=True, slots=True)
class Goals:
    """Writes the targets of one question; see `parts` for which of them are about its groups."""

    query: Query
    reading: Reading

    @property
    def catalog(self) -> Catalog:
        """The dictionary."""
        return self.reading.catalog

    @property
    def binder(self) -> Binder:
        """Where values are bound."""
        return self.reading.binder

    @property
    def tables(self) -> set[str]:
        """What is read."""
        return self.reading.tables

    @property
    def declared(self) -> Targets:
        """Where targets are kept; the plan has refused a dictionary without them."""
        assert self.catalog.targets is not None
        return self.catalog.targets

    def parts(self) -> tuple[str, ...] | None:
        """The dimensions a fitting target is split by: those of the cut, and those filtered to a single value.

        None when no target can be about such groups: another filter is in the way, or the viewer's scope does not
        reach the parts. The whole company's target is nobody's who sees only a part of it.
        """
        names = {*self.query.by}
        for one in self.query.where:
            if one.dimension in self.catalog.memberships:
                return None
            listed = one.operator in {"in", "not in"} and "(未知)" not in one.values and "unknown" not in one.values
            single = one.operator == "in" and len(one.values) == 1
            if not listed or (one.dimension not in self.query.by and not single):
                return None
            names.add(one.dimension)
        if len(names) > MOST_PARTS or any(self.catalog.dimension(name).kind is not Kind.TEXT for name in names):
            return None
        found = tuple(sorted(names))
        for attribute, _ in self.query.scope.restrictions():
            if not self._roads(found, attribute):
                return None
        return found

    def select(self) -> exp.Select | None:
        """`t`, `k0`, ... and what each metric is to reach; None when no target can be about the groups."""
        parts = self.parts()
        if parts is None:
            return None
        self.tables.add(self.declared.table)
        sums, rates, others = self._kinds()
        kinds = [*([self._shared(parts)] if sums or rates else []), *([self._exact(parts)] if others else [])]
        due = exp.Union(this=kinds[0], expression=kinds[1], distinct=False) if len(kinds) > 1 else kinds[0]
        outputs: list[exp.Expr] = [column(TIME)] if self.query.grain else []
        outputs += [named(column(f"p{parts.index(name)}"), key_name(at)) for at, name in enumerate(self.query.by)]
        groups = len(outputs)
        for name in self.query.metrics:
            own = exp.If(this=exp.EQ(this=column("metric"), expression=self.binder.bind(name)), true=column("due"))
            outputs.append(named(exp.Max(this=exp.Case(ifs=[own])), name + DUE))
        return nodes.select(outputs, nodes.subquery(due, "e"), groups=groups)

    # -- the three kinds of figures

    def _kinds(self) -> tuple[list[str], dict[str, int], list[str]]:
        return kinds(self.query.metrics, self.catalog)

    def _shared(self, parts: tuple[str, ...]) -> exp.Select:
        """What falls due day by day, where every day of the bucket has a target."""
        sums, rates, _ = self._kinds()
        keys = [*([TIME] if self.query.grain else []), *(f"p{at}" for at in range(len(parts))), "metric"]
        each = [*keys, "period_start", "period_days", "target_value"]
        chosen = self._of_days(parts, (*sums, *rates))
        first = exp.EQ(this=column("nth"), expression=exp.Literal.number(1))
        counted = [*(column(name) for name in each), named(exp.Count(this=exp.Star()), "n")]
        pieces = nodes.select(counted, nodes.subquery(chosen, "h"), where=first, groups=len(each))
        weighted = exp.Mul(this=double(column("target_value")), expression=column("n"))
        shared = exp.Div(this=weighted.copy(), expression=column("period_days"), typed=False, safe=False)
        outputs: list[exp.Expr] = [column(name) for name in keys]
        outputs += [named(exp.Sum(this=shared), "shared"), named(exp.Sum(this=weighted), "weighted")]
        outputs.append(named(exp.Sum(this=column("n")), "n"))
        totals = nodes.select(outputs, nodes.subquery(pieces, "i"), groups=len(keys))
        due: exp.Expr = column("shared", "s")
        for scale in sorted({*rates.values()}):
            mean = exp.Div(this=column("weighted", "s"), expression=column("n", "s"), typed=False, safe=False)
            rate = exp.Div(this=mean, expression=exp.Literal.number(scale), typed=False, safe=False)
            mine = self.binder.within(column("metric", "s"), tuple(name for name in rates if rates[name] == scale))
            due = exp.Case(ifs=[exp.If(this=mine, true=rate)], default=due)
        complete: list[exp.Expr] = [exp.EQ(this=column("n", "s"), expression=column("days", "q"))]
        if self.query.grain:
            complete.append(exp.EQ(this=column(TIME, "s"), expression=column(TIME, "q")))
        outputs = [*(column(name, "s") for name in keys), named(due, "due")]
        frames = [exp.Join(this=nodes.subquery(self._frames(), "q"), kind="CROSS")]
        return nodes.select(outputs, nodes.subquery(totals, "s"), joins=frames, where=nodes.both(complete))

    def _exact(self, parts: tuple[str, ...]) -> exp.Select:
        """What was set for exactly the days of the bucket."""
        _, _, others = self._kinds()
        outputs: list[exp.Expr] = [column(TIME, "q")] if self.query.grain else []
        outputs += [column(f"p{at}", FACT) for at in range(len(parts))]
        outputs += [column("metric", FACT), named(double(column("target_value", FACT)), "due")]
        same = [
            exp.EQ(this=column("period_start", FACT), expression=column("first_day", "q")),
            exp.EQ(this=column("period_end", FACT), expression=column("last_day", "q")),
        ]
        where = nodes.both([*same, *self._conditions(parts)])
        frames = [exp.Join(this=nodes.subquery(self._frames(), "q"), kind="CROSS")]
        return nodes.select(outputs, self._set(parts, others), joins=frames, where=where)

    # -- days, and targets as they were set

    def _days(self) -> exp.Select:
        query, day = self.query, nodes.cast(column("each_day"), exp.DType.DATE)
        outputs: list[exp.Expr] = [named(day, "d")]
        if query.grain:
            outputs.append(named(nodes.truncated(query.grain, day.copy(), query.fiscal_start), TIME))
        series = nodes.series(self.binder.bind(FIRST), self.binder.bind(LAST))
        every = exp.Select(expressions=[named(exp.Explode(this=series), "each_day")])
        return nodes.select(outputs, nodes.subquery(every, "c"))

    def _frames(self) -> exp.Select:
        """The buckets, each with its first and last asked day and how many days there are."""
        outputs: list[exp.Expr] = [column(TIME)] if self.query.grain else []
        groups = len(outputs)
        outputs += [named(exp.Min(this=column("d")), "first_day"), named(exp.Max(this=column("d")), "last_day")]
        outputs.append(named(exp.Count(this=exp.Star()), "days"))
        return nodes.select(outputs, nodes.subquery(self._days(), "w"), groups=groups)

    def _of_days(self, parts: tuple[str, ...], metrics: tuple[str, ...]) -> exp.Select:
        """Each day of the period with the targets that hold on it, the finest as number one."""
        keys = [f"p{at}" for at in range(len(parts))]
        held = exp.Between(this=column("d", "w"), low=column("period_start", FACT), high=column("period_end", FACT))
        order = [exp.Ordered(this=column(name, FACT), nulls_first=False) for name in ("fineness", "period_start")]
        nth = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("d", "w"), column("metric", FACT), *(column(key, FACT) for key in keys)],
            order=exp.Order(expressions=order),
        )
        outputs: list[exp.Expr] = [column(TIME, "w")] if self.query.grain else []
        outputs += [column(name, FACT) for name in (*keys, "metric", "period_start", "period_days", "target_value")]
        outputs.append(named(nth, "nth"))
        days = [exp.Join(this=nodes.subquery(self._days(), "w"), kind="CROSS")]
        where = nodes.both([held, *self._conditions(parts)])
        return nodes.select(outputs, self._set(parts, metrics), joins=days, where=where)

    def within(self) -> exp.Select | None:
        """The parts of this cut, as they were set, that lie within the viewer's scope; None when it reaches none."""
        parts = self.parts()
        if parts is None:
            return None
        outputs: list[exp.Expr] = [column(name, FACT) for name in AS_SET]
        source = self._set(parts, tuple(self.catalog.metrics), AS_SET)
        return nodes.select(outputs, source, where=nodes.both(self._conditions(parts)), groups=len(outputs))

    def _set(
        self, parts: tuple[str, ...], metrics: tuple[str, ...] | list[str], more: tuple[str, ...] = ()
    ) -> exp.Subquery:
        """The targets of these metrics and parts, each part as the dimension's key, whether set by key or by name."""
        where: list[exp.Expr] = [
            exp.EQ(this=column("parts", "g"), expression=self.binder.bind("|".join(parts) or WHOLE)),
            self.binder.within(column("metric", "g"), tuple(metrics)),
        ]
        outputs: list[exp.Expr] = [column(name, "g") for name in (*SET, *more)]
        joins: list[exp.Join] = []
        for at, name in enumerate(parts):
            dimension, value = self.catalog.dimension(name), column(PARTS[at], "g")
            key: exp.Expr = value
            if dimension.table:
                known, called = f"n{at}", f"c{at}"
                self.tables.add(dimension.table)
                source = nodes.subquery(self._keys(dimension), known)
                joins.append(nodes.left_join(source, exp.EQ(this=column("own", known), expression=value.copy())))
                key = column("own", known)
                if dimension.label:
                    names = nodes.subquery(self._names(dimension), called)
                    joins.append(nodes.left_join(names, exp.EQ(this=column("called", called), expression=value.copy())))
                    key = exp.Coalesce(this=key, expressions=[column("own", called)])
                where.append(exp.Not(this=exp.Is(this=key.copy(), expression=exp.Null())))
            outputs.append(named(key, f"p{at}"))
        found = nodes.select(outputs, nodes.table(self.declared.table, "g"), joins=joins, where=nodes.both(where))
        return nodes.subquery(found, FACT)

    def _keys(self, dimension: Dimension) -> exp.Select:
        """The keys of a dimension; of several levels in one table only those of its own level."""
        level = [via for via in dimension.of if self.catalog.dimension(via.dimension).table == dimension.table]
        where: exp.Expr | None = None
        if level:
            own = nodes.select([column(level[0].column)], nodes.table(dimension.table))
            where = exp.In(this=column(dimension.key), query=exp.Subquery(this=own))
        return nodes.select([named(column(dimension.key), "own")], nodes.table(dimension.table), where=where)

    def _names(self, dimension: Dimension) -> exp.Select:
        """Names that mean one key alone; where two share a name, a target has to be set by key."""
        keys = self._keys(dimension)
        keys.set("expressions", [*keys.expressions, named(column(dimension.label), "called")])
        outputs = [column("called"), named(exp.Min(this=column("own")), "own")]
        found = nodes.select(outputs, nodes.subquery(keys, "m"), groups=1)
        once = exp.EQ(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1))
        found.set("having", exp.Having(this=once))
        return found

    # -- filters and scope, on the parts themselves

    def _part_fact(self, parts: tuple[str, ...]) -> Fact:
        """The parts as if they were a fact, so that the ways on from them can be found: a city's province ..."""
        keys = {name: f"p{at}" for at, name in enumerate(parts)}
        for at, name in enumerate(parts):
            table = self.catalog.dimension(name).table
            keys |= {
                one.name: f"p{at}"
                for one in self.catalog.dimensions.values()
                if table and one.table == table and not one.of and one.name not in keys
            }
        clock = Clock("set", Text("", ""), "period_start")
        name = f"targets by {'|'.join(parts)}"
        return Fact(name, self.declared.table, clock.title, (), (clock,), keys, lasting=parts)

    def _roads(self, parts: tuple[str, ...], attribute: str) -> list[str]:
        """The dimensions of a scope's attribute that such parts reach."""
        fact = self._part_fact(parts)
        return [name for name in self.catalog.scoped.get(attribute, ()) if self.catalog.way(fact, name, "now")]

    def _conditions(self, parts: tuple[str, ...]) -> list[exp.Expr]:
        fact = self._part_fact(parts)
        rows = Rows(fact, fact.clocks[0], self.query, self.catalog, self.binder, self.tables)
        found = [rows.filtered(place, "now") for place in range(len(self.query.where))]
        for attribute, allowed in self.query.scope.restrictions():
            levels = [rows.allowed_at(name, attribute, len(allowed), "now") for name in self._roads(parts, attribute)]
            found.append(levels[0] if len(levels) == 1 else nodes.either(levels))
        return found
