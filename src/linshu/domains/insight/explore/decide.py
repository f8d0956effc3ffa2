"""Which picture an answer is drawn as: decided from its shape alone, so that the same question always looks the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linshu.kernel.text import Text

Kind = Literal["card", "line", "area", "column", "stack", "bar", "group", "heat", "table"]

TITLES: dict[Kind, Text] = {
    "card": Text("数字", "Number"),
    "line": Text("折线", "Line"),
    "area": Text("面积", "Area"),
    "column": Text("柱状", "Columns"),
    "stack": Text("堆叠", "Stacked"),
    "bar": Text("排行", "Ranking"),
    "group": Text("分组柱", "Grouped"),
    "heat": Text("热力表", "Heat table"),
    "table": Text("仅表格", "Table only"),
}
MOST_SERIES = 8  # colours that can still be told apart
MOST_COLUMNS = 31  # of a heat table: a month of days
MOST_GROUPS = 12  # of grouped bars that can still be compared


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer is made of: whether it runs over time, how many values each dimension has, what can be added up."""

    timed: bool
    groups: tuple[int, ...]  # how many different values each dimension shows
    buckets: int = 0
    additive: bool = False  # the groups are parts of a whole: shares and rates are not
    turned: bool = False  # a key stands in the columns


def offered(shape: Shape) -> tuple[Kind, ...]:
    """The pictures that fit, the most telling first; the table fits everything.

    Time is a line, one dimension a ranking, two are grouped bars while few and a heat table when many, a single figure
    is a number. Only what adds up to a whole is stacked.
    """
    keys = len(shape.groups) + shape.timed
    if shape.turned or keys > 2:
        return ("table",)
    if keys == 0:
        return ("card", "table")
    if shape.timed:
        return (*_timed(shape), "table")
    if keys == 1:
        return ("bar", "column", "table") if shape.groups[0] <= MOST_GROUPS else ("bar", "table")
    return (*_two(shape), "table")


def _timed(shape: Shape) -> tuple[Kind, ...]:
    if not shape.groups:
        return ("line", "column") if shape.buckets > 1 else ("column", "line")
    stacked: tuple[Kind, ...] = ("area", "stack") if shape.additive else ()
    heat: tuple[Kind, ...] = ("heat",) if shape.buckets <= MOST_COLUMNS else ()
    return ("line", *stacked, *heat) if shape.buckets > 1 else ("group", *heat)


def _two(shape: Shape) -> tuple[Kind, ...]:
    first, second = shape.groups
    heat: tuple[Kind, ...] = ("heat",) if second <= MOST_COLUMNS else ()
    if first > MOST_GROUPS or second > MOST_SERIES:
        return heat
    stacked: tuple[Kind, ...] = ("stack",) if shape.additive else ()
    return ("group", *stacked, *heat)


def chosen(asked: str, kinds: tuple[Kind, ...]) -> Kind:
    """The picture that was asked for, when it fits; else the most telling."""
    return next((kind for kind in kinds if kind == asked), kinds[0])
