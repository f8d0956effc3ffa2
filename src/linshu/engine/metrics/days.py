"""Which days of a fact count, and into which bucket of a time grain they fall; windows and compared periods included."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.nodes import column
from linshu.engine.metrics.rows import FACT
from linshu.kernel.period import Grain

if TYPE_CHECKING:
    from linshu.engine.metrics import slots
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.plan import Scan

ALIGNED = "a"  # the table of aligned days beside the fact
Day = Callable[[], exp.Expr]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one scan."""

    scan: Scan
    grain: Grain | None
    binder: Binder
    fiscal_start: int = 1

    def day(self) -> exp.Expr:
        """The company day a row counts on: that of its clock, or the one held against it."""
        aligned = self.scan.aligned
        return column(aligned.day, ALIGNED) if aligned else column(self.scan.clock.day, FACT)

    def joins(self, tables: set[str]) -> list[exp.Join]:
        """The table that says which day is held against a row's own: one row for each, so that none is doubled."""
        aligned = self.scan.aligned
        if aligned is None:
            return []
        tables.add(aligned.table)
        on = exp.EQ(this=column(aligned.held, ALIGNED), expression=column(self.scan.clock.day, FACT))
        return [exp.Join(this=nodes.table(aligned.table, ALIGNED), on=on)]

    def within(self) -> list[exp.Expr]:
        """The conditions on the clock's day; a row whose clock has not struck never counts."""
        scan, day = self.scan, self.day()
        if scan.window and scan.start and scan.end:
            return self._window_days()
        if scan.start and scan.end:
            bounds = {"low": self.binder.bind(scan.start), "high": self.binder.bind(scan.end)}
            found: list[exp.Expr] = [exp.Between(this=day, **bounds)]
        elif scan.start:
            found = [exp.GTE(this=day, expression=self.binder.bind(scan.start))]
        elif scan.end:
            found = [exp.LTE(this=day, expression=self.binder.bind(scan.end))]
        else:
            found = [exp.Not(this=exp.Is(this=day, expression=exp.Null()))]
        # A figure that runs on holds every day up to a bucket, also one that has no counterpart of its own.
        return found if scan.running else found + self.counterparts(self.day)

    def counterparts(self, day: Day) -> list[exp.Expr]:
        """Day by day, 29 February and other days without a counterpart are held against nothing."""
        back = self.scan.shift
        if not back or not back.months or self.grain not in (Grain.DAY, Grain.HOUR):
            return []
        there_and_back = nodes.moved(nodes.moved(day(), back), back, back=True)
        return [exp.EQ(this=there_and_back, expression=day())]

    def _window_days(self) -> list[exp.Expr]:
        """The days of a window that needs no repetition: the last one of each bucket, or those before the very end."""
        scan = self.scan
        start, end = ends(scan)
        if not self.grain:
            if scan.window == 1:
                return [exp.EQ(this=self.day(), expression=self.binder.bind(end))]
            first = self.binder.bind(end.plus(1 - scan.window))
            return [exp.Between(this=self.day(), low=first, high=self.binder.bind(end))]
        between = exp.Between(this=self.day(), low=self.binder.bind(start), high=self.binder.bind(end))
        return [between, *self.closing(self.day), *self.counterparts(self.day)]

    def closing(self, day: Day) -> list[exp.Expr]:
        """Holds for the last day of each bucket, and for the last day of the period."""
        grain, scan = self.grain, self.scan
        if grain is None or grain is Grain.DAY:
            return []
        by_days = scan.shift if scan.shift and not scan.shift.months else None
        here = self.truncated(nodes.moved(day(), by_days))
        tomorrow = self.truncated(nodes.day_after(nodes.moved(day(), by_days), 1))
        at_end = exp.EQ(this=day(), expression=self.binder.bind(ends(scan)[1]))
        return [nodes.either([exp.NEQ(this=here, expression=tomorrow), at_end])]

    def bucket(self) -> exp.Expr:
        """The bucket of the grain that a row falls into; a compared period is shown where it is held against."""
        grain, scan = self.grain, self.scan
        assert grain is not None
        if grain is Grain.HOUR:
            moment = nodes.moved(column(scan.clock.at, FACT), scan.shift, instant=True)
            return self.truncated(moment)
        return self.truncated(nodes.moved(self.day(), scan.shift))

    def truncated(self, node: exp.Expr) -> exp.Expr:
        """The bucket that a company day, or for hours an instant, falls in."""
        assert self.grain is not None
        return nodes.truncated(self.grain, node, self.fiscal_start)


def ends(scan: Scan) -> tuple[slots.Day, slots.Day]:
    """The first and last day of a scan over a window; the plan has asked for both."""
    assert scan.start is not None
    assert scan.end is not None
    return scan.start, scan.end
