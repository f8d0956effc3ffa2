"""Values of a question enter SQL only as numbered parameters; for people to read, the same tree shows them quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from linshu.engine.metrics.slots import Bound, Listed, Slot, value_of

if TYPE_CHECKING:
    from linshu.engine.metrics.query import Query

Value = Slot | Bound

MANY = 24  # from so many values on, a list travels as one parameter


@dataclass(slots=True)
class Binder:
    """Collects what is bound in one compilation; the same slot, or the same constant, shares a parameter.

    Nothing of a question's values gets into the text, not even which of them are equal.
    """

    query: Query
    inline: bool = False
    slots: list[Value] = field(default_factory=list)
    _known: dict[object, int] = field(default_factory=dict)

    @property
    def values(self) -> tuple[Bound, ...]:
        """The parameters for the question at hand."""
        return tuple(value_of(one, self.query) for one in self.slots)

    def bind(self, value: Value) -> exp.Expr:
        """The value as `$1`, `$2`, ...; or quoted when the SQL is for reading."""
        if self.inline:
            return quoted(value_of(value, self.query))
        key = value if isinstance(value, Slot) else (type(value).__name__, repr(value))
        number = self._known.get(key)
        if number is None:
            self.slots.append(value)
            number = self._known[key] = len(self.slots)
        return exp.Parameter(this=exp.Literal.number(number))

    def within(self, node: exp.Expr, values: Sequence[Value], together: Slot | None = None) -> exp.Expr:
        """`node IN (values)`; false for no values at all. `together` is the slot of many texts, where there is one."""
        if not values:
            return exp.false()
        if len(values) >= MANY and not self.inline:
            texts = [one for one in values if isinstance(one, str) or (isinstance(one, Slot) and one.is_text)]
            if len(texts) == len(values):
                every = self.bind(together or Listed(tuple(texts)))
                unnest = exp.Select(expressions=[exp.Anonymous(this="UNNEST", expressions=[every])])
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
