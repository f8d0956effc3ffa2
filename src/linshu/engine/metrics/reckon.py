"""Figures reckoned here, from the same trees of which statements are written: what a row says of itself needs no store."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Reckoning = Callable[[Mapping[str, "Number"]], "Number"]

Number = int | float | None
MOST = 2**63 - 1


class Beyond(Exception):  # noqa: N818 - no mistake of anybody: the store then says so in its own words
    """A whole number that does not fit 64 bits."""


def understood(node: exp.Expr) -> bool:
    """Whether a figure is written in nothing but what is reckoned here."""
    return all(_is_understood(one) for one in node.walk())


def _is_understood(node: exp.Expr) -> bool:
    if isinstance(node, (exp.Identifier, exp.DataType)):
        return True
    if isinstance(node, exp.Cast):
        return node.to.this is exp.DType.DOUBLE
    if isinstance(node, exp.Literal):
        return node.is_int
    # Constants among themselves are of narrower types in the store.
    return type(node) in _RECKONED and node.find(exp.Column) is not None


def reckoning(node: exp.Expr) -> Reckoning:
    """How a figure follows from known columns, as DuckDB has it: unknown where a part is; Beyond where it fails."""
    found = _RECKONED[type(node)](node)
    return lambda known: fitting(found(known))


def fitting(value: Number) -> Number:
    """The value itself, where it fits."""
    if isinstance(value, int) and not -MOST - 1 <= value <= MOST:
        raise Beyond
    return value


def _column(node: exp.Expr) -> Reckoning:
    return itemgetter(node.name)


def _inner(node: exp.Expr) -> Reckoning:
    return reckoning(node.this)


def _literal(node: exp.Expr) -> Reckoning:
    value = int(node.name)
    return lambda _: value


def _of_one(work: Callable[[int | float], Number]) -> Callable[[exp.Expr], Reckoning]:
    def made(node: exp.Expr) -> Reckoning:
        inner = reckoning(node.this)

        def found(known: Mapping[str, Number]) -> Number:
            value = inner(known)
            return None if value is None else work(value)

        return found

    return made


def _of_two(work: Callable[[int | float, int | float], Number]) -> Callable[[exp.Expr], Reckoning]:
    def made(node: exp.Expr) -> Reckoning:
        one, other = reckoning(node.this), reckoning(node.expression)

        def found(known: Mapping[str, Number]) -> Number:
            left, right = one(known), other(known)
            return None if left is None or right is None else work(left, right)

        return found

    return made


_RECKONED: dict[type[exp.Expr], Callable[[exp.Expr], Reckoning]] = {
    exp.Column: _column,
    exp.Paren: _inner,
    exp.Literal: _literal,
    exp.Cast: _of_one(float),
    exp.Abs: _of_one(abs),
    exp.Add: _of_two(lambda left, right: left + right),
    exp.Sub: _of_two(lambda left, right: left - right),
    exp.Mul: _of_two(lambda left, right: left * right),
    exp.Div: _of_two(lambda left, right: float(left) / right),
    exp.Nullif: _of_two(lambda left, right: None if left == right else left),
}
