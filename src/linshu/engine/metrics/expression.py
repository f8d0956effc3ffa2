"""The closed form in which a figure is written: columns, values and a short list of operations; never SQL text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value = int | str | bool


class Expression:
    """A formula over the columns of one fact, or over metrics; built with ordinary operators."""

    __slots__ = ()

    def __add__(self, other: Expression | Value) -> Op:
        return Op("+", (self, lift(other)))

    def __sub__(self, other: Expression | Value) -> Op:
        return Op("-", (self, lift(other)))

    def __mul__(self, other: Expression | Value) -> Op:
        return Op("*", (self, lift(other)))

    def __truediv__(self, other: Expression | Value) -> Op:
        return Op("/", (self, lift(other)))

    def __and__(self, other: Expression) -> Op:
        return Op("and", (self, other))

    def __or__(self, other: Expression) -> Op:
        return Op("or", (self, other))

    def __invert__(self) -> Op:
        return Op("not", (self,))

    def __lt__(self, other: Expression | Value) -> Op:
        return Op("<", (self, lift(other)))

    def __le__(self, other: Expression | Value) -> Op:
        return Op("<=", (self, lift(other)))

    def __gt__(self, other: Expression | Value) -> Op:
        return Op(">", (self, lift(other)))

    def __ge__(self, other: Expression | Value) -> Op:
        return Op(">=", (self, lift(other)))

    def equals(self, other: Expression | Value) -> Op:
        """True where both sides are known and the same."""
        return Op("=", (self, lift(other)))

    def differs(self, other: Expression | Value) -> Op:
        """True where both sides are known and not the same."""
        return Op("<>", (self, lift(other)))

    def isin(self, *values: Value) -> Op:
        """True where the left side is one of the values."""
        return Op("in", (self, *(lift(value) for value in values)))

    def known(self) -> Op:
        """True where there is a value."""
        return Op("known", (self,))

    def or_else(self, other: Expression | Value) -> Op:
        """The value, or the other where there is none."""
        return Op("coalesce", (self, lift(other)))


@dataclass(frozen=True, slots=True, eq=True)
class Col(Expression):
    """A column of the fact a measure counts, or, in a metric's formula, another metric."""

    name: str


@dataclass(frozen=True, slots=True, eq=True)
class Val(Expression):
    """A constant."""

    value: Value


@dataclass(frozen=True, slots=True, eq=True)
class Op(Expression):
    """One operation of the closed list `OPERATIONS` on its arguments."""

    name: str
    args: tuple[Expression, ...]


def lift(value: Expression | Value) -> Expression:
    """The expression itself, or a plain value made into one."""
    return value if isinstance(value, Expression) else Val(value)


def columns(expression: Expression | None) -> Iterator[str]:
    """The names an expression reads."""
    if isinstance(expression, Col):
        yield expression.name
    elif isinstance(expression, Op):
        for arg in expression.args:
            yield from columns(arg)


def conjuncts(expression: Expression | None) -> tuple[Expression, ...]:
    """The parts of a condition that must all hold."""
    if expression is None:
        return ()
    if isinstance(expression, Op) and expression.name == "and":
        return tuple(part for arg in expression.args for part in conjuncts(arg))
    return (expression,)


def divides(expression: Expression | None) -> bool:
    """Whether the formula divides anywhere, so that its result is a fraction and no longer an integer."""
    if not isinstance(expression, Op):
        return False
    return expression.name == "/" or any(divides(arg) for arg in expression.args)


def ratio(top: exp.Expr, bottom: exp.Expr) -> exp.Expr:
    """Division at the very edge: in double, and unknown where the divisor is zero."""
    zero = exp.Literal.number(0)
    return exp.Div(this=double(top), expression=exp.Nullif(this=bottom, expression=zero), typed=False, safe=False)


def double(node: exp.Expr) -> exp.Expr:
    """The value as a double."""
    return exp.Cast(this=node, to=exp.DataType(this=exp.DataType.Type.DOUBLE))


def literal(value: Value) -> exp.Expr:
    """A constant of a declaration as SQL; users' values never come this way."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    return exp.Literal.number(value) if isinstance(value, int) else exp.Literal.string(value)


def _binary(kind: Callable[..., exp.Expr]) -> Callable[[list[exp.Expr]], exp.Expr]:
    return lambda args: kind(this=_paren(args[0]), expression=_paren(args[1]))


def _paren(node: exp.Expr) -> exp.Expr:
    return exp.Paren(this=node) if isinstance(node, exp.Binary | exp.Not | exp.In) else node


OPERATIONS: dict[str, Callable[[list[exp.Expr]], exp.Expr]] = {
    "+": _binary(exp.Add),
    "-": _binary(exp.Sub),
    "*": _binary(exp.Mul),
    "/": lambda args: ratio(_paren(args[0]), _paren(args[1])),
    "=": _binary(exp.EQ),
    "<>": _binary(exp.NEQ),
    "<": _binary(exp.LT),
    "<=": _binary(exp.LTE),
    ">": _binary(exp.GT),
    ">=": _binary(exp.GTE),
    "and": _binary(exp.And),
    "or": _binary(exp.Or),
    "not": lambda args: exp.Not(this=_paren(args[0])),
    "in": lambda args: exp.In(this=_paren(args[0]), expressions=args[1:]),
    "known": lambda args: exp.Not(this=exp.Paren(this=exp.Is(this=_paren(args[0]), expression=exp.Null()))),
    "coalesce": lambda args: exp.Coalesce(this=args[0], expressions=args[1:]),
}


def render(expression: Expression, column: Callable[[str], exp.Expr]) -> exp.Expr:
    """The expression as SQL; `column` says how a name is written. A fresh tree at every call."""
    if isinstance(expression, Col):
        return column(expression.name)
    if isinstance(expression, Val):
        return literal(expression.value)
    assert isinstance(expression, Op)
    return OPERATIONS[expression.name]([render(arg, column) for arg in expression.args])
