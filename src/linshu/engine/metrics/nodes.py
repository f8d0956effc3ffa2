"""The few shapes of SQL the compiler writes, as trees; written once in DuckDB's dialect, rendered for others on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics.comparison import Shift
from linshu.kernel.period import FISCAL, Grain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


FACT = "f"  # the alias of the fact that a scan reads


def column(name: str, table: str = "") -> exp.Column:
    """A column, of a table alias when given."""
    if not table:
        return exp.Column(this=exp.Identifier(this=name, quoted=False))
    return exp.Column(this=exp.Identifier(this=name, quoted=False), table=exp.Identifier(this=table, quoted=False))


def named(node: exp.Expr, name: str) -> exp.Alias:
    """An expression under a name."""
    return exp.Alias(this=node, alias=exp.Identifier(this=name, quoted=False))


def table(name: str, alias: str = "") -> exp.Table:
    """A table, under an alias when given."""
    node = exp.Table(this=exp.Identifier(this=name, quoted=False))
    if alias:
        node.set("alias", exp.TableAlias(this=exp.Identifier(this=alias, quoted=False)))
    return node


def cast(node: exp.Expr, kind: exp.DType) -> exp.Cast:
    """The expression as another type."""
    return exp.Cast(this=node, to=exp.DataType(this=kind))


def both(conditions: Iterable[exp.Expr]) -> exp.Expr | None:
    """All conditions together; None for none. Conditions that contain OR come in parentheses already."""
    found: exp.Expr | None = None
    for condition in conditions:
        found = condition if found is None else exp.And(this=found, expression=condition)
    return found


def either(conditions: Sequence[exp.Expr]) -> exp.Expr:
    """Any of the conditions, in parentheses."""
    found = conditions[0]
    for condition in conditions[1:]:
        found = exp.Or(this=found, expression=condition)
    return exp.Paren(this=found)


def sure(condition: exp.Expr) -> exp.Expr:
    """The condition with "unknown" read as false."""
    return exp.Coalesce(this=condition, expressions=[exp.false()])


def denied(condition: exp.Expr) -> exp.Expr:
    """Everything that does not surely satisfy the condition, the unknown included."""
    return exp.Not(this=sure(condition))


def select(
    outputs: Sequence[exp.Expr],
    source: exp.Expr,
    *,
    joins: list[exp.Join] | None = None,
    where: exp.Expr | None = None,
    groups: int = 0,
    distinct: bool = False,
) -> exp.Select:
    """A SELECT; `groups` groups by so many of its first outputs."""
    node = exp.Select(expressions=[*outputs], from_=exp.From(this=source))
    if joins:
        node.set("joins", joins)
    if where is not None:
        node.set("where", exp.Where(this=where))
    if groups:
        node.set("group", exp.Group(expressions=[exp.Literal.number(place + 1) for place in range(groups)]))
    if distinct:
        node.set("distinct", exp.Distinct())
    return node


def left_join(source: exp.Expr, on: exp.Expr) -> exp.Join:
    """A LEFT JOIN: a row whose partner is missing stays, with unknowns."""
    return exp.Join(this=source, side="LEFT", on=on)


def subquery(node: exp.Query, alias: str = "") -> exp.Subquery:
    """A query in parentheses, under an alias when given."""
    found = exp.Subquery(this=node)
    if alias:
        found.set("alias", exp.TableAlias(this=exp.Identifier(this=alias, quoted=False)))
    return found


def day_after(day: exp.Expr, days: exp.Expr | int) -> exp.Expr:
    """The day so many days later."""
    amount = exp.Literal.number(days) if isinstance(days, int) else days
    return cast(exp.DateAdd(this=day, expression=amount, unit=exp.Var(this="DAY")), exp.DType.DATE)


def day_before(day: exp.Expr, days: int) -> exp.Expr:
    """The day so many days earlier."""
    if not days:
        return day
    return cast(exp.DateSub(this=day, expression=exp.Literal.number(days), unit=exp.Var(this="DAY")), exp.DType.DATE)


def series(first: exp.Expr, last: exp.Expr) -> exp.GenerateSeries:
    """Every day from the first to the last."""
    step = exp.Interval(this=exp.Literal.string("1"), unit=exp.Var(this="DAY"))
    return exp.GenerateSeries(start=first, end=last, step=step)


def moved(day: exp.Expr, shift: Shift | None, *, back: bool = False, instant: bool = False) -> exp.Expr:
    """A day or instant of a compared period moved to where it is shown; `back` undoes the move."""
    if shift is None:
        return day
    amount, unit = (shift.months, "MONTH") if shift.months else (shift.days, "DAY")
    kind = exp.DateSub if back else exp.DateAdd
    node = kind(this=day, expression=exp.Literal.number(amount), unit=exp.Var(this=unit))
    return node if instant else cast(node, exp.DType.DATE)


def truncated(grain: Grain, day: exp.Expr, fiscal_start: int) -> exp.Expr:
    """The first day of the bucket (or, for hours, the hour) that a company day or instant falls in."""
    if grain is Grain.DAY:
        return day
    if grain is Grain.HOUR:
        return exp.TimestampTrunc(this=day, unit=exp.Var(this="HOUR"))
    unit = exp.Var(this=grain.value.removeprefix("fiscal_").upper())
    if grain not in FISCAL or fiscal_start == 1:
        return cast(exp.TimestampTrunc(this=day, unit=unit), exp.DType.DATE)
    opening = Shift(months=fiscal_start - 1)  # a year from April is the calendar year of three months before
    return moved(cast(exp.TimestampTrunc(this=moved(day, opening, back=True), unit=unit), exp.DType.DATE), opening)
