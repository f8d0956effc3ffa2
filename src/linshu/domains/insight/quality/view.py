"""What the board shows: charts and lines from judged facts; pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.quality.decide import State
from linshu.engine.metrics.declare import Unit
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from datetime import date

    from linshu.domains.insight.quality.flow import Board, TableLine
    from linshu.engine.shell.view import Writer

STATES: dict[State, Text] = {"good": Text("好", "Good"), "late": Text("晚", "Late"), "bad": Text("坏", "Bad")}
TONES: dict[State, str] = {"good": "is-good", "late": "is-warn", "bad": "is-bad"}
TITLES = {one.name: one.title for one in TABLES}
SHOWN_DAYS = 30


def table_title(name: str) -> Text:
    """A table of the standard as people call it."""
    return TITLES.get(name, Text(name, name))


def spark(line: TableLine) -> list[int | None]:
    """Rows by day over the last days, empty days as none."""
    if not line.by_day:
        return []
    last = line.by_day[-1][0]
    found = dict(line.by_day)
    return [found.get(last - timedelta(step), 0) for step in range(SHOWN_DAYS - 1, -1, -1)]


def chart(title: str, days: list[date], values: list[Any], unit: Unit, writer: Writer, kind: str) -> dict[str, Any]:
    """One series by day, for the shell's charts and their table twin."""
    return {
        "kind": kind,
        "first": writer.say(Text("日期", "Day")),
        "labels": [writer.tick(day) for day in days],
        "titles": [writer.day(day, year=True) for day in days],
        "series": [{"name": title, "values": values, "role": "main"}],
        "axis": writer.axis(unit),
        "unit": "",
    }


def backlog_chart(board: Board, writer: Writer) -> dict[str, Any]:
    """How many rows waited to be mended, day by day."""
    days, values = [day for day, _ in board.backlog], [rows for _, rows in board.backlog]
    return chart(writer.say(Text("待修的行", "Rows to mend")), days, values, Unit.COUNT, writer, "line")


def bad_chart(board: Board, writer: Writer) -> dict[str, Any]:
    """The share of bad rows among those that came in, day by day."""
    days = [day for day, _, _ in board.bad_by_day]
    values = [bad / rows if rows else None for _, rows, bad in board.bad_by_day]
    return chart(writer.say(Text("坏行占比", "Share of bad rows")), days, values, Unit.RATIO, writer, "bar")


def days_chart(line: TableLine, writer: Writer) -> dict[str, Any]:
    """Rows of one table by day; a gap is a day without a bar."""
    first, last = line.by_day[0][0], line.by_day[-1][0]
    days = [first + timedelta(step) for step in range((last - first).days + 1)]
    found = dict(line.by_day)
    return chart(writer.say(Text("行数", "Rows")), days, [found.get(day, 0) for day in days], Unit.COUNT, writer, "bar")
