"""What one can do with a point of a picture or a row of the table: look finer, cut otherwise, keep or drop it, see its rows. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.explore.controls import missing, tidied, title_of
from linshu.domains.insight.explore.naming import named, same_group
from linshu.engine.metrics import Query
from linshu.engine.metrics.drill import drill
from linshu.engine.metrics.filters import Filter
from linshu.engine.shell.question import Question, lineage_address
from linshu.kernel.errors import LinshuError
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.domains.insight.explore.controls import Panel
    from linshu.domains.insight.explore.inputs import Answer, Row
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.filters import Days
    from linshu.engine.shell.view import Writer


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do with the point, and where it leads."""

    words: Text
    href: str


@dataclass(frozen=True, slots=True)
class Point:
    """A point by name, its figures, and what can be done with it."""

    title: str
    figures: tuple[tuple[str, str], ...]
    acts: tuple[Act, ...]
    cuts: tuple[Act, ...]
    rows: tuple[Act, ...]


def point(
    panel: Panel, answer: Answer, group: Mapping[str, str], days: Days, catalog: Catalog, writer: Writer
) -> Point:
    """Everything about one group of the answer."""
    row = next((one for one in answer.rows if same_group(one, group)), None)
    names = [named(row, key, catalog, writer) if row else value for key, value in group.items()]
    figures = _figures(row, answer, writer) if row else ()
    return Point(
        " · ".join(names),
        figures,
        tuple(_acts(panel, group, days, catalog)),
        tuple(_cuts(panel, group, days, catalog)),
        tuple(_rows(panel.question, group, days, catalog)),
    )


def _figures(row: Row, answer: Answer, writer: Writer) -> tuple[tuple[str, str], ...]:
    """The figures of the point, in full."""
    return tuple(
        (writer.say(one.title), writer.full(row[one.name], one.unit))
        for one in answer.result.columns
        if one.unit is not None and one.role in ("metric", "compare")
    )


def finer(question: Question, group: Mapping[str, str], days: Days, catalog: Catalog) -> Question | None:
    """The question one level below the group: the next level of a dimension's hierarchy, else of time; None at the end."""
    try:
        asked = Query.of(**question.options(days), fiscal_start=days.fiscal_start)
        found = drill(asked, group, catalog)
    except LinshuError:
        return None
    timed = question.grain and question.grain in group
    span: dict[str, Any] = {"period": "", "start": found.start, "end": found.end} if timed else {}
    return tidied(
        question.change(
            by=found.by,
            where=found.where,
            grain=found.grain.value if found.grain else "",
            order=tuple(item for item in question.order if item.removeprefix("-") not in group),
            pivot=found.pivot,
            chart="",
            title="",
            **span,
        )
    )


def _acts(panel: Panel, group: Mapping[str, str], days: Days, catalog: Catalog) -> list[Act]:
    question, found = panel.question, list[Act]()
    below = finer(question, group, days, catalog)
    if below is not None:
        level = _level(question, below, catalog)
        found.append(Act(Text(f"下钻到{level.zh}", f"Drill down to {level.en.lower()}"), panel.asking(below)))
    inside = _within(question, group, days)
    if inside is not None:
        if not question.grain:
            trend = replace(inside, by=(), grain="day", top=0, share="", pivot="", order=(), chart="")
            found.append(Act(Text("看逐日走势", "Day by day"), panel.asking(trend)))
        found.append(Act(Text("只看它", "Only this"), panel.asking(inside)))
    if len(group) == 1 and question.grain not in group:
        ((name, value),) = group.items()
        where = (*question.where, Filter(name, "not in", (value,)))
        found.append(Act(Text("排除它", "Without this"), panel.to(where=where)))
    return found


def _level(question: Question, below: Question, catalog: Catalog) -> Text:
    """What the drilled question is cut by that this one is not."""
    new = next((name for name in below.by if name not in question.by), below.grain)
    return title_of(catalog, new)


def _within(question: Question, group: Mapping[str, str], days: Days) -> Question | None:
    try:
        return question.within(group, days)
    except LinshuError:
        return None


def _cuts(panel: Panel, group: Mapping[str, str], days: Days, catalog: Catalog) -> list[Act]:
    """The group cut by any other dimension that all its figures reach."""
    question = panel.question
    inside = _within(question, group, days)
    if inside is None:
        return []
    used = {*question.by, *group}
    able = [
        name
        for name in catalog.dimensions
        if name not in used and not any(missing(catalog, one, (name,), question.as_of) for one in question.metrics)
    ]
    kept = tuple(name for name in question.by if name not in group)
    timed = question.grain in group
    plain: dict[str, Any] = {"grain": "", "cumulative": False, "moving": 0} if timed else {}
    return [
        Act(
            title_of(catalog, name),
            panel.asking(replace(inside, by=(*kept, name), order=(), chart="", pivot="", title="", **plain)),
        )
        for name in able
    ]


def _rows(question: Question, group: Mapping[str, str], days: Days, catalog: Catalog) -> list[Act]:
    """Where each figure of the group came from."""
    found = []
    for name in question.metrics:
        try:
            href = lineage_address(question, days, metric=name, group=group)
        except LinshuError:
            continue
        found.append(Act(title_of(catalog, name), href))
    return found
