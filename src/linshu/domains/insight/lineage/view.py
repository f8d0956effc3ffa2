"""The chain of a figure as a drawing and as a table, and its question in words: pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.arrivals.view import source_title
from linshu.engine.metrics.filters import is_unknown
from linshu.kernel.table import Privacy
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from linshu.engine.metrics import Catalog
    from linshu.engine.metrics.filters import Filter
    from linshu.engine.shell.view import Writer

WIDE, HIGH, GAP, ROW = 138, 40, 30, 50  # of a box, and the room between boxes, in pixels
MOST_BATCHES = 8  # drawn one by one; the rest stand together
LEVELS = {
    "metric": Text("指标", "Metric"),
    "read": Text("直接读的表", "Read by the figure"),
    "model": Text("模型", "Model"),
    "standard": Text("标准表", "Standard table"),
    "batch": Text("批次", "Batch"),
}
BY_NAME = {one.name: one for one in TABLES}
NAMES = {column.name: column.title for table in TABLES for column in table.columns}
KEYS = {table.key[-1]: table for table in reversed(TABLES) if table.key}
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(slots=True)
class Box:
    """One thing of the chain: a metric, a table, a batch; where it stands in the drawing."""

    name: str
    level: str
    title: str
    small: str
    href: str = ""
    reads: tuple[str, ...] = ()
    x: int = 0
    y: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes in columns from the figure down to the files, and the lines between them."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]  # SVG paths
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What one batch brought to one standard table."""

    landing_id: str
    title: str
    table: str
    table_title: Text
    rows: int
    received_at: Any


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything under a figure."""

    boxes: tuple[Box, ...]
    batches: tuple[BatchLine, ...] = field(default=())
    hidden: bool = False


def chain(
    metric: str,
    title: str,
    rows: Sequence[Mapping[str, Any]],
    meta: Mapping[str, Any],
    writer: Writer,
    *,
    local: Callable[[datetime], datetime],
) -> Chain:
    """The figure, its tables and its batches, each naming what it reads."""
    tables = [_table(row, writer) for row in rows]
    read = tuple(one.name for one in tables if one.level == "read")
    top = Box(metric, "metric", title, writer.say(LEVELS["metric"]), f"/dictionary/{metric}", read)
    lines = tuple(
        BatchLine(one["landing_id"], one["file"] or writer.say(source_title(one["source"])) or one["landing_id"], one["table_name"],
                  standard_title(one["table_name"]), one["rows_standing"], one["received_at"])
        for one in meta["batches"]
    )  # fmt: skip
    return Chain((top, *tables, *_batches(tables, lines, writer, local)), lines, meta["batches_hidden"])


def _table(row: Mapping[str, Any], writer: Writer) -> Box:
    name, level = row["table"], row["level"]
    reads = tuple(one for one in row["reads"].split(", ") if one)
    if level == "standard":
        return Box(
            name,
            level,
            writer.say(standard_title(name)),
            writer.say(LEVELS[level]),
            f"/standard/{name.removeprefix('std.')}",
        )
    return Box(name, level, name, writer.say(LEVELS[level]), "", reads)


def _batches(
    tables: list[Box], lines: tuple[BatchLine, ...], writer: Writer, local: Callable[[datetime], datetime]
) -> list[Box]:
    """The newest batches as boxes, the others as one; every standard table is told which of them it holds."""
    order = list(dict.fromkeys(one.landing_id for one in lines))
    shown = set(order[:MOST_BATCHES])
    rest = len(order) - len(shown)
    fed: dict[str, dict[str, None]] = {}
    for one in lines:
        fed.setdefault(one.table, {})[one.landing_id if one.landing_id in shown else "rest"] = None
    for table in tables:
        if table.level == "standard":
            table.reads = tuple(fed.get(table.name, ()))
    known = {one.landing_id: one for one in lines}
    made = [
        Box(
            each,
            "batch",
            known[each].title,
            f"{local(known[each].received_at):%Y-%m-%d %H:%M}"
            if known[each].received_at
            else writer.say(LEVELS["batch"]),
            f"/data/batches/{each}",
        )
        for each in order[:MOST_BATCHES]
    ]
    if rest:
        words = Text(f"更早的 {rest} 个批次", f"{rest} earlier batches")
        made.append(Box("rest", "batch", writer.say(words), writer.say(LEVELS["batch"])))
    return made


def standard_title(name: str) -> Text:
    """A table of the standard as people call it."""
    found = BY_NAME.get(name.removeprefix("std."))
    return found.title if found else Text(name, name)


def drawing(found: Chain) -> Drawing:
    """The boxes put in columns: each right of everything that reads it, standard tables and batches in columns of their own."""
    boxes = {one.name: one for one in found.boxes}
    column = _columns(boxes)
    stacks: dict[int, list[Box]] = {}
    for box in found.boxes:
        stacks.setdefault(column[box.name], []).append(box)
    readers: dict[str, list[Box]] = {}
    for box in found.boxes:
        for name in box.reads:
            readers.setdefault(name, []).append(box)
    tallest = max(len(stack) for stack in stacks.values())
    for place, at in enumerate(sorted(stacks)):
        stack = stacks[at]
        if stack[0].level != "batch":  # those stand by age, the newest first
            stack = sorted(stack, key=lambda one: (_middle(readers.get(one.name, ())), one.name))
        for step, box in enumerate(stack):
            box.x, box.y = place * (WIDE + GAP), step * ROW
    lines = [_line(box, boxes[name]) for box in found.boxes for name in box.reads if name in boxes]
    return Drawing(found.boxes, tuple(lines), len(stacks) * (WIDE + GAP) - GAP, tallest * ROW - (ROW - HIGH))


def _columns(boxes: Mapping[str, Box]) -> dict[str, int]:
    """How far from the figure each box stands: one further than the furthest that reads it."""
    column = dict.fromkeys(boxes, 0)
    for _ in boxes:  # a chain is no longer than there are boxes
        moved = False
        for box in boxes.values():
            for name in box.reads:
                if name in column and column[name] < column[box.name] + 1:
                    column[name], moved = column[box.name] + 1, True
        if not moved:
            break
    for level in ("standard", "batch"):
        furthest = max((at for name, at in column.items() if boxes[name].level != level and (level == "batch" or boxes[name].level != "batch")), default=0)  # fmt: skip
        column |= {name: furthest + 1 for name, box in boxes.items() if box.level == level}
    return column


def _middle(readers: Iterable[Box]) -> float:
    places = [one.y for one in readers]
    return sum(places) / len(places) if places else 0.0


def _line(left: Box, right: Box) -> str:
    x1, y1, x2, y2 = left.x + WIDE, left.y + HIGH // 2, right.x, right.y + HIGH // 2
    bend = max(16, (x2 - x1) // 2)
    return f"M{x1},{y1}C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"


def shortened(text: str, most: int) -> str:
    """A text that fits in a box: Chinese signs are twice as wide as Latin ones."""
    width = 0
    for place, sign in enumerate(text):
        width += 2 if sign > "\u2e7f" else 1
        if width > most:
            return text[:place] + "…"
    return text


def filter_words(
    where: Iterable[Filter], catalog: Catalog, writer: Writer, named: Mapping[tuple[str, str], str] | None = None
) -> list[str]:
    """Filters in words: 城市是武汉、长沙; `named` are the names of keys, by dimension and key."""
    made = []
    for one in where:
        known = catalog.dimensions.get(one.dimension) or catalog.memberships.get(one.dimension)
        title = writer.say(known.title) if known else one.dimension
        unknown = Text("未知", "unknown")
        values = Text("、", ", ").say(writer.language).join(
            writer.say(unknown) if is_unknown(value) else (named or {}).get((one.dimension, str(value)), str(value))
            for value in one.values
        )  # fmt: skip
        sign = {"in": Text("是", " is "), "not in": Text("不是", " is not ")}.get(one.operator)
        made.append(title + (writer.say(sign) if sign else f" {SIGNS[one.operator]} ") + values)
    return made


def column_title(name: str, catalog: Catalog) -> Text:
    """A column of a fact as people call it: by the standard, or by the dimension it is a key of."""
    plain = name.removeprefix("by_")
    if plain in catalog.dimensions:
        return catalog.dimensions[plain].title
    if plain.endswith("_date") and plain not in NAMES and f"{plain[:-5]}_at" in NAMES:
        return NAMES[f"{plain[:-5]}_at"]
    return NAMES.get(plain, Text(plain, plain))


def names_of(column: str, catalog: Catalog) -> tuple[str, str, str] | None:
    """Where the names behind a column of keys are found (table, key, name); None where they are a person's, or there are none."""
    for one in catalog.dimensions.values():
        if (
            not (one.table and one.label and one.key)
            or one.label == one.key
            or column not in (one.key, f"by_{one.name}")
        ):
            continue
        standard = BY_NAME.get(one.table.removeprefix("dim_"))
        found = next((each for each in standard.columns if each.name == one.label), None) if standard else None
        if found is None or found.privacy in (Privacy.PERSONAL, Privacy.SENSITIVE):
            return None
        return one.table, one.key, one.label
    return None
