"""Figures reckoned here, from the same trees of which statements are written: what a row says of itself needs no store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


def reckon(node: exp.Expr, known: Mapping[str, Number]) -> Number:
    """The value of a figure over known columns, as DuckDB has it: unknown where a part is; Beyond where it fails."""
    return fitting(_RECKONED[type(node)](node, known))


def fitting(value: Number) -> Number:
    """The value itself, where it fits."""
    if isinstance(value, int) and not -MOST - 1 <= value <= MOST:
        raise Beyond
    return value


def _column(node: exp.Expr, known: Mapping[str, Number]) -> Number:
    return known[node.name]


def _inner(node: exp.Expr, known: Mapping[str, Number]) -> Number:
    return reckon(node.this, known)


def _literal(node: exp.Expr, known: Mapping[str, Number]) -> Number:  # noqa: ARG001 - as all of them
    return int(node.name)


def _of_one(work: Callable[[int | float], Number]) -> Callable[[exp.Expr, Mapping[str, Number]], Number]:
    def made(node: exp.Expr, known: Mapping[str, Number]) -> Number:
        value = reckon(node.this, known)
        return None if value is None else work(value)

    return made


def _of_two(work: Callable[[int | float, int | float], Number]) -> Callable[[exp.Expr, Mapping[str, Number]], Number]:
    def made(node: exp.Expr, known: Mapping[str, Number]) -> Number:
        left, right = reckon(node.this, known), reckon(node.expression, known)
        return None if left is None or right is None else work(left, right)

    return made


_RECKONED: dict[type[exp.Expr], Callable[[exp.Expr, Mapping[str, Number]], Number]] = {
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
