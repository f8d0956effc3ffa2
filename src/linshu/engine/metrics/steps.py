"""Figures that need two steps: windows that move bucket by bucket, and values counted only from so many occurrences on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes, running
from linshu.engine.metrics.days import Days, ends
from linshu.engine.metrics.expression import render
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.rows import FACT

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.declare import Measure
    from linshu.engine.metrics.plan import Scan

TIME, DAY, VALUE, EACH, TIMES = "t", "d", "v", "b", "c"
UPTO, ALL = "upto", "whole"  # how many values are no greater, and how many there are
Aggregated = Callable[["Measure"], exp.Expr]


@dataclass(frozen=True, slots=True)
class Steps:
    """Writes the scan of one such measure."""

    scan: Scan
    days: Days
    binder: Binder
    keys: list[exp.Alias]
    aggregated: Aggregated

    def select(self, source: exp.Expr, joins: list[exp.Join], conditions: list[exp.Expr]) -> exp.Select:
        """`t`, `k0`, ... and the measure."""
        part = self.scan.parts[0]
        times = [TIME] if self.days.grain else []
        names = [*times, *(key.alias for key in self.keys)]
        moves = self.scan.window > 1 and self.days.grain is not None
        base = self._base(source, joins, conditions, moves=moves)
        found = self._moved(base) if moves else base
        measure = part.measure
        if self.scan.running:
            return running.gained(base, [key.alias for key in self.keys], measure, part.name)
        if measure.at_least:
            often = _count_distinct(column(EACH)) if measure.each else exp.Sum(this=column(TIMES))
            outputs = [*(column(name) for name in names), column(VALUE), named(often, TIMES)]
            found = nodes.select(outputs, nodes.subquery(found, "y"), groups=len(names) + 1)
        if measure.rank:
            found = _ranked(names, found)
        figure = nodes.cast(self._figure(measure), exp.DType.BIGINT)
        outputs = [*(column(name) for name in names), named(figure, part.name)]
        return nodes.select(outputs, nodes.subquery(found, "z"), groups=len(names))

    def _extra(self) -> list[str]:
        """The columns of the first step beside time and keys."""
        measure = self.scan.parts[0].measure
        if measure.rank:
            return [VALUE, TIMES]
        if measure.aggregate != "distinct":
            return [TIMES]
        if not measure.at_least:
            return [VALUE]
        return [VALUE, EACH if measure.each else TIMES]

    def _base(self, source: exp.Expr, joins: list[exp.Join], conditions: list[exp.Expr], *, moves: bool) -> exp.Select:
        """What the second step needs, day by day for a moving window: as few rows as possible."""
        measure, extra = self.scan.parts[0].measure, self._extra()
        outputs: list[exp.Expr] = []
        if moves:
            outputs.append(named(self.days.day(), DAY))
        elif self.days.grain:
            outputs.append(named(self.days.bucket(), TIME))
        outputs += self.keys
        if VALUE in extra:
            assert measure.value is not None
            outputs.append(named(render(measure.value, lambda name: column(name, FACT)), VALUE))
        groups = len(outputs)
        if EACH in extra:
            outputs.append(named(column(measure.each, FACT), EACH))
        elif TIMES in extra:
            outputs.append(named(_times(measure) if VALUE in extra else self.aggregated(measure), TIMES))
        summed = TIMES in extra
        where = nodes.both([*(self._reach() if moves else self.days.within()), *conditions])
        return nodes.select(
            outputs, source, joins=joins, where=where, groups=groups if summed else 0, distinct=not summed
        )

    def _reach(self) -> list[exp.Expr]:
        """The days that lie in any window of the period."""
        start, end = ends(self.scan)
        first = self.binder.bind(start.plus(1 - self.scan.window))
        return [exp.Between(this=self.days.day(), low=first, high=self.binder.bind(end))]

    def _moved(self, base: exp.Select) -> exp.Select:
        """Each day once for every window that it lies in, under that window's bucket."""
        start, end = ends(self.scan)
        offsets = exp.Values(
            expressions=[exp.Tuple(expressions=[exp.Literal.number(n)]) for n in range(self.scan.window)],
            alias=exp.TableAlias(this=exp.to_identifier("o"), columns=[exp.to_identifier("n")]),
        )
        carried = [*(key.alias for key in self.keys), *self._extra()]
        last = named(nodes.day_after(column(DAY, "w"), column("n", "o")), "e")
        cross = [exp.Join(this=offsets, kind="CROSS")]
        windows = nodes.select([*(column(name, "w") for name in carried), last], nodes.subquery(base, "w"), joins=cross)
        between = exp.Between(this=_end(), low=self.binder.bind(start), high=self.binder.bind(end))
        where = nodes.both([between, *self.days.closing(_end), *self.days.counterparts(_end)])
        bucket = named(self.days.truncated(nodes.moved(_end(), self.scan.shift)), TIME)
        outputs = [bucket, *(column(name, "x") for name in carried)]
        return nodes.select(outputs, nodes.subquery(windows, "x"), where=where)

    def _figure(self, measure: Measure) -> exp.Expr:
        if measure.rank:
            rank, hundred = exp.Literal.number(measure.rank), exp.Literal.number(100)
            reached = exp.GTE(
                this=exp.Mul(this=column(UPTO), expression=hundred),
                expression=exp.Mul(this=column(ALL), expression=rank),
            )
            return exp.Filter(this=exp.Min(this=column(VALUE)), expression=exp.Where(this=reached))
        if measure.at_least:
            enough = exp.GTE(this=column(TIMES), expression=exp.Literal.number(measure.at_least))
            known = exp.Not(this=exp.Is(this=column(VALUE), expression=exp.Null()))
            where = exp.Where(this=exp.And(this=enough, expression=known))
            return exp.Filter(this=exp.Count(this=exp.Star()), expression=where)
        if measure.aggregate == "distinct":
            return _count_distinct(column(VALUE))
        if measure.aggregate in ("min", "max"):
            return (exp.Min if measure.aggregate == "min" else exp.Max)(this=column(TIMES))
        return exp.Coalesce(this=exp.Sum(this=column(TIMES)), expressions=[exp.Literal.number(0)])


def _times(measure: Measure) -> exp.Expr:
    """How often each value occurs; what is unknown has no rank."""
    if not measure.rank:
        return exp.Count(this=exp.Star())
    assert measure.value is not None
    return exp.Count(this=render(measure.value, lambda name: column(name, FACT)))


def _ranked(names: list[str], found: exp.Query) -> exp.Select:
    """Each value of a group with the highest rank it holds there, and how many values there are."""
    group = [column(name) for name in names]
    order = exp.Order(expressions=[exp.Ordered(this=column(VALUE), nulls_first=False)])
    upto = exp.Window(this=exp.Sum(this=column(TIMES)), partition_by=group, order=order)
    whole = exp.Window(this=exp.Sum(this=column(TIMES)), partition_by=[column(name) for name in names])
    outputs = [*(column(name) for name in names), column(VALUE), named(upto, UPTO), named(whole, ALL)]
    return nodes.select(outputs, nodes.subquery(found, "y"))


def _end() -> exp.Expr:
    """The last day of a window, in the expanded rows."""
    return column("e", "x")


def _count_distinct(node: exp.Expr) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[node]))
