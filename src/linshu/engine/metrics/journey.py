"""From a first event to a later one: each entity's first row of the period, and whether the later one came in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.days import Days
from linshu.engine.metrics.declare import Later
from linshu.engine.metrics.expression import Col, Expression, conjuncts
from linshu.engine.metrics.nodes import FACT, column, named
from linshu.engine.metrics.rows import Rows

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Clock, Fact
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query

TIME, NTH = "t", "nth_event"
ENTITY, MATCH, MOMENT, DONE = "e", "h", "m", "done"


@dataclass(frozen=True, slots=True)
class Journey:
    """Writes the scan of the measures that share a first event and what must follow it."""

    scan: Scan
    query: Query
    catalog: Catalog
    binder: Binder
    tables: set[str]

    def select(self, rows: Rows, keys: list[exp.Alias], conditions: list[Expression]) -> exp.Select:
        """`t`, `k0`, ... and the measures: one row per group of first events whose time is over."""
        names = [*([TIME] if self.query.grain else []), *(key.alias for key in keys)]
        begun = self._begun(rows, keys, conditions)
        came = exp.And(
            this=exp.GTE(this=column(MOMENT, "g"), expression=column(MOMENT, "x")),
            expression=exp.LT(this=column(MOMENT, "g"), expression=self._deadline(column(MOMENT, "x"))),
        )
        done = exp.Max(
            this=exp.Case(ifs=[exp.If(this=came, true=exp.Literal.number(1))], default=exp.Literal.number(0))
        )
        grouped = [*(column(name, "x") for name in names), column(ENTITY, "x")]
        on = exp.EQ(this=column(ENTITY, "g"), expression=column(MATCH, "x"))
        each = nodes.select(
            [*grouped, named(done, DONE)],
            nodes.subquery(begun, "x"),
            joins=[nodes.left_join(nodes.subquery(self._later(), "g"), on)],
            groups=len(grouped),
        )
        outputs: list[exp.Expr] = [column(name) for name in names]
        for part in self.scan.parts:
            count: exp.Expr = exp.Count(this=exp.Star())
            if part.measure.aggregate == "converted":
                count = exp.Coalesce(this=exp.Sum(this=column(DONE)), expressions=[exp.Literal.number(0)])
            outputs.append(named(nodes.cast(count, exp.DType.BIGINT), part.name))
        return nodes.select(outputs, nodes.subquery(each, "y"), groups=len(names))

    def _begun(self, rows: Rows, keys: list[exp.Alias], conditions: list[Expression]) -> exp.Select:
        """The first event of each entity, its group, and whom the later one must have happened to."""
        value = self.scan.parts[0].measure.value
        assert isinstance(value, Col)
        outputs: list[exp.Expr] = [named(column(TIME, FACT), TIME)] if self.query.grain else []
        outputs += [
            *keys,
            named(column(value.name, FACT), ENTITY),
            named(column(self._then.match or value.name, FACT), MATCH),
            named(column(self._moment(self.scan.clock), FACT), MOMENT),
        ]
        first = exp.EQ(this=column(NTH, FACT), expression=exp.Literal.number(1))
        over = exp.LTE(this=self._deadline(column(self._moment(self.scan.clock), FACT)), expression=self._horizon())
        where = nodes.both([first, over, *rows.restrictions()])
        source = nodes.subquery(self._numbered(rows, value.name, conditions), FACT)
        return nodes.select(outputs, source, joins=rows.joins, where=where)

    def _numbered(self, rows: Rows, entity: str, conditions: list[Expression]) -> exp.Select:
        """The events of the period, counted per entity (and bucket) from the first on.

        Only the declared conditions are put here: asked for one channel, an entity that came through another one
        first still counts there and not here, so that the figure is that channel's row of the figure by channel.
        """
        days = Days(self.scan, self.query.grain, self.binder, self.query.fiscal_start)
        moment = dict.fromkeys((self._moment(self.scan.clock), self.scan.clock.day, *self.scan.fact.grain))
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column(entity, FACT), *([days.bucket()] if self.query.grain else [])],
            order=exp.Order(expressions=[exp.Ordered(this=column(name, FACT), nulls_first=False) for name in moment]),
        )
        outputs: list[exp.Expr] = [exp.Column(this=exp.Star(), table=exp.to_identifier(FACT)), named(number, NTH)]
        if self.query.grain:
            outputs.append(named(days.bucket(), TIME))
        known = exp.Not(this=exp.Is(this=column(entity, FACT), expression=exp.Null()))
        own = [rows.plain(part) for part in (*conjuncts(self.scan.fact.where), *conditions)]
        return nodes.select(
            outputs,
            nodes.table(self.scan.fact.table, FACT),
            joins=days.joins(self.tables),
            where=nodes.both([*days.within(), known, *own]),
        )

    def _later(self) -> exp.Select:
        """The later events that may be seen: whom they happened to, and when."""
        fact, then = self._fact, self._then
        clock = fact.clock(then.clock)
        self.tables.add(fact.table)
        rows = Rows(fact, clock, replace(self.query, where=(), by=()), self.catalog, self.binder, self.tables)
        known = exp.Not(this=exp.Is(this=column(then.entity, FACT), expression=exp.Null()))
        conditions = [known, *(rows.plain(part) for part in conjuncts(then.where)), *rows.restrictions()]
        if self.scan.start and self.scan.end and not self.scan.aligned:
            last = self.binder.bind(self.scan.end.plus(then.within_days))
            first = self.binder.bind(self.scan.start)
            conditions.insert(0, exp.Between(this=column(clock.day, FACT), low=first, high=last))
        outputs = [named(column(then.entity, FACT), ENTITY), named(column(self._moment(clock), FACT), MOMENT)]
        return nodes.select(outputs, nodes.table(fact.table, FACT), joins=rows.joins, where=nodes.both(conditions))

    @property
    def _then(self) -> Later:
        assert self.scan.then is not None
        return self.scan.then

    @property
    def _fact(self) -> Fact:
        return self.catalog.facts[self._then.fact]

    def _moment(self, clock: Clock) -> str:
        """The instant where both events have one, otherwise the company day."""
        exact = self.scan.clock.at and self._fact.clock(self._then.clock).at
        return clock.at if exact else clock.day

    def _deadline(self, moment: exp.Expr) -> exp.Expr:
        """The moment from which on it is too late."""
        days = exp.Literal.number(self._then.within_days)
        later = exp.DateAdd(this=moment, expression=days, unit=exp.Var(this="DAY"))
        return later if self._moment(self.scan.clock) == self.scan.clock.at else nodes.cast(later, exp.DType.DATE)

    def _horizon(self) -> exp.Expr:
        """How far the data reach: the last moment seen, or the day after the last day."""
        fact = self.catalog.facts[self._then.seen_by or self._then.fact]
        clock = fact.clock(self._then.clock if fact is self._fact else "")
        exact = self._moment(self.scan.clock) == self.scan.clock.at
        newest: exp.Expr = exp.Max(this=column(clock.at if exact else clock.day))
        self.tables.add(fact.table)
        newest = newest if exact else nodes.day_after(newest, 1)
        return nodes.subquery(nodes.select([newest], nodes.table(fact.table)))
