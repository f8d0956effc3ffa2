"""Facts added up beforehand: what each rollup carries, which follows from the declared metrics.

Rows of a fact that agree in a rollup's day and keys cannot be told apart by anything that reads only these columns. So
a scan that reads nothing else of its fact, and whose measures add up, has the same answer from the rollup's rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.declare import Clock, Fact, Measure, Metric, Rollup
from linshu.engine.metrics.expression import Col, Expression, Val, conjuncts, render
from linshu.engine.metrics.nodes import FACT, column, named
from linshu.engine.warehouse.rollups import RollupTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ADDED = ("sum", "count", "min", "max")


@dataclass(frozen=True, slots=True)
class Stored:
    """One column of a rollup: how many rows of the fact satisfy some conditions, or what their values come to."""

    name: str
    aggregate: str
    value: Expression | None
    where: tuple[Expression, ...]

    def added_up(self) -> exp.Expr:
        """The aggregate that fills the column."""
        node: exp.Expr = {"sum": exp.Sum, "count": exp.Count, "min": exp.Min, "max": exp.Max}[self.aggregate](
            this=_plain(self.value) if self.value else exp.Star()
        )
        if self.where:
            node = exp.Filter(this=node, expression=exp.Where(this=_all(self.where)))
        return nodes.cast(node, exp.DType.BIGINT)

    def together(self) -> str:
        """The aggregate that puts several rows of a rollup into one."""
        kind = self.aggregate if self.aggregate in ("min", "max") else "sum"
        return f"CAST({kind}({self.name}) AS BIGINT)"

    def of_row(self) -> exp.Expr:
        """What one row of the fact alone adds to the column."""
        one = _plain(self.value) if self.value else exp.Literal.number(1)
        if not self.where:
            return one
        none = exp.Null() if self.value else exp.Literal.number(0)
        return exp.Case(ifs=[exp.If(this=_all(self.where), true=one)], default=none)


class Carried:
    """The columns in which one fact's measures are kept, whatever the rollup: named after the first metric of each."""

    def __init__(self, fact: Fact, metrics: Iterable[Metric]) -> None:
        self.fact = fact
        self._columns: dict[tuple[str, Expression | None, frozenset[Expression]], Stored] = {}
        for metric in metrics:
            measure = metric.formula
            if isinstance(measure, Measure) and measure.fact == fact.name and _adds_up(measure):
                for aggregate, value in _kept(measure):
                    name = f"{metric.name}_{aggregate}" if value else f"{metric.name}_rows"
                    where = conjuncts(measure.where)
                    self._columns.setdefault(
                        (aggregate, value, frozenset(where)), Stored(name, aggregate, value, where)
                    )

    def columns(self, measure: Measure) -> tuple[Stored, ...]:
        """The columns from which a measure is computed, the count of its rows first; none when it is not kept."""
        if not _adds_up(measure):
            return ()
        where = frozenset(conjuncts(measure.where))
        found = [self._columns.get((aggregate, value, where)) for aggregate, value in _kept(measure)]
        return tuple(one for one in found if one) if all(found) else ()

    def rewritten(self, measure: Measure) -> Measure | None:
        """The measure over rollup rows; None when it does not add up. A distinct count counts the same column."""
        columns = self.columns(measure)
        if not columns:
            return None
        found = replace(measure, where=Col(columns[0].name) > 0)
        if measure.aggregate == "distinct":
            return found
        aggregate = "sum" if measure.aggregate == "count" else measure.aggregate
        return replace(found, aggregate=aggregate, value=Col(columns[-1].name))

    @property
    def names(self) -> frozenset[str]:
        """The names of all columns that hold figures."""
        return frozenset(one.name for one in self._columns.values())

    def of_fact(self, columns: Sequence[str], where: exp.Expr) -> exp.Select:
        """The fact's own rows in the form of a rollup's, each as if it stood alone."""
        stored = {one.name: one for one in self._columns.values()}
        outputs = [named(stored[name].of_row(), name) if name in stored else column(name, FACT) for name in columns]
        conditions = [*([_all(conjuncts(self.fact.where))] if self.fact.where else []), where]
        return nodes.select(outputs, nodes.table(self.fact.table, FACT), where=nodes.both(conditions))


@dataclass(frozen=True, slots=True)
class Rolled:
    """A declared rollup with all that follows: its fact, its clock, its columns, its table."""

    name: str
    fact: Fact
    clock: Clock
    carried: Carried
    table: RollupTable
    columns: frozenset[str]
    counts: str = ""  # the metric whose values it counts, or whose standing it holds; it serves nothing else
    by: str = ""  # the dimension by whose keys it counts them


def rolled(declared: Rollup, carried: Carried, metrics: Iterable[Metric]) -> Rolled:
    """What follows from a declaration: the measures counted by its clock that its keys allow."""
    if declared.counts:
        return _counted(declared, carried, metrics)
    fact = carried.fact
    clock = fact.clock(declared.clock)
    keys = tuple(dict.fromkeys(name for name in (fact.keys[key] for key in declared.keys) if name != clock.day))
    stored: dict[str, Stored] = {}
    for metric in metrics:
        measure = metric.formula
        if not isinstance(measure, Measure) or measure.fact != fact.name or fact.clock(measure.clock) != clock:
            continue
        if measure.aggregate == "distinct" and not {*columns_of(measure)} <= {*keys, clock.day}:
            continue
        stored |= {one.name: one for one in carried.columns(measure)}
    table = RollupTable(
        name=declared.name,
        model=fact.table,
        day=clock.day,
        keys=keys,
        sums=tuple((one.name, one.added_up().sql("duckdb")) for one in stored.values()),
        where=_all(conjuncts(fact.where)).sql("duckdb") if fact.where else "TRUE",
        months=tuple((one.name, one.together()) for one in stored.values()) if declared.months else (),
    )
    return Rolled(declared.name, fact, clock, carried, table, frozenset({clock.day, *keys, *stored}))


def _counted(declared: Rollup, carried: Carried, metrics: Iterable[Metric]) -> Rolled:
    """The table of when the values that a metric counts were seen, or until when things stood; whatever its window."""
    fact = carried.fact
    (measure,) = (one.formula for one in metrics if one.name == declared.counts)
    assert isinstance(measure, Measure)
    clock, known = fact.clock(measure.clock), conjuncts(fact.where)
    if measure.per:
        row = Stored("", "sum" if measure.value else "count", measure.value, conjuncts(measure.where)).of_row()
        where = _all(known or (Val(True),)).sql("duckdb")
        table = RollupTable.of_standing(declared.name, fact.table, clock.day, row.sql("duckdb"), where, measure.per)
    else:
        (values,), by = columns_of(measure), tuple(fact.keys[key] for key in declared.keys)
        where = _all((*known, *conjuncts(measure.where)) or (Val(True),)).sql("duckdb")
        table = RollupTable.of_values(declared.name, fact.table, clock.day, values, where, by)
    key = "".join(declared.keys)
    return Rolled(declared.name, fact, clock, carried, table, frozenset(), declared.counts, key)


def columns_of(measure: Measure) -> tuple[str, ...]:
    """The columns whose different values a measure counts."""
    assert isinstance(measure.value, Col)
    return (measure.value.name, *([measure.each] if measure.each else []))


def _adds_up(measure: Measure) -> bool:
    """Whether rows added up beforehand can still answer it: every part of its declaration must be understood here."""
    known = Measure(
        measure.fact, measure.aggregate, measure.value, measure.where, measure.clock, measure.window,
        measure.at_least, measure.each,
    )  # fmt: skip
    if measure != known:
        return False
    if measure.aggregate == "distinct":
        return isinstance(measure.value, Col) and (not measure.at_least or bool(measure.each))
    return measure.aggregate in ADDED


def _kept(measure: Measure) -> tuple[tuple[str, Expression | None], ...]:
    """What must be kept for a measure: how many rows it finds, and what their values come to."""
    rows: tuple[str, Expression | None] = ("count", None)
    return (rows,) if measure.aggregate in ("count", "distinct") else (rows, (measure.aggregate, measure.value))


def _plain(value: Expression) -> exp.Expr:
    return render(value, lambda name: column(name, FACT))


def _all(parts: tuple[Expression, ...]) -> exp.Expr:
    found = nodes.both(exp.Paren(this=_plain(part)) for part in parts)
    assert found is not None
    return found
