"""What kind of value an expression gives: numbers are added, conditions joined, like compared with like."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.kernel.errors import nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["whole", "double", "text", "flag", "day", "instant", "other"]
Trouble = tuple[Text, Text]  # what is wrong, how to mend it

NAMES = {
    "whole": Text("整数", "a whole number"), "double": Text("小数", "a fraction"), "text": Text("文字", "a text"),
    "flag": Text("是否", "yes or no"), "day": Text("日期", "a day"), "instant": Text("时刻", "an instant"),
    "other": Text("别的值", "another value"),
}  # fmt: skip
_NUMBERS = ("whole", "double")
_NOTHING = Text("", "")


def stored(kind: str) -> Kind:
    """The kind of a stored column, from the store's name of its type."""
    name = kind.upper()
    if name in ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER", "HUGEINT"):
        return "whole"
    if name in ("DOUBLE", "FLOAT", "REAL") or name.startswith("DECIMAL"):
        return "double"
    found: dict[str, Kind] = {"VARCHAR": "text", "BOOLEAN": "flag", "DATE": "day"}
    return found.get(name, "instant" if name.startswith("TIMESTAMP") else "other")


def troubles(expression: Expression, columns: Mapping[str, Kind]) -> Iterator[Trouble]:
    """Unknown columns, and operations on values they are not for."""
    if isinstance(expression, Col) and expression.name not in columns:
        said = Text(f"没有列 {expression.name}", f"there is no column {expression.name}")
        yield said, nearest(expression.name, columns)
    if isinstance(expression, Op):
        inner = [one for arg in expression.args for one in troubles(arg, columns)]
        yield from inner
        if not inner:
            yield from _operation(expression, [kind(arg, columns) for arg in expression.args])


def kind(expression: Expression, columns: Mapping[str, Kind]) -> Kind:
    """What an expression without troubles gives."""
    if isinstance(expression, Col):
        return columns.get(expression.name, "other")
    if isinstance(expression, Val):
        if isinstance(expression.value, bool):
            return "flag"
        return "whole" if isinstance(expression.value, int) else "text"
    assert isinstance(expression, Op)
    if expression.name in ("+", "-", "*"):
        return "double" if "double" in (kind(arg, columns) for arg in expression.args) else "whole"
    if expression.name == "/":
        return "double"
    return kind(expression.args[0], columns) if expression.name == "coalesce" else "flag"


def _operation(one: Op, kinds: list[Kind]) -> Iterator[Trouble]:
    if one.name in ("+", "-", "*", "/"):
        wrong = [NAMES[given] for given in kinds if given not in _NUMBERS]
        if wrong:
            yield (
                Text(f"{one.name} 只能用于数字，这里有{wrong[0].zh}", f"{one.name} is for numbers, not {wrong[0].en}"),
                _NOTHING,
            )
    elif one.name in ("and", "or", "not"):
        wrong = [NAMES[given] for given in kinds if given != "flag"]
        if wrong:
            said = Text(
                f"{one.name} 连接的是条件，这里有{wrong[0].zh}", f"{one.name} joins conditions, not {wrong[0].en}"
            )
            yield said, Text("写成比较，如 qty > 0", "Write a comparison, such as qty > 0")
    elif one.name != "known":
        first = kinds[0]
        for value, other in zip(one.args[1:], kinds[1:], strict=True):
            if not _alike(first, other, value):
                said = Text(
                    f"{NAMES[first].zh}不能和{NAMES[other].zh}相比",
                    f"{NAMES[first].en} is not compared with {NAMES[other].en}",
                )
                yield said, _NOTHING


def _alike(first: Kind, other: Kind, value: Expression) -> bool:
    """Numbers with numbers, else the same kind; a day may be written as a text."""
    if first in _NUMBERS and other in _NUMBERS:
        return True
    if first in ("day", "instant") and other == "text" and isinstance(value, Val):
        return _is_day(str(value.value))
    return first == other


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
