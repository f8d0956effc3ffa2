"""Different values counted in two steps: a row for each value of a group, then how many there are.

A store that counts several kinds of different values at once keeps every row it reads, and reads them again for each. Sums
beside them would be added up value by value, which costs more than it saves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics import nodes
from linshu.engine.metrics.expression import Expression, render
from linshu.engine.metrics.nodes import FACT, column, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.metrics.plan import Part

VALUE = "v"


def value_of(parts: Sequence[Part]) -> Expression | None:
    """What measures count the different values of; None where they differ in it, or take more than counts."""
    values = {part.measure.value for part in parts if part.measure.aggregate == "distinct"}
    plain = all(part.measure.aggregate in ("distinct", "count") for part in parts)
    return values.pop() if plain and len(values) == 1 else None


def of_values(
    groups: Sequence[exp.Expr], value: Expression, parts: Sequence[Part], only: Sequence[exp.Expr | None]
) -> list[exp.Expr]:
    """The first step: the groups, the value, and how often each measure meets it."""
    met = [
        named(_met(part, condition), _name(place))
        for place, (part, condition) in enumerate(zip(parts, only, strict=True))
        if condition is not None or part.measure.aggregate == "count"
    ]
    return [*groups, named(_plain(value), VALUE), *met]


def of_groups(groups: Sequence[exp.Expr], parts: Sequence[Part], only: Sequence[exp.Expr | None]) -> list[exp.Expr]:
    """The second step: the groups, and each measure under its name."""
    figures = [
        named(nodes.cast(_figure(part, condition, _name(place)), exp.DType.BIGINT), part.name)
        for place, (part, condition) in enumerate(zip(parts, only, strict=True))
    ]
    return [*(column(one.alias) for one in groups), *figures]


def _name(place: int) -> str:
    return f"c{place}"


def _plain(value: Expression) -> exp.Expr:
    return render(value, lambda name: column(name, FACT))


def _met(part: Part, only: exp.Expr | None) -> exp.Expr:
    counted = part.measure.value if part.measure.aggregate == "count" else None
    node = exp.Count(this=_plain(counted) if counted else exp.Star())
    return exp.Filter(this=node, expression=exp.Where(this=only)) if only is not None else node


def _figure(part: Part, only: exp.Expr | None, met: str) -> exp.Expr:
    if part.measure.aggregate == "count":
        return exp.Coalesce(this=exp.Sum(this=column(met)), expressions=[exp.Literal.number(0)])
    node = exp.Count(this=column(VALUE))
    if only is None:
        return node
    some = exp.GT(this=column(met), expression=exp.Literal.number(0))
    return exp.Filter(this=node, expression=exp.Where(this=some))
