"""Filters in a question: `city=武汉`, `sku in (A1, A2)`, `paid_date>=2026-10-01`; their values are only ever bound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, cast

from linshu.kernel.errors import Misused
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.declare import Dimension

Operator = Literal["in", "not in", "<", "<=", ">", ">="]
Scalar = str | int | bool | date

UNKNOWN = Text("(未知)", "unknown")  # how a missing key is shown and asked for

_FORM = re.compile(
    r"\s*([A-Za-z_]\w*)\s*(>=|<=|!=|<>|==|=|<|>|\bnot\s+in\b|\bin\b)\s*(.*?)\s*", re.IGNORECASE | re.DOTALL
)
_OTHER = re.compile(r"""^$|^[\s=<>]|\s$|[,，'"()]""")  # what must be quoted to be read back as it is
_OPERATORS: dict[str, Operator] = {
    "=": "in",
    "==": "in",
    "in": "in",
    "!=": "not in",
    "<>": "not in",
    "not in": "not in",
}
_TRUE = ("true", "1", "yes", "是")
_FALSE = ("false", "0", "no", "否")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a dimension; conditions of a question hold together.

    `in` and `not in` match the key or the name shown for it; a value `(未知)` or `unknown` is the missing key, and
    what is unknown is `not in` every list that does not say so. The others compare keys, and the unknown fails them.
    """

    dimension: str
    operator: Operator
    values: tuple[Scalar, ...]

    @classmethod
    def parse(cls, text: str) -> Filter:
        """A filter from its written form: name, operator, value or (value, value)."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise _wrong(text)
        name, sign, rest = match[1], " ".join(match[2].lower().split()), match[3]
        operator = _OPERATORS.get(sign, cast("Operator", sign))
        listed = sign in ("in", "not in")
        if listed and not (rest.startswith("(") and rest.endswith(")")):
            raise _wrong(text)
        values = _split(rest[1:-1]) if listed else (_bare(rest),)
        if not values or (len(values) == 1 and values[0] == "" and not rest.startswith(("'", '"'))):
            raise _wrong(text)
        return cls(name, operator, values)

    @property
    def written(self) -> str:
        """The filter as one writes it, so that it can be asked again."""
        values = [
            f'"{text.replace(chr(34), chr(34) * 2)}"' if _OTHER.search(text) else text for text in map(str, self.values)
        ]
        if len(values) > 1:
            return f"{self.dimension} {self.operator} ({','.join(values)})"
        sign = {"in": "=", "not in": "!="}.get(self.operator, self.operator)
        return f"{self.dimension}{sign}{values[0]}"


def read_filters(where: str | Iterable[str | Filter] | Mapping[str, object] | None) -> tuple[Filter, ...]:
    """Filters from what people pass: one text, several, ready ones, or {"city": "武汉", "sku": ["A1", "A2"]}."""
    if not where:
        return ()
    if isinstance(where, str):
        return (Filter.parse(where),)
    if hasattr(where, "items"):
        return tuple(_pair(name, value) for name, value in where.items())
    return tuple(item if isinstance(item, Filter) else Filter.parse(item) for item in where)


def _pair(name: str, value: object) -> Filter:
    if isinstance(value, str | int | date):
        return Filter(name, "in", (value,))
    if isinstance(value, list | tuple | set | frozenset) and value:
        return Filter(name, "in", tuple(sorted(value, key=str)))
    raise _wrong(f"{name}={value!r}")


def _split(text: str) -> tuple[str, ...]:
    """The members of a list; quotes keep commas inside a value."""
    found = re.findall(r"""\s*("(?:[^"]|"")*"|'(?:[^']|'')*'|[^,，]+)\s*(?:[,，]|$)""", text)
    return tuple(_bare(part.strip()) for part in found)


def _bare(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def _wrong(text: str) -> Misused:
    return Misused(
        Text(f"看不懂筛选条件 {text}", f"Cannot read the filter {text}"),
        mend=Text(
            "写法：city=武汉、city!=武汉、sku in (A1,A2)、paid_date>=2026-10-01",
            "Write city=武汉, city!=武汉, sku in (A1,A2) or paid_date>=2026-10-01",
        ),
    )


def is_unknown(value: Scalar) -> bool:
    """Whether the value asks for the missing key."""
    return value in (UNKNOWN.zh, UNKNOWN.en)


def typed(dimension: Dimension, value: Scalar) -> Scalar:
    """The value as the dimension's key holds it: a date, a number, a flag, or a choice's code for its title."""
    if dimension.choices:
        for choice in dimension.choices:
            if value in (choice.value, choice.title.zh, choice.title.en):
                return choice.value
    if not isinstance(value, str):
        return value if dimension.kind is not Kind.TEXT else str(value)
    try:
        return _read(dimension.kind, value)
    except ValueError:
        raise Misused(
            Text(f"{dimension.title.zh} 的值 {value} 不对", f"{value} is no value of {dimension.name}"),
            mend=_EXAMPLES.get(dimension.kind, Text("请填整数", "Give a whole number")),
        ) from None


_EXAMPLES = {
    Kind.DATE: Text("日期写作 2026-10-01", "Write a date as 2026-10-01"),
    Kind.BOOL: Text("请填 true 或 false", "Give true or false"),
}


def _read(kind: Kind, value: str) -> Scalar:
    if kind is Kind.TEXT:
        return value
    if kind is Kind.DATE:
        return date.fromisoformat(value)
    if kind is Kind.BOOL:
        if value.lower() not in (*_TRUE, *_FALSE):
            raise ValueError(value)
        return value.lower() in _TRUE
    return int(value)
