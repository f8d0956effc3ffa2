"""How people write the values of a column in a spreadsheet: yuan and percent, local times, 是 and 否, names for codes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.kernel.table import Column

__all__ = ["NO", "UNITS", "YES", "Cell", "Unit", "cell_of", "header", "unit_of"]

YES, NO = "是", "否"
ZONE = ZoneInfo("Asia/Shanghai")
REQUIRED = "*"

Cell = str | int | float | date | datetime | None


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit people write; one of it is `stored` units of the store."""

    title: Text
    stored: int = 1


# People write yuan and percent; the store keeps fen and parts per million.
UNITS: dict[Kind, Unit] = {
    Kind.FEN: Unit(Text("元", "yuan"), 100),
    Kind.PPM: Unit(Text("%", "%"), 10_000),
    Kind.GRAM: Unit(Text("克", "g")),
    Kind.CM3: Unit(Text("立方厘米", "cm3")),
    Kind.METRE: Unit(Text("米", "m")),
    Kind.SECOND: Unit(Text("秒", "s")),
    Kind.DEGREE: Unit(Text("度", "degrees")),
}


def unit_of(column: Column) -> Unit:
    """The unit in which people write a column; one of a nameless unit for counts and words."""
    return UNITS.get(column.kind, Unit(Text("", "")))


def header(column: Column) -> str:
    """The heading of a column in a spreadsheet: its Chinese title, its unit, and a star when it must be filled."""
    unit = unit_of(column).title.zh
    return f"{column.title.zh}{f'（{unit}）' if unit else ''}{REQUIRED if column.required else ''}"


def cell_of(column: Column, stored: str) -> Cell:
    """A stored value (as its example is written) in the form people write it."""
    if column.choices:
        return next(choice.title.zh for choice in column.choices if choice.value == stored)
    match column.kind:
        case Kind.BOOL:
            return YES if stored == "true" else NO
        case Kind.DATE:
            return date.fromisoformat(stored)
        case Kind.INSTANT:
            return datetime.fromisoformat(stored).astimezone(UTC).astimezone(ZONE).replace(tzinfo=None)
        case Kind.TEXT | Kind.JSON:
            return stored
        case Kind.DEGREE:
            return float(stored)
    amount = Decimal(stored) / unit_of(column).stored
    return int(amount) if amount == amount.to_integral_value() else float(amount)
