"""Which picture an answer is drawn as: decided from its shape alone, so that the same question always looks the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linshu.kernel.text import Text

Kind = Literal["card", "line", "area", "column", "stack", "bar", "group", "pie", "scatter", "heat", "table"]

TITLES: dict[Kind, Text] = {
    "card": Text("数字", "Number"),
    "line": Text("折线", "Line"),
    "area": Text("面积", "Area"),
    "column": Text("柱状", "Columns"),
    "stack": Text("堆叠", "Stacked"),
    "bar": Text("排行", "Ranking"),
    "group": Text("分组柱", "Grouped"),
    "pie": Text("饼图", "Pie"),
    "scatter": Text("散点", "Scatter"),
    "heat": Text("热力表", "Heat table"),
    "table": Text("仅表格", "Table only"),
}
MOST_SERIES = 8  # colours that can still be told apart
MOST_COLUMNS = 31  # of a heat table: a month of days
MOST_GROUPS = 12  # of grouped bars that can still be compared
MOST_SLICES = 7  # of a pie whose sizes can still be told apart


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer is made of: whether it runs over time, how many values each dimension has, what can be added up."""

    timed: bool
    groups: tuple[int, ...]  # how many different values each dimension shows
    buckets: int = 0
    additive: bool = False  # the groups are parts of a whole: shares and rates are not, nor people counted in several
    turned: bool = False  # a key stands in the columns
    figures: int = 1  # how many different ones are shown
    complete: bool = True  # every group is in the answer, not the first rows alone
    positive: bool = True  # no figure is below zero, and not all are zero

    @property
    def keys(self) -> int:
        """How many keys a row has."""
        return len(self.groups) + self.timed


def offered(shape: Shape) -> tuple[Kind, ...]:
    """The pictures that fit, the most telling first; the table fits everything.

    Time is a line, one dimension a ranking, two are grouped bars while few and a heat table when many, a single figure
    is a number. Only what adds up to a whole is stacked or is a pie; two figures of many groups may be held against
    each other as points.
    """
    if shape.turned or shape.keys > 2:
        return ("table",)
    if shape.keys == 0:
        return ("card", "table")
    if shape.timed:
        return (*_timed(shape), "table")
    if shape.keys == 1:
        return (*_one(shape), "table")
    return (*_two(shape), "table")


def _one(shape: Shape) -> tuple[Kind, ...]:
    columns: tuple[Kind, ...] = ("column",) if shape.groups[0] <= MOST_GROUPS else ()
    pie: tuple[Kind, ...] = () if _no_pie(shape) else ("pie",)
    scatter: tuple[Kind, ...] = () if _no_scatter(shape) else ("scatter",)
    return ("bar", *columns, *pie, *scatter)


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


def refused(shape: Shape) -> tuple[tuple[Kind, Text], ...]:
    """The pictures of one dimension that people ask for and this answer cannot give, each with the reason."""
    if shape.turned or shape.timed or shape.keys != 1:
        return ()
    reasons: tuple[tuple[Kind, Text | None], ...] = (("pie", _no_pie(shape)), ("scatter", _no_scatter(shape)))
    return tuple((kind, why) for kind, why in reasons if why)


def unfit(asked: str, shape: Shape) -> Text | None:
    """Why the picture that was asked for is not the one that is drawn; None when it is, or none was asked for."""
    kinds = offered(shape)
    if not asked or asked in kinds:
        return None
    kind = next((one for one in TITLES if one == asked), None)
    drawn = TITLES[kinds[0]]
    if kind is None:
        return Text(
            f"没有“{asked}”这种图，画成了{drawn.zh}", f'There is no picture "{asked}"; drawn: {drawn.en.lower()}'
        )
    why = {"pie": _no_pie(shape), "scatter": _no_scatter(shape)}.get(kind)
    said = why or Text("和这个问题的形状对不上", "it does not fit the shape of this question")
    title = TITLES[kind]
    return Text(
        f"{title.zh}不合适：{said.zh}。画成了{drawn.zh}。",
        f"No {title.en.lower()}: {said.en}. Drawn: {drawn.en.lower()}.",
    )


def _no_pie(shape: Shape) -> Text | None:
    """Why there is no pie: it shows the shares of one whole, and only while its slices can be told apart."""
    if shape.keys != 1 or shape.timed:
        return Text("饼图只看一个维度在一段时间里的占比", "a pie shows the shares of one dimension over one period")
    if not shape.additive:
        return Text(
            "各组加不成一个整体（比率、均值、去重人数）",
            "its groups do not add up to a whole (rates, averages, people counted once)",
        )
    if not shape.complete:
        return Text("只取了前几行，不是全部", "the answer holds its first rows alone, not the whole")
    if not shape.positive:
        return Text("有负数，或全是零", "some figures are below zero, or all are zero")
    if shape.groups[0] < 2:
        return Text("只有一组", "there is one group only")
    if shape.groups[0] > MOST_SLICES:
        return Text(
            f"有 {shape.groups[0]} 组，超过 {MOST_SLICES} 组就分不清大小",
            f"of {shape.groups[0]} groups; beyond {MOST_SLICES} nobody can tell their sizes apart",
        )
    return None


def _no_scatter(shape: Shape) -> Text | None:
    """Why there are no points: they hold two figures of the same groups against each other."""
    if shape.keys != 1 or shape.timed:
        return Text("散点图看一个维度的两个指标", "points show two metrics of one dimension")
    if shape.figures < 2:
        return Text("要两个指标才能画，请再加一个", "it takes two metrics; add another one")
    if shape.groups[0] < 2:
        return Text("只有一组", "there is one group only")
    return None
