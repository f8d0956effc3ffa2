"""The figures of a question by its keys: every fact aggregated alone, then joined on the full set of keys."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes, plan, running
from linshu.engine.metrics.best import RANK
from linshu.engine.metrics.comparison import TARGET
from linshu.engine.metrics.declare import UNKNOWN_WHEN_EMPTY
from linshu.engine.metrics.figures import Figures
from linshu.engine.metrics.goals import DUE, GOALS, Goals
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.reading import Reading
from linshu.engine.metrics.scan import TIME, Scanner, key_name
from linshu.engine.metrics.serve import serve
from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.declare import Measure
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query


@dataclass(frozen=True, slots=True)
class Groups:
    """Writes the stages of one question: `{scan}0`, `{scan}1` ... and, where there are several, `{spine}`."""

    query: Query
    reading: Reading
    scan: str = "s"
    spine: str = "g"

    @property
    def stages(self) -> list[str]:
        """The key columns of every stage."""
        return stages(self.query)

    def write(self) -> tuple[list[tuple[str, exp.Query]], str]:
        """The stages by name, and the name of the one that holds a row per group."""
        scans = self._needed(plan.scans(self.query, self.reading.catalog))
        found = [(f"{self.scan}{place}", self._scanned(scan)) for place, scan in enumerate(scans)]
        if len(scans) == 1 and not self.query.fill and not self._due:
            return found, found[0][0]
        goals = Goals(self.query, self.reading).select() if self._due else None
        if goals is not None:
            found.append((GOALS, goals))
        return [*found, (self.spine, self._merged(scans, held=goals is not None))], self.spine

    def _needed(self, scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
        """The passes without what no figure to be shown is made of."""
        if not self.query.show or (self._due and Goals(self.query, self.reading).parts() is None):
            return scans
        every = Figures(self.query, self.reading.catalog, self.spine, self.spine if self.query.share else "").shown()
        names = {one.name for _, node in every for one in node.find_all(exp.Column)}
        kept = ((scan, tuple(part for part in scan.parts if part.name in names)) for scan in scans)
        return tuple(replace(scan, parts=parts) for scan, parts in kept if parts)

    @property
    def _due(self) -> list[str]:
        """The columns of what figures are to reach, where the question is held against targets."""
        return [name + DUE for name in self.query.metrics] if self.query.compare == TARGET else []

    def _scanned(self, scan: Scan) -> exp.Query:
        reading = self.reading
        scan, served = serve(scan, self.query, reading)
        reading.served.append(served)
        rows = Scanner(scan, self.query, reading.catalog, reading.binder, reading.tables).select()
        return running.run_on(rows, scan, self.stages) if scan.running else rows

    def _merged(self, scans: tuple[Scan, ...], *, held: bool) -> exp.Select:
        """All scans under one another, then one row per key: nothing fans out, and no key of any fact is lost."""
        if not self.stages:
            return self._beside(scans, held=held)
        names = [*(part.name for scan in scans for part in scan.parts), *self._due]
        stacked: exp.Query | None = None
        for place, scan in enumerate(scans):
            own = {part.name for part in scan.parts}
            outputs: list[exp.Expr] = [column(name) for name in self.stages]
            outputs += [column(name) if name in own else named(exp.Null(), name) for name in names]
            stacked = _under(stacked, nodes.select(outputs, nodes.table(f"{self.scan}{place}")))
        if held:
            outputs = [column(name) for name in self.stages]
            outputs += [column(name) if name in self._due else named(exp.Null(), name) for name in names]
            stacked = _under(stacked, nodes.select(outputs, nodes.table(GOALS)))
        if self.query.fill:
            stacked = _under(stacked, self._calendar(names))
        assert stacked is not None
        outputs = [column(name) for name in self.stages]
        for scan in scans:
            outputs += [named(_known(part.measure, exp.Max(this=column(part.name))), part.name) for part in scan.parts]
        outputs += [named(exp.Max(this=column(name)), name) for name in self._due]
        return nodes.select(outputs, nodes.subquery(stacked, "u"), groups=len(self.stages))

    def _beside(self, scans: tuple[Scan, ...], *, held: bool) -> exp.Select:
        """Without keys every scan is one row, whatever it finds: they stand beside one another."""
        parts = [part for scan in scans for part in scan.parts]
        outputs: list[exp.Expr] = [named(_known(part.measure, column(part.name)), part.name) for part in parts]
        outputs += [column(name) if held else named(exp.Null(), name) for name in self._due]
        first, *others = [*(f"{self.scan}{place}" for place in range(len(scans))), *([GOALS] if held else [])]
        joins = [exp.Join(this=nodes.table(name), kind="CROSS") for name in others]
        return nodes.select(outputs, nodes.table(first), joins=joins)

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
        every = running.buckets(query, self.reading.binder)
        every.set("expressions", [*every.expressions, *(named(exp.Null(), name) for name in names)])
        return every


def stages(query: Query) -> list[str]:
    """The key columns between the stages: time, the dimensions, and the place among the best of the last one."""
    times = [TIME] if query.grain else []
    return [*times, *(key_name(place) for place in range(len(query.by))), *([RANK] if query.top else [])]


def _under(above: exp.Query | None, below: exp.Select) -> exp.Query:
    return below if above is None else exp.Union(this=above, expression=below, distinct=False)


def _known(measure: Measure, found: exp.Expr) -> exp.Expr:
    """The figure of the one scan that has it; sums and counts are zero where their fact has no row."""
    if measure.aggregate in UNKNOWN_WHEN_EMPTY:
        return found
    return exp.Coalesce(this=found, expressions=[exp.Literal.number(0)])
