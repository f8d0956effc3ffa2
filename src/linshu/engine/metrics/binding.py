"""Values of a question enter SQL only as numbered parameters; for people to read, the same tree shows them quoted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlglot import exp

Bound = str | int | bool | date | datetime | list[str]

MANY = 24  # from so many values on, a list travels as one parameter


@dataclass(slots=True)
class Binder:
    """Collects the values of one compilation; equal values share a parameter."""

    inline: bool = False
    values: list[Bound] = field(default_factory=list)
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def bind(self, value: Bound) -> exp.Expr:
        """The value as `$1`, `$2`, ...; or quoted when the SQL is for reading."""
        if self.inline:
            return quoted(value)
        key = (type(value).__name__, repr(value))
        number = self._known.get(key)
        if number is None:
            self.values.append(value)
            number = self._known[key] = len(self.values)
        return exp.Parameter(this=exp.Literal.number(number))

    def within(self, node: exp.Expr, values: tuple[Bound, ...]) -> exp.Expr:
        """`node IN (values)`; false for no values at all."""
        if not values:
            return exp.false()
        if len(values) >= MANY and not self.inline and all(isinstance(value, str) for value in values):
            unnest = exp.Select(
                expressions=[exp.Anonymous(this="UNNEST", expressions=[self.bind([*map(str, values)])])]
            )
            return exp.In(this=node, query=exp.Subquery(this=unnest))
        if len(values) == 1:
            return exp.EQ(this=node, expression=self.bind(values[0]))
        return exp.In(this=node, expressions=[self.bind(value) for value in values])


def quoted(value: Bound) -> exp.Expr:
    """A value as a safely quoted literal."""
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, int):
        return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))
    if isinstance(value, datetime):
        written = exp.Literal.string(value.astimezone(UTC).isoformat(sep=" "))
        return exp.Cast(this=written, to=exp.DataType(this=exp.DataType.Type.TIMESTAMPTZ))
    if isinstance(value, date):
        return exp.Cast(this=exp.Literal.string(value.isoformat()), to=exp.DataType(this=exp.DataType.Type.DATE))
    if isinstance(value, list):
        return exp.Array(expressions=[quoted(item) for item in value])
    return exp.Literal.string(value)
