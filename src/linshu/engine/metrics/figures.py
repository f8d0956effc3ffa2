"""The figures of a row as expressions over the measured columns; division only here, at the very edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes, plan
from linshu.engine.metrics.comparison import TARGET
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import ratio, render
from linshu.engine.metrics.goals import DUE
from linshu.engine.metrics.nodes import column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.query import Query


@dataclass(frozen=True, slots=True)
class Figures:
    """Reads measured columns from `source`, and those of all groups together from `whole`."""

    query: Query
    catalog: Catalog
    source: str
    whole: str = ""

    def shown(self) -> Iterator[tuple[str, exp.Expr]]:
        """The columns of all asked metrics that are to be shown."""
        for metric in self.query.metrics:
            for name, node in self.of(metric):
                if not self.query.show or name in self.query.show:
                    yield name, node

    def of(self, name: str) -> Iterator[tuple[str, exp.Expr]]:
        """The columns of one asked metric, in the order of the answer: itself, compared, changed, its share."""
        compare = self.query.compare
        yield name, self._figure(name)
        if compare == TARGET:
            due = nodes.cast(column(name + DUE, self.source), exp.DType.DOUBLE)
            yield f"{name}_target", due
            yield f"{name}_attained", ratio(exp.Paren(this=self._figure(name)), due.copy())
            return
        if compare:
            yield f"{name}_{compare}", self._figure(name, plan.BEFORE)
            yield f"{name}_change", self._change(name)
        if self.whole:
            yield f"{name}_share", self._share(name)
            if compare:
                yield f"{name}_share_{compare}", self._share(name, plan.BEFORE)

    def _change(self, name: str) -> exp.Expr:
        now, before = self._figure(name), exp.Paren(this=self._figure(name, plan.BEFORE))
        difference = exp.Paren(this=exp.Sub(this=nodes.cast(now, exp.DType.DOUBLE), expression=before))
        return ratio(difference, exp.Abs(this=self._figure(name, plan.BEFORE)))

    def _share(self, name: str, suffix: str = "") -> exp.Expr:
        return ratio(self._figure(name, suffix), self._figure(name, suffix, self.whole))

    def _figure(self, name: str, suffix: str = "", source: str = "") -> exp.Expr:
        """A measured column, or the formula over such columns."""
        formula = self.catalog.metric(name).formula
        if isinstance(formula, Measure):
            return column(name + suffix, source or self.source)
        return render(formula, lambda inner: _grouped(self._figure(inner, suffix, source)))


def _grouped(node: exp.Expr) -> exp.Expr:
    return node if isinstance(node, exp.Column) else exp.Paren(this=node)
