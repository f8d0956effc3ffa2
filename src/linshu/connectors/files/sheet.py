"""Excel and OpenDocument workbooks, read without ever running what is in them; one made to exhaust memory is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from linshu.connectors.files import asides
from linshu.connectors.files.blocks import beside, blocks_of, part_of, told, without
from linshu.connectors.files.guard import refuse_bombs
from linshu.connectors.files.heads import LOOKED_AT, find_head, head_at
from linshu.connectors.files.kinds import damaged, locked
from linshu.connectors.files.names import column_names, no_names
from linshu.connectors.files.sections import sections_of
from linshu.connectors.files.sorting import Record, Sorter
from linshu.engine.intake.incoming import Incoming
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from linshu.connectors.files.guard import Blank
    from linshu.connectors.files.heads import Head, Merge
    from linshu.connectors.files.looking import Look
    from linshu.connectors.files.source import Source
    from linshu.engine.intake.mapping import FileForm

Cell = str | float | int | bool | date | datetime | time | timedelta
Row = list[str | None]
_AMOUNT = re.compile(r"[额款付收]|合计|总计|[运邮]费|amount|total|paid", re.IGNORECASE)


def open_sheet(source: Source, seen: Look, form: FileForm, known: Collection[str] = ()) -> Incoming:
    """A sheet of a workbook on its way in; Missing when it has no such sheet."""
    book, blank = _opened(source)
    name = _sheet_name(book, form.sheet, source.name)
    shown = source.name if len(book.sheet_names) == 1 else f"{source.name}/{name}"
    grid = Grid(book, name, source.name)
    first = [(number, cells) for number, cells in islice(grid.rows(), max(LOOKED_AT, form.header_row)) if any(cells)]
    head = head_at(first, form.header_row) if form.header_row else find_head(first, known, grid.merges)
    if head is None:
        raise no_names(shown, form.header_row)
    blocks = blocks_of(head.cells)
    apart = () if blocks or form.keep_all else beside(head.cells, [cells for at, cells in first if at > head.last])
    if blocks or apart:
        wide = len(blocks[0]) if blocks else apart[0].stop
        named, head = head.cells, replace(head, cells=head.cells[:wide])
    columns = column_names(head.cells, shown, head.last)
    sections = None if blocks or apart or form.keep_all else sections_of(first, head)
    sorter = Sorter(shown, columns, keep_all=form.keep_all, known=known, sections=sections)
    sorter.above(first, head.first)
    hidden = [each for each in book.sheet_names if each != name and not _is_shown(book, each)]
    records: Iterator[Record]
    if blocks:
        records = chain.from_iterable(part_of(grid.records(head, each.stop), each) for each in blocks)
    elif apart:
        records = without(grid.records(head, len(named)), len(columns), apart[1:], named, sorter)
    else:
        records = grid.records(head, len(columns))
    return Incoming(
        shown,
        f"{seen.hash}/{book.sheet_names.index(name) + 1}",  # the same workbook holds several: each is a file of its own
        0,
        (*columns, sections.column) if sections else columns,
        sorter.tables(records),
        sorter.broken,
        notes=(
            head.reason,
            *([told(blocks)] if blocks else ()),
            *([_merged([head.cells[at] for at in sorted(once)])] if (once := grid.sums(head.cells)) else ()),
            *([_hidden(hidden)] if hidden and not form.sheet else ()),
            *blank.notes,
        ),
        doubts=(*asides.unit_above(first, head.first), *([sections.doubt] if sections else ())),
    )


def sheet_names(source: Source) -> tuple[str, ...]:
    """The sheets of a workbook that people see."""
    book = workbook(source)
    return tuple(each for each in book.sheet_names if _is_shown(book, each))


def workbook(source: Source) -> CalamineWorkbook:
    """A workbook opened for reading; Invalid when it is damaged, locked, or too large to be honest."""
    return _opened(source)[0]


def _opened(source: Source) -> tuple[CalamineWorkbook, Blank]:
    blank = refuse_bombs(source)
    try:
        if source.path:
            return CalamineWorkbook.from_path(str(source.path)), blank
        with source.open() as member:
            return CalamineWorkbook.from_object(BytesIO(member.read())), blank
    except PasswordError as error:
        raise locked(source.name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(source.name) from error


class Grid:
    """The cells of one sheet as texts; what was merged downwards is said in each of its rows."""

    def __init__(self, book: CalamineWorkbook, name: str, file: str) -> None:
        try:
            self._sheet = book.get_sheet_by_name(name)
            merged = self._sheet.merged_cell_ranges or []
        except (CalamineError, OSError, ValueError) as error:
            raise damaged(file) from error
        self.merges: list[Merge] = [((top + 1, left), (bottom + 1, right)) for (top, left), (bottom, right) in merged]
        self._down = {
            (top, left): (bottom, right)
            for (top, left), (bottom, right) in self.merges
            if bottom > top and right == left
        }

    def sums(self, names: Sequence[str]) -> frozenset[int]:
        """The columns of amounts that are merged for some orders of several rows and stand apart for others.

        Such a merged amount is that of all its rows, where another of the column is that of its own.
        """
        spans: dict[int, list[tuple[int, int]]] = {}
        for (top, at), (bottom, _) in self._down.items():
            spans.setdefault(at, []).append((top, bottom))
        return frozenset(
            at
            for at, mine in spans.items()
            if at < len(names)
            and _AMOUNT.search(names[at])
            and any(
                not any(top <= first and last <= bottom for top, bottom in mine)
                for other, theirs in spans.items()
                if other != at
                for first, last in theirs
            )
        )

    def rows(self) -> Iterator[tuple[int, Row]]:
        """All rows from the first, as they stand."""
        for number, cells in enumerate(self._sheet.iter_rows(), 1):
            yield number, [as_text(cell) for cell in cells]

    def records(self, head: Head, width: int) -> Iterator[Record]:
        """The rows below the header."""
        held: dict[int, tuple[int, str | None]] = {}  # by column: the last row of its merged cell, and what it says
        once = self.sums(head.cells)
        for number, cells in self.rows():
            if number <= head.last:
                continue
            row = [*cells[:width], *([None] * (width - len(cells)))]
            if self._down:
                self._fill(row, number, held, once)
            yield Record(number, row, "", whole=True)

    def _fill(self, row: Row, number: int, held: dict[int, tuple[int, str | None]], once: Collection[int]) -> None:
        for at, cell in enumerate(row):
            if at in once:
                continue
            if (number, at) in self._down:
                held[at] = (self._down[number, at][0], cell)
            elif at in held:
                last, said = held[at]
                if number <= last:
                    row[at] = cell or said


def as_text(cell: Cell | None) -> str | None:
    """A cell as the text a person sees: whole numbers without a point, moments in ISO."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Excel keeps 15 digits; more is the dust of binary fractions: 0.1 + 0.2.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds" if not cell.microsecond else "microseconds")
    if isinstance(cell, timedelta):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _hidden(names: Sequence[str]) -> Text:
    listed = "、".join(names)
    return Text(f"没有读隐藏的工作表：{listed}", f"hidden sheets were not read: {listed}")


def _merged(names: Sequence[str]) -> Text:
    listed = "、".join(names)
    return Text(
        f"“{listed}”有的格子合并了几行，有的没有：合并的只算在它的第一行，下面的行算没写，请拆开填上各行的金额",
        f"some cells of “{listed}” are merged over several rows and others are not: a merged one counts for its first row"
        " alone, those below say nothing; unmerge them and write the amount of each row",
    )


def _metadata(book: CalamineWorkbook, name: str) -> Any:
    return next(each for each in book.sheets_metadata if each.name == name)


def _is_shown(book: CalamineWorkbook, name: str) -> bool:
    about = _metadata(book, name)
    return bool(about.visible == SheetVisibleEnum.Visible and about.typ == SheetTypeEnum.WorkSheet)


def _sheet_name(book: CalamineWorkbook, wanted: str, file: str) -> str:
    names = book.sheet_names
    if not names:
        raise Invalid(Text(f"{file} 里没有工作表", f"{file} has no sheet"))
    if not wanted:
        return next((each for each in names if _is_shown(book, each)), names[0])
    if wanted in names:
        return wanted
    if wanted.isdigit() and 0 < int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise Missing(
        Text(f"{file} 里没有工作表“{wanted}”", f"{file} has no sheet “{wanted}”"), mend=nearest(wanted, names)
    )
