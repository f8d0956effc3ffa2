"""Figures from the first day of a period to the end of each bucket; distinct values count once, where first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.nodes import column, named
from linshu.engine.metrics.slots import FIRST, LAST

if TYPE_CHECKING:
    from linshu.engine.metrics.binding import Binder
    from linshu.engine.metrics.declare import Measure
    from linshu.engine.metrics.plan import Scan
    from linshu.engine.metrics.query import Query

BUCKETS = "buckets"
TIME, VALUE, EACH, TIMES = "t", "v", "b", "c"


def run_on(rows: exp.Select, scan: Scan, stages: list[str]) -> exp.Select:
    """What each bucket adds, carried into every later bucket of the period; so no key once seen is lost."""
    keys = [named(column(name, "b" if name == TIME else "x"), name) for name in stages]
    figures = [named(_onward(part.measure, column(part.name, "x")), part.name) for part in scan.parts]
    reached = exp.LTE(this=column(TIME, "x"), expression=column(TIME, "b"))
    every = [exp.Join(this=nodes.table(BUCKETS, "b"), kind="CROSS")]
    source = nodes.subquery(rows, "x")
    return nodes.select([*keys, *figures], source, joins=every, where=reached, groups=len(stages))


def _onward(measure: Measure, node: exp.Expr) -> exp.Expr:
    kind = {"min": exp.Min, "max": exp.Max}.get(measure.aggregate, exp.Sum)
    return nodes.cast(kind(this=node), exp.DType.BIGINT)


def gained(base: exp.Select, keys: list[str], measure: Measure, name: str) -> exp.Select:
    """How many values each bucket adds: a value is new where it is first seen, or first seen often enough."""
    if measure.at_least:
        return _often(base, keys, measure, name)
    first = nodes.select([*_listed(keys), column(VALUE), _earliest()], nodes.subquery(base, "y"), groups=len(keys) + 1)
    return _counted(first, keys, exp.Count(this=column(VALUE)), name)


def _often(base: exp.Select, keys: list[str], measure: Measure, name: str) -> exp.Select:
    if measure.each:
        names = [*keys, VALUE, EACH]
        first = nodes.select([*_listed(names), _earliest()], nodes.subquery(base, "y"), groups=len(names))
        names = [*keys, VALUE, TIME]
        outputs = [*_listed(names), named(exp.Count(this=column(EACH)), TIMES)]
        base = nodes.select(outputs, nodes.subquery(first, "w"), groups=len(names))
    within = exp.Window(
        this=exp.Sum(this=column(TIMES)),
        partition_by=_listed([*keys, VALUE]),
        order=exp.Order(expressions=[exp.Ordered(this=column(TIME), nulls_first=False)]),
    )
    so_far = nodes.select([*_listed([*keys, TIME, VALUE, TIMES]), named(within, "s")], nodes.subquery(base, "y"))
    enough = exp.Literal.number(measure.at_least)
    before = exp.Sub(this=column("s"), expression=column(TIMES))
    crossed = [
        exp.Not(this=exp.Is(this=column(VALUE), expression=exp.Null())),
        exp.GTE(this=column("s"), expression=enough),
        exp.LT(this=before, expression=enough.copy()),
    ]
    case = exp.Case(ifs=[exp.If(this=nodes.both(crossed), true=exp.Literal.number(1))], default=exp.Literal.number(0))
    return _counted(so_far, keys, exp.Sum(this=case), name)


def _counted(rows: exp.Select, keys: list[str], figure: exp.Expr, name: str) -> exp.Select:
    names = [TIME, *keys]
    outputs = [*_listed(names), named(nodes.cast(figure, exp.DType.BIGINT), name)]
    return nodes.select(outputs, nodes.subquery(rows, "z"), groups=len(names))


def _listed(names: list[str]) -> list[exp.Expr]:
    return [column(name) for name in names]


def _earliest() -> exp.Expr:
    return named(exp.Min(this=column(TIME)), TIME)


def buckets(query: Query, binder: Binder) -> exp.Select:
    """Every bucket of the question's period, by its grain."""
    assert query.grain is not None
    days = nodes.series(binder.bind(FIRST), binder.bind(LAST))
    every = exp.Select(expressions=[named(exp.Explode(this=days), "d")])
    bucket = nodes.truncated(query.grain, nodes.cast(column("d"), exp.DType.DATE), query.fiscal_start)
    return nodes.select([named(bucket, TIME)], nodes.subquery(every, "c"), distinct=True)
