"""The header found in the first rows of a sheet: below titles and notes, above the data, sometimes two rows high."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.connectors.files.asides import is_lone, kind_of
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

LOOKED_AT = 60  # rows; a header stands within them
LONGEST_NAME = 60
_WIDE_ENOUGH = 0.6  # of the cells that the rows below fill
_VALUE = re.compile(
    r"^[\s'`=\"¥￥$(（+\-－]*[\d０-９][\d０-９\s,，.:：/\-年月日时分秒eE+%％)）元\"]*$|^.{0,20}[:：]$|^https?://|^.+@.+\..+$"
)

Row = tuple[int, "Sequence[str | None]"]  # its number in the file, its cells
Merge = tuple[tuple[int, int], tuple[int, int]]  # first and last cell, (row, column) from 1 and 0


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a table."""

    first: int  # the row of the file it begins in
    last: int
    cells: tuple[str, ...]
    reason: Text


def find_head(rows: Sequence[Row], known: Collection[str] = (), merges: Sequence[Merge] = ()) -> Head | None:
    """The header among the first rows of a file; None when no row can be one.

    Names that are `known` are the best evidence; without them it is the first row of names as wide as the data below.
    """
    rows = [(number, _plain(cells)) for number, cells in rows if any(_plain(cells))]
    if not rows:
        return None
    found = _by_names(rows, frozenset(known)) or _by_form(rows)
    return _two_rows_high(rows, *found, merges) if found else None


def head_at(rows: Sequence[Row], number: int) -> Head | None:
    """The header in a given row of the file; None when it says nothing."""
    cells = next((_plain(cells) for at, cells in rows if at == number), ())
    if not any(cells):
        return None
    return Head(
        number, number, cells, Text(f"映射指定表头在第 {number} 行", f"the mapping says row {number} is the header")
    )


def _by_names(rows: Sequence[Row], known: frozenset[str]) -> tuple[int, Text] | None:
    hits = [len(known.intersection(filter(None, cells))) for _, cells in rows]
    best = max(hits)
    if not best or (best < 2 and best < len(known)):
        return None
    at = hits.index(best)
    number = rows[at][0]
    return at, Text(f"第 {number} 行有 {best} 个认得的列名", f"row {number} holds {best} known column names")


def _by_form(rows: Sequence[Row]) -> tuple[int, Text] | None:
    filled = [sum(map(bool, cells)) for _, cells in rows]
    for at, (number, cells) in enumerate(rows):
        width = _usual(filled[at + 1 :])
        enough = filled[at] >= _WIDE_ENOUGH * width and not (filled[at] == 1 and width > 1)
        if enough and is_names(cells) and not kind_of(cells, ("", "")):
            reason = Text(
                f"第 {number} 行是第一行像列名、且与下面的数据同宽的",
                f"row {number} is the first one of names that is as wide as the data below",
            )
            return at, reason
    at = next((at for at, (_, cells) in enumerate(rows) if not is_lone(cells)), 0)
    number, cells = rows[at]
    if sum(bool(_VALUE.match(each)) for each in cells if each) * 2 > sum(map(bool, cells)):
        return None  # numbers and dates: a row of data
    return at, Text(f"没有一行像表头，取第 {number} 行", f"no row looks like a header; row {number} is taken")


def _usual(filled: Sequence[int]) -> int:
    """How many cells the rows of the data fill: the median of those that fill more than a title does."""
    wide = sorted(each for each in filled if each > 1) or sorted(filled)
    return wide[len(wide) // 2] if wide else 0


def is_names(cells: Sequence[str | None]) -> bool:
    """Whether a row may be one of column names: short texts, none a value, hardly one twice."""
    said = [each for each in cells if each]
    wrong = sum(1 for each in said if len(each) > LONGEST_NAME or _VALUE.match(each))
    return bool(said) and wrong * 10 <= len(said) and len(set(said)) * 10 >= len(said) * 7


def _two_rows_high(rows: Sequence[Row], at: int, reason: Text, merges: Sequence[Merge]) -> Head:
    for upper in (at, at - 1):
        if upper >= 0 and upper + 1 < len(rows) and rows[upper + 1][0] == rows[upper][0] + 1:
            joined = _joined(rows[upper], rows[upper + 1], merges)
            if joined:
                first = rows[upper][0]
                words = Text(
                    f"第 {first}–{first + 1} 行是两层表头，已把上下两层的名字连起来",
                    f"rows {first}-{first + 1} are a header of two rows; their names are joined",
                )
                return Head(first, first + 1, joined, words)
    number, cells = rows[at]
    return Head(number, number, _plain(cells), reason)


def _joined(upper: Row, lower: Row, merges: Sequence[Merge]) -> tuple[str, ...]:
    """Parent and child names of two rows as one; () when they are no such pair.

    Without merged cells to tell, a child stands only below a parent that is followed by blanks, and every blank has one.
    """
    width = max(len(upper[1]), len(lower[1]))
    above, below = _padded(upper[1], width), _padded(lower[1], width)
    if not (is_names(above) and is_names(below)):
        return ()
    spans = {}
    for (row, left), (end, right) in merges:
        if row == upper[0] and left < width:
            spans[left] = (end, right)
    wide = [left for left, (end, right) in spans.items() if right > left and end == row_of(upper)]
    if merges and not wide:
        return ()
    parents = _spread(above, spans, row_of(upper)) if wide else _runs(above, below)
    if not parents or sum(map(bool, above)) < 2:
        return ()
    made = [
        f"{parent}/{child}" if child and parent and parent != child else child or parent
        for parent, child in zip(parents, below, strict=True)
    ]
    return tuple(made)


def row_of(row: Row) -> int:
    """Its number in the file."""
    return row[0]


def _spread(above: Sequence[str], spans: dict[int, tuple[int, int]], row: int) -> list[str]:
    parents = list(above)
    for left, (end, right) in spans.items():
        if end == row:
            parents[left : right + 1] = [above[left]] * (min(right, len(above) - 1) - left + 1)
    return parents


def _runs(above: Sequence[str], below: Sequence[str]) -> list[str]:
    """The parent of each column as blanks tell; [] when the rows contradict."""
    parents: list[str] = []
    for at, name in enumerate(above):
        is_wide = at + 1 < len(above) and not above[at + 1]
        if name and not is_wide and below[at]:
            return []
        if (not name or is_wide) and not below[at]:
            return []
        parents.append(name or (parents[-1] if parents else ""))
    return parents if any(not name for name in above) and parents[0] else []


def _padded(cells: Sequence[str | None], width: int) -> list[str]:
    return [(each or "") for each in cells] + [""] * (width - len(cells))


def _plain(cells: Sequence[str | None]) -> tuple[str, ...]:
    """Cells as names: without the blanks around and the line breaks within, none empty at the end."""
    made = [re.sub(r"\s*\n\s*", "", (each or "").strip(" \t\r\n\ufeff\u00a0\u3000")) for each in cells]
    while made and not made[-1]:
        made.pop()
    return tuple(made)
