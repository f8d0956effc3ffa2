"""Cohorts as one SQL statement: how many began in each bucket, how many came back in each period, how far the data reach."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.binding import Binder
from linshu.engine.metrics.cohort import LENGTHS
from linshu.engine.metrics.expression import conjuncts
from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.nodes import FACT, column, named
from linshu.engine.metrics.rows import Rows

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.cohort import Cohort, CohortQuestion, Event
    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.slots import Bound

NTH, SIZE = "nth_event", -1  # the period of the row that holds a cohort's size


@dataclass(frozen=True, slots=True)
class Statement:
    """The text, its bound values, and the tables it reads; rows of `t`, `k`, `name`, `n`, `c`, `seen`."""

    sql: str
    params: tuple[Bound, ...]
    tables: tuple[str, ...]


def statement(question: CohortQuestion, cohort: Cohort, catalog: Catalog, *, inline: bool = False) -> Statement:
    """The statement that answers a checked question."""
    binder = Binder(question.query(), inline)
    writer = _Writer(question, cohort, catalog, binder)
    node = writer.write()
    return Statement(node.sql(dialect="duckdb", pretty=inline), binder.values, tuple(sorted(writer.tables)))


@dataclass(frozen=True, slots=True)
class _Writer:
    question: CohortQuestion
    cohort: Cohort
    catalog: Catalog
    binder: Binder
    tables: set[str] = field(default_factory=set)

    def write(self) -> exp.Select:
        began = nodes.select(
            [column("t"), column("k"), named(_number(SIZE), "n"), _counted(exp.Star())], nodes.table("x"), groups=2
        )
        on = exp.EQ(this=column("e", "g"), expression=column("e", "x"))
        later = exp.GTE(this=column("d", "g"), expression=column("d", "x"))
        period = self._period()
        last = exp.LTE(this=period.copy(), expression=_number(self.question.periods))
        who = exp.Distinct(expressions=[column("e", "x")])
        came = nodes.select(
            [column("t", "x"), column("k", "x"), named(period, "n"), _counted(who)],
            nodes.table("x"),
            joins=[exp.Join(this=nodes.table("g"), on=on)],
            where=nodes.both([later, last]),
            groups=3,
        )
        both = exp.Union(this=began, expression=came, distinct=False)
        final = self._named(both)
        ctes = [("x", self._began()), ("g", self._again())]
        final.set("with_", exp.With(expressions=[_cte(name, node) for name, node in ctes]))
        return final

    def _named(self, both: exp.Query) -> exp.Select:
        """The rows in order, each group under its name, with the last day the data reach."""
        again = self.catalog.facts[self.cohort.again.fact]
        newest = exp.Max(this=column(again.clock(self.cohort.again.clock).day))
        seen = nodes.subquery(nodes.select([newest], nodes.table(again.table)))
        outputs: list[exp.Expr] = [column("t", "u")]
        joins = []
        shown = nodes.cast(column("k", "u"), exp.DType.VARCHAR)
        outputs.append(named(_or_unknown(shown), "k"))
        dimension = self.catalog.dimension(self.question.by) if self.question.by else None
        if dimension and dimension.label:
            self.tables.add(dimension.table)
            on = exp.EQ(this=column(dimension.key, "l"), expression=column("k", "u"))
            joins.append(nodes.left_join(nodes.table(dimension.table, "l"), on))
            outputs.append(named(_or_unknown(column(dimension.label, "l")), "name"))
        outputs += [column("n", "u"), column("c", "u"), named(seen, "seen")]
        found = nodes.select(outputs, nodes.subquery(both, "u"), joins=joins)
        order = [exp.Ordered(this=column(name, "u"), nulls_first=False) for name in ("t", "k", "n")]
        found.set("order", exp.Order(expressions=order))
        return found

    def _began(self) -> exp.Select:
        """Each entity once: its bucket, its group and its first day, all of its first event."""
        question, query = self.question, self.question.query()
        event, fact = self.cohort.first, self.catalog.facts[self.cohort.first.fact]
        clock = fact.clock(event.clock)
        rows = self._rows(event, query)
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column(event.entity, FACT)],
            order=exp.Order(
                expressions=[
                    exp.Ordered(this=column(name, FACT), nulls_first=False)
                    for name in dict.fromkeys((*([clock.at] if clock.at else []), clock.day, *fact.grain))
                ]
            ),
        )
        own = [rows.plain(part) for part in (*conjuncts(fact.where), *conjuncts(event.where))]
        conditions = [*_known(event.entity, clock.day), *own]
        star = exp.Column(this=exp.Star(), table=exp.to_identifier(FACT))
        numbered = nodes.select([star, named(number, NTH)], nodes.table(fact.table, FACT), where=nodes.both(conditions))
        keys = rows.keys()
        day = column(clock.day, FACT)
        outputs: list[exp.Expr] = [
            named(nodes.truncated(question.grain, day, 1), "t"),
            named(keys[0] if keys else nodes.cast(exp.Null(), exp.DType.VARCHAR), "k"),
            named(column(event.entity, FACT), "e"),
            named(day.copy(), "d"),
        ]
        where = [exp.EQ(this=column(NTH, FACT), expression=_number(1)), *rows.restrictions()]
        if question.start:
            where.append(exp.GTE(this=day.copy(), expression=self.binder.bind(question.start)))
        if question.end:
            where.append(exp.LTE(this=day.copy(), expression=self.binder.bind(question.end)))
        return nodes.select(outputs, nodes.subquery(numbered, FACT), joins=rows.joins, where=nodes.both(where))

    def _again(self) -> exp.Select:
        """The days on which entities came again, within the viewer's scope."""
        event, fact = self.cohort.again, self.catalog.facts[self.cohort.again.fact]
        day = fact.clock(event.clock).day
        rows = self._rows(event, replace(self.question.query(), by=(), where=()))
        conditions = [*_known(event.entity, day), *(rows.plain(part) for part in conjuncts(event.where))]
        conditions += rows.restrictions()
        outputs = [named(column(event.entity, FACT), "e"), named(column(day, FACT), "d")]
        return nodes.select(
            outputs, nodes.table(fact.table, FACT), joins=rows.joins, where=nodes.both(conditions), distinct=True
        )

    def _rows(self, event: Event, query: Query) -> Rows:
        fact = self.catalog.facts[event.fact]
        self.tables.add(fact.table)
        return Rows(fact, fact.clock(event.clock), query, self.catalog, self.binder, self.tables)

    def _period(self) -> exp.Expr:
        """In which period after the first day somebody came again, from 0."""
        question = self.question
        if question.counted == "calendar":
            here = nodes.truncated(question.grain, column("d", "g"), 1)
            unit = exp.Var(this="MONTH" if question.grain.value == "month" else "DAY")
            steps: exp.Expr = exp.DateDiff(this=here, expression=column("t", "x"), unit=unit)
            length = 1 if question.grain.value == "month" else 7
        else:
            steps = exp.DateDiff(this=column("d", "g"), expression=column("d", "x"), unit=exp.Var(this="DAY"))
            length = LENGTHS[question.grain]
        whole = steps if length == 1 else exp.IntDiv(this=steps, expression=_number(length))
        return nodes.cast(whole, exp.DType.BIGINT)


def _cte(name: str, node: exp.Query) -> exp.CTE:
    return exp.CTE(this=node, alias=exp.TableAlias(this=exp.to_identifier(name)))


def _known(*names: str) -> list[exp.Expr]:
    return [exp.Not(this=exp.Is(this=column(name, FACT), expression=exp.Null())) for name in names]


def _counted(what: exp.Expr) -> exp.Alias:
    return named(nodes.cast(exp.Count(this=what), exp.DType.BIGINT), "c")


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def _or_unknown(node: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=node, expressions=[exp.Literal.string(UNKNOWN.zh)])
