"""From the JSON of an event to the rows of its standard tables: every value of the kind its column wants; pure."""

from __future__ import annotations

import json
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Any

from linshu.engine.events.kind import LINES
from linshu.engine.events.problem import Problem
from linshu.engine.events.reading import instant
from linshu.engine.intake import problem as p
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.personal import mask_text
from linshu.kernel.errors import nearest
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.events.kind import EventKind
    from linshu.engine.events.reading import Event
    from linshu.kernel.table import Column, Table

DELETED = "deleted"
WIDEST = 1 << 63
MOST_SHOWN = 60
WRONG = object()
A_NUMBER = Text("整数，例如 12，不加引号", "a whole number such as 12, without quotes")
WANTED = {
    Kind.TEXT: Text('文本，例如 "A1"', 'a text such as "A1"'),
    Kind.FEN: Text("整数的分，例如 19.90 元写 1990，不加引号", "whole fen without quotes: 19.90 yuan is 1990"),
    Kind.INSTANT: Text(
        '带时区的时刻，例如 "2026-03-01T10:30:00+08:00"', 'a moment with its zone, such as "2026-03-01T10:30:00+08:00"'
    ),
    Kind.DATE: Text('日期，例如 "2026-03-01"', 'a day such as "2026-03-01"'),
    Kind.BOOL: Text("true 或 false，不加引号", "true or false, without quotes"),
    Kind.DEGREE: Text("经纬度数值，例如 30.5931，不加引号", "degrees such as 30.5931, without quotes"),
}
Row = dict[str, Any]


def rows_of(event: Event, kind: EventKind) -> tuple[dict[str, list[Row]], list[Problem]]:
    """The rows an event brings by table, and what in it is no value of its column."""
    problems: list[Problem] = []
    lines = event.data.get(LINES)
    main = {name: value for name, value in event.data.items() if name != LINES}
    rows = {kind.table.name: [_row(kind.table, main, "data", problems)]}
    if lines is not None and kind.parts is None:
        words = Text(f"“{kind.title.zh}”没有 lines。请去掉。", f"“{kind.title.en}” has no `lines`. Leave it out.")
        problems.append(Problem(f"data.{LINES}", words))
    elif lines and kind.parts is not None:
        rows[kind.parts.name] = [
            _part(kind, kind.parts, main, line, f"data.{LINES}.{at}", problems) for at, line in enumerate(lines)
        ]
    return rows, problems


def _part(
    kind: EventKind, table: Table, main: Mapping[str, Any], line: Mapping[str, Any], path: str, problems: list[Problem]
) -> Row:
    """A line belongs to the thing it is told with, and need not say so."""
    told = {kind.subject: main.get(kind.subject), **line}
    if told[kind.subject] != main.get(kind.subject):
        title = kind.table.column(kind.subject).title
        words = Text(
            f"这一行的“{title.zh}”和整张单的不同。请去掉或改成一样。",
            f"“{title.en}” of this line is not that of the whole. Leave it out.",
        )
        problems.append(Problem(f"{path}.{kind.subject}", words))
    return _row(table, told, path, problems)


def _row(table: Table, told: Mapping[str, Any], path: str, problems: list[Problem]) -> Row:
    columns = {column.name: column for column in table.columns}
    row: Row = {}
    for name, value in told.items():
        if name == DELETED and name not in columns:
            if not isinstance(value, bool):
                problems.append(Problem(f"{path}.{name}", p.SYSTEM_UNPARSABLE[DELETED].fill(value=_shown(value))))
                continue
            row[name] = value
        elif name not in columns:
            shown = name if name.isidentifier() and len(name) <= MOST_SHOWN else "…"
            near = nearest(shown, columns)
            words = Text(
                f"“{table.title.zh}”没有列 {shown}。{near.zh}", f"“{table.title.en}” has no column {shown}. {near.en}"
            )
            problems.append(Problem(f"{path}.{shown}", words))
        elif value is not None:
            made = value_of(columns[name], value)
            if made is WRONG:
                said = "…" if is_sealed(columns[name]) else _shown(value)
                problems.append(Problem(f"{path}.{name}", _wanted(columns[name]).fill(value=said)))
            else:
                row[name] = made
    return row


def value_of(column: Column, value: Any) -> Any:
    """The value as its column is stored; WRONG when it is none of that kind. Nothing is rounded, nothing is guessed."""
    kind = column.kind
    if kind is Kind.TEXT:
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else WRONG
    if kind is Kind.JSON:
        return json.dumps(value, ensure_ascii=False)
    if kind is Kind.BOOL:
        return value if isinstance(value, bool) else WRONG
    if kind is Kind.INSTANT:
        return instant(value) or WRONG
    if kind is Kind.DATE:
        return _day(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return WRONG
    if kind is Kind.DEGREE:
        return float(value)
    return int(value) if value == int(value) and -WIDEST <= value < WIDEST else WRONG


def _wanted(column: Column) -> Text:
    """What a value of this column looks like in JSON, with {value} still to be filled."""
    shape = WANTED.get(column.kind, A_NUMBER)
    zh = f"“{{value}}”不能用作“{column.title.zh}”，应是{shape.zh}。"
    return Text(zh, f"“{{value}}” cannot be “{column.title.en}”: write {shape.en}.")


def _day(value: Any) -> Any:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return WRONG


def _shown(value: Any) -> str:
    """What was said, as far as anybody may read it."""
    return mask_text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))[:MOST_SHOWN]
