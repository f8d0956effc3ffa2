"""How things stand: of each key the last known row at the end of the period or of each bucket, never one added over days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.days import ends
from linshu.engine.metrics.expression import conjuncts
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.rows import FACT

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.days import Days
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.rows import Rows

SINCE, UNTIL = "stands_since", "stands_until"  # a row tells how things stand from its day to that of the key's next
NEWEST = "n"  # the last day of each key
FRAME, FRAME_TIME, FRAME_FIRST, FRAME_LAST = "b", "t", "first_day", "last_day"


@dataclass(frozen=True, slots=True)
class Latest:
    """The rows of one such scan, each with the buckets at whose end it stands."""

    scan: Scan
    days: Days
    binder: Binder

    def source(self, rows: Rows) -> exp.Expr:
        """The fact's rows up to the end: of each key the last, or with buckets each with the day until which it stands.

        Only the fact's own condition is put here: a key whose last row fails the question's conditions must not stand
        with an older one.
        """
        found = self._standing(rows) if self.days.grain else self._last(rows)
        return nodes.subquery(found, FACT)

    def _known(self, rows: Rows, outputs: list[exp.Expr], *joins: exp.Join, groups: int = 0) -> exp.Select:
        """The fact's rows from few enough days before the period to its end."""
        start, end = ends(self.scan)
        first = self.binder.bind(start.plus(-self.scan.back))
        between = exp.Between(this=self.days.day(), low=first, high=self.binder.bind(end))
        own = [rows.plain(part) for part in conjuncts(self.scan.fact.where)]
        return nodes.select(
            outputs,
            nodes.table(self.scan.fact.table, FACT),
            joins=[*self.days.joins(rows.tables), *joins],
            where=nodes.both([between, *own]),
            groups=groups,
        )

    def _last(self, rows: Rows) -> exp.Select:
        """Of each key the row of its last day; there is one row a day."""
        keys = [named(column(name, FACT), name) for name in self.scan.per]
        days = self._known(rows, [*keys, named(exp.Max(this=self.days.day()), SINCE)], groups=len(keys))
        same = [exp.NullSafeEQ(this=column(name, NEWEST), expression=column(name, FACT)) for name in self.scan.per]
        on = nodes.both([*same, exp.EQ(this=column(SINCE, NEWEST), expression=self.days.day())])
        newest = exp.Join(this=nodes.subquery(days, NEWEST), on=on)
        return self._known(rows, [exp.Column(this=exp.Star(), table=exp.to_identifier(FACT))], newest)

    def _standing(self, rows: Rows) -> exp.Select:
        """Every row with the day until which it stands, whichever bucket it then counts in."""
        following = exp.Window(
            this=exp.Min(this=self.days.day()),
            partition_by=[column(name, FACT) for name in self.scan.per],
            order=exp.Order(expressions=[exp.Ordered(this=self.days.day(), nulls_first=False)]),
            spec=exp.WindowSpec(kind="ROWS", start="1", start_side="FOLLOWING", end="1", end_side="FOLLOWING"),
        )
        until = exp.Coalesce(this=following, expressions=[self.binder.bind(ends(self.scan)[1].plus(1))])
        outputs: list[exp.Expr] = [
            exp.Column(this=exp.Star(), table=exp.to_identifier(FACT)),
            named(self.days.day(), SINCE),
            named(until, UNTIL),
        ]
        return self._known(rows, outputs)

    def joins(self) -> list[exp.Join]:
        """The buckets, where there are any, each with its first and last day."""
        grain = self.days.grain
        if grain is None:
            return []
        start, end = ends(self.scan)
        days = nodes.series(self.binder.bind(start), self.binder.bind(end))
        every = exp.Select(expressions=[named(exp.Explode(this=days), "d")])
        day = nodes.cast(column("d", "c"), exp.DType.DATE)
        bucket = self.days.truncated(nodes.moved(day, self.scan.shift))
        where = nodes.both(self.days.counterparts(lambda: nodes.cast(column("d", "c"), exp.DType.DATE)))
        outputs: list[exp.Expr] = [
            named(bucket, FRAME_TIME),
            named(exp.Min(this=day.copy()), FRAME_FIRST),
            named(exp.Max(this=day.copy()), FRAME_LAST),
        ]
        frames = nodes.select(outputs, nodes.subquery(every, "c"), where=where, groups=1)
        return [exp.Join(this=nodes.subquery(frames, FRAME), kind="CROSS")]

    def bucket(self) -> exp.Expr:
        """The bucket at whose end a row stands."""
        return column(FRAME_TIME, FRAME)

    def within(self) -> list[exp.Expr]:
        """The row stands at the bucket's end, and is known from within it or from few enough days before it."""
        if self.days.grain is None:
            return []
        begun = exp.LTE(this=column(SINCE, FACT), expression=column(FRAME_LAST, FRAME))
        stands = exp.GT(this=column(UNTIL, FACT), expression=column(FRAME_LAST, FRAME))
        earliest = nodes.day_before(column(FRAME_FIRST, FRAME), self.scan.back)
        recent = exp.GTE(this=column(SINCE, FACT), expression=earliest)
        return [begun, stands, recent]
