"""The table twin of an answer: sorted heads, rows with their movement, totals, pages; the same rows for the export. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.explore.inputs import MOVE
from linshu.domains.insight.explore.naming import group_of, named, spaced
from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.metrics.help import beside as help_of
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.engine.shell.view import NOTHING, POINTS
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.domains.insight.explore.inputs import Answer
    from linshu.engine.metrics import Catalog, Column
    from linshu.engine.shell.view import Movement, Number, Writer

PAGE_SIZES = (20, 50, 100, 200)
MOVED = Text("变动", "change")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """One column: what it is called, how it is sorted now and what a click sorts by."""

    name: str  # as `hide` in the address says it
    title: str
    numeric: bool
    sorted: str = ""  # ascending, descending
    sort_to: str = ""  # "" = cannot be sorted
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: as it is read, in full, and how it moved."""

    text: str
    full: str = ""
    numeric: bool = False
    movement: Movement | None = None
    metric: str = ""  # of a figure: whose rows stand behind it


@dataclass(frozen=True, slots=True)
class Line:
    """One row and the keys that name its group."""

    cells: tuple[Cell, ...]
    group: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A page of the answer."""

    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    first: int
    count: int
    page: int
    pages: int
    columns: tuple[Head, ...]  # all there are, for choosing


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the answer as the page shows it; a dimension's key and name are one, a change is a movement."""

    name: str
    title: str
    column: Column
    kind: str  # key, figure, move


def shown(answer: Answer, catalog: Catalog, writer: Writer) -> tuple[Shown, ...]:
    """The columns in the order of the answer."""
    found = []
    for one in answer.result.columns:
        title = writer.say(one.title)
        if one.role in ("time", "dimension"):
            found.append(Shown(one.name, title, one, "key"))
        elif one.role == "change" and answer.compared != "target":
            turned = one.name.partition("@")[2]
            metric = catalog.metric(one.metric).title
            moved = writer.say(Text(f"{spaced(metric.zh)}{MOVED.zh}", f"{metric.en} {MOVED.en}"))
            tail = f" · {title.rpartition(' · ')[2]}" if turned else ""
            found.append(Shown(one.name, moved + tail, one, "move"))
        elif one.role == "share" and "@" not in one.name:
            plain = catalog.metric(one.metric).title.zh
            share = Text(one.title.zh.replace(plain, spaced(plain), 1), one.title.en)
            found.append(Shown(one.name, writer.say(share), one, "figure"))
        elif one.role != "label":
            found.append(Shown(one.name, title, one, "figure"))
    return tuple(found)


def visible(columns: Iterable[Shown], answer: Answer) -> tuple[Shown, ...]:
    """Those that are not hidden; keys always stand."""
    hidden = answer.question.hidden
    return tuple(one for one in columns if one.kind == "key" or one.name.partition("@")[0] not in hidden)


def table(answer: Answer, catalog: Catalog, writer: Writer) -> Table:
    """The asked page of the answer."""
    every = shown(answer, catalog, writer)
    columns = visible(every, answer)
    keys = [one.name for one in every if one.kind == "key"]
    size = min(answer.question.rows, PAGE_SIZES[-1])
    pages = max(1, -(-len(answer.rows) // size))
    page = min(answer.question.page, pages)
    first = (page - 1) * size
    lines = tuple(
        Line(tuple(cell(row, one, answer, catalog, writer) for one in columns), group_of(row, keys))
        for row in answer.rows[first : first + size]
    )
    heads = {one.name: _head(one, answer, catalog, writer) for one in every}
    choice = {one.name.partition("@")[0]: heads[one.name] for one in every if one.kind != "key"}
    return Table(
        tuple(heads[one.name] for one in columns), lines, _totals(columns, answer, catalog, writer), first, len(answer.rows), page, pages,
        tuple(choice.values()),
    )  # fmt: skip


def _totals(columns: tuple[Shown, ...], answer: Answer, catalog: Catalog, writer: Writer) -> tuple[Cell, ...]:
    totals = answer.result.totals
    if not totals or len(answer.rows) < 2:
        return ()
    found = []
    for place, one in enumerate(columns):
        if one.kind == "key" or one.column.role == "share":
            found.append(Cell(writer.say(Text("合计", "Total")) if place == 0 else ""))
        else:
            found.append(cell(totals, one, answer, catalog, writer))
    return tuple(found)


def cell(row: Row, one: Shown, answer: Answer, catalog: Catalog, writer: Writer) -> Cell:
    """One cell of a row."""
    if one.kind == "key":
        name = named(row, one.name, catalog, writer)
        key = str(row[one.name])
        return Cell(name, key if key != name else name)
    if one.kind == "move":
        movement = moved(row, one, answer, catalog, writer)
        return Cell(NOTHING, numeric=True, movement=movement)
    value, unit = row.get(one.name), one.column.unit or Unit.COUNT
    metric = one.column.metric if one.column.role == "metric" else ""
    return Cell(writer.listed(value, unit), writer.full(value, unit), numeric=True, metric=metric)


def moved(row: Row, one: Shown, answer: Answer, catalog: Catalog, writer: Writer) -> Movement | None:
    """How the figure of a row moved against the compared period."""
    metric = catalog.metric(one.column.metric)
    value, before = _both(row, one, answer)
    return writer.movement(value, before, metric.unit, metric.better)


def _both(row: Row, one: Shown, answer: Answer) -> tuple[Number | None, Number | None]:
    """A figure and what it is held against; with a turned key both stand under the same value."""
    _, at, turned = one.name.partition("@")
    name = one.column.metric
    return row.get(f"{name}{at}{turned}"), row.get(f"{name}_{answer.compared}{at}{turned}")


def _head(one: Shown, answer: Answer, catalog: Catalog, writer: Writer) -> Head:
    order = f"{one.column.metric}{MOVE}" if one.kind == "move" else one.name
    now = next((item for item in answer.question.order if item.removeprefix("-") == order), "")
    sortable = not answer.question.pivot or one.kind == "key"
    descending = now.startswith("-")
    direction = ("descending" if descending else "ascending") if now else ""
    # A first click shows what matters most: the greatest figure, the worst movement, the first name.
    begin = order if one.kind == "key" else _begin(one, order, catalog)
    other = order if descending else f"-{order}"
    metric = catalog.metrics.get(one.column.metric)
    definition = help_of(metric, catalog) if metric is not None else Text("", "")
    return Head(
        one.name.partition("@")[0],
        one.title,
        one.kind != "key",
        direction,
        (other if now else begin) if sortable else "",
        writer.say(definition),
    )


def _begin(one: Shown, order: str, catalog: Catalog) -> str:
    if one.kind != "move":
        return f"-{order}"
    return f"-{order}" if catalog.metric(one.column.metric).better is Better.LOWER else order


def sheet(answer: Answer, catalog: Catalog, writer: Writer, title: str, notes: tuple[str, ...]) -> Sheet:
    """The whole answer as a file: the same columns, order and rows as seen, keys beside their names, totals last."""
    columns = visible(shown(answer, catalog, writer), answer)
    heads = list[SheetColumn]()
    for one in columns:
        if one.kind == "key" and _has_key(one, answer):
            heads.append(SheetColumn(one.title))
            heads.append(SheetColumn(writer.say(Text(f"{one.title}编号", f"{one.title} id"))))
        else:
            heads.append(SheetColumn(one.title, Unit.RATIO if one.kind == "move" else one.column.unit))
    rows = [_exported(row, columns, answer, catalog, writer) for row in answer.rows]
    totals = answer.result.totals
    if totals and len(rows) > 1:
        rows.append(_exported_total(totals, columns, answer, catalog, writer))
    return Sheet(title, tuple(heads), rows, notes)


def _has_key(one: Shown, answer: Answer) -> bool:
    """Whether a dimension's values have names beside their keys."""
    return one.column.role == "dimension" and any(each.name == f"{one.name}_name" for each in answer.result.columns)


def _exported(
    row: Row, columns: tuple[Shown, ...], answer: Answer, catalog: Catalog, writer: Writer
) -> tuple[Any, ...]:
    cells = list[Any]()
    for one in columns:
        if one.kind == "key":
            bare = one.column.role == "time"
            cells.append(str(row[one.name] or "") if bare else named(row, one.name, catalog, writer))
            if _has_key(one, answer):
                cells.append(str(row[one.name]))
        else:
            cells.append(_figure(row, one, answer, catalog))
    return tuple(cells)


def _exported_total(
    totals: Row, columns: tuple[Shown, ...], answer: Answer, catalog: Catalog, writer: Writer
) -> tuple[Any, ...]:
    cells = list[Any]()
    for one in columns:
        if one.kind == "key":
            cells += [writer.say(Text("合计", "Total")) if not cells else "", *([""] if _has_key(one, answer) else [])]
        else:
            cells.append(None if one.column.role == "share" else _figure(totals, one, answer, catalog))
    return tuple(cells)


def _figure(row: Row, one: Shown, answer: Answer, catalog: Catalog) -> Any:
    """The figure with all its places; a movement as it is seen: in points for rates, else as a rate of change."""
    if one.kind != "move":
        return row.get(one.name)
    value, before = _both(row, one, answer)
    if catalog.metric(one.column.metric).unit not in POINTS:
        return row.get(one.name)
    return None if value is None or before is None else Decimal(str(value)) - Decimal(str(before))
