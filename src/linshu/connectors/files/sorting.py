"""The rows of a table told from what stands between and below them; what is left out is listed, never lost."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from linshu.connectors.files import asides
from linshu.connectors.files.sections import is_name
from linshu.engine.intake.incoming import BROKEN, BYTES, HEADER, NOTE, OTHER, TITLE, broken_lines
from linshu.engine.intake.layout import LINE
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from linshu.connectors.files.sections import Sections
    from linshu.engine.intake.incoming import Line

CHUNK_ROWS = 20_000
LONGEST_QUOTE = 500  # characters of a line left out that are kept
MOST_ASIDE = 200_000  # lines left out; more mean that the file is not understood
LONGEST_FOOTER = 200  # rows
_REPLACED = "\ufffd"


class Record(NamedTuple):
    """A row of a file as it was split."""

    number: int
    cells: list[str | None]
    raw: str  # its text, when it is not whole
    whole: bool  # as wide as the table


class Sorter:
    """Keeps the rows of data and lists the others."""

    def __init__(
        self,
        name: str,
        columns: Sequence[str],
        *,
        keep_all: bool = False,
        mixed: bool = False,
        known: Collection[str] = (),
        sections: Sections | None = None,
    ) -> None:
        """`known` are names of columns, by which the header of another table below is told."""
        self._sections, self._section = sections, sections.first if sections else ""
        self._name, self._columns, self._keep_all, self._mixed = name, columns, keep_all, mixed
        self._names = frozenset((*columns, *known))
        self._gap = False  # the row before was blank, or a title alone
        self._other = ""  # the header of another table below, whose rows are read
        self._aside: list[Line] = []
        self._ended = False  # a total or note was the last that was not blank

    def broken(self) -> pa.Table:
        """The lines left out, after all rows were read."""
        return broken_lines(sorted(self._aside))

    def put_aside(self, number: int, text: str, why: str) -> None:
        """Leave a line out; Invalid when there are so many that the file cannot have been understood."""
        self._aside.append((number, text.rstrip("\r\n")[:LONGEST_QUOTE], why))
        if len(self._aside) > MOST_ASIDE:
            raise too_many(self._name)

    def above(self, rows: Iterable[tuple[int, Sequence[str | None]]], first: int) -> None:
        """List what stands above the header, which begins in row `first`."""
        for number, cells in rows:
            if number < first and any(cells):
                self.put_aside(number, asides.shown(cells), TITLE)

    def tables(self, records: Iterable[Record]) -> Iterator[pa.Table]:
        """The rows of data in chunks, each with its number in the file."""
        rows = self._in_section(self._rows(records))
        while held := list(islice(rows, CHUNK_ROWS)):
            columns = zip(*(cells for _, cells in held), strict=True)
            arrays = [pa.array([value or None for value in column], pa.string()) for column in columns]
            numbers = pa.array([number for number, _ in held], pa.int64())
            yield pa.table([*arrays, numbers], names=[*self._columns, *self._own, LINE])

    @property
    def _own(self) -> tuple[str, ...]:
        """The column that rows between the data fill."""
        return (self._sections.column,) if self._sections else ()

    def _in_section(self, rows: Iterable[tuple[int, list[str | None]]]) -> Iterator[tuple[int, list[str | None]]]:
        return ((number, [*cells, self._section]) for number, cells in rows) if self._sections else iter(rows)

    def _rows(self, records: Iterable[Record]) -> Iterator[tuple[int, list[str | None]]]:
        pending: list[Record] = []
        for record in records:
            if not self._keep_all and (self._is_of_another(record, pending) or self._is_section(record)):
                continue
            if record.whole and not pending and not self._mixed and asides.is_plain(record.cells, self._columns[0]):
                self._ended = False
                yield record.number, record.cells
                continue
            if not any(record.cells) and not record.raw.strip():
                self._gap = True
                continue
            if self._is_suspended(record, pending):
                if len(pending) > LONGEST_FOOTER:
                    yield from self._release(pending)
                continue
            if pending:
                yield from self._release(pending)
            self._ended = False
            yield record.number, record.cells
        yield from self._close(pending)

    def _is_of_another(self, record: Record, pending: list[Record]) -> bool:
        """Whether a record belongs to another table, whose header stands below a blank row or a title of its own."""
        if self._other and asides.is_header(record.cells, self._columns):
            self._other = ""  # ours goes on
        is_below, self._gap = self._gap or bool(pending), False
        if not self._other and is_below and asides.is_other_header(record.cells, self._columns, self._names):
            self._other = asides.shown(record.cells)
            for each in pending:
                self.put_aside(each.number, asides.shown(each.cells), TITLE)
            pending.clear()
        if self._other and any(record.cells):  # what the row says is nobody's to keep: it was sealed by no mapping
            self.put_aside(record.number, self._other, OTHER)
        return bool(self._other)

    def _is_suspended(self, record: Record, pending: list[Record]) -> bool:
        """Whether a record is no row, or cannot be known to be one before more was read."""
        if self._mixed and (_REPLACED in record.raw or any(_REPLACED in (each or "") for each in record.cells)):
            self.put_aside(record.number, record.raw or asides.shown(record.cells), BYTES)
            return True
        if not self._keep_all:
            why = asides.kind_of(record.cells, self._columns)
            if not why and not record.whole and asides.begins_footer(record.cells):
                why = asides.outside(record.cells)
            if why == HEADER:  # a page begins anew: what stands alone above its header is its title
                for alone in (each for each in pending if each.whole):
                    self.put_aside(alone.number, asides.shown(alone.cells), TITLE)
                pending[:] = [each for each in pending if not each.whole]
            if why:
                self.put_aside(record.number, asides.shown(record.cells), why)
                self._ended = True
                return True
        if not record.whole or (not self._keep_all and asides.is_lone(record.cells)):
            pending.append(record)
            return True
        return False

    def _is_section(self, record: Record) -> bool:
        """Whether a record names what the rows below it belong to."""
        if self._sections is None:
            return False
        name = (record.cells[0] or "").strip()
        if not (record.whole or name in self._sections.names):
            return False
        if not is_name(record.cells, self._columns):
            return False
        self._section = name
        self.put_aside(record.number, asides.shown(record.cells), TITLE)
        return True

    def _release(self, pending: list[Record]) -> Iterator[tuple[int, list[str | None]]]:
        """What was suspended stands among data: whole rows are data, the others broken."""
        for record in pending:
            if record.whole:
                yield record.number, record.cells
            else:
                self.put_aside(record.number, record.raw, BROKEN)
        pending.clear()

    def _close(self, pending: list[Record]) -> Iterator[tuple[int, list[str | None]]]:
        """What was suspended stands at the end: a note, a row with one value, or a row that was cut off."""
        for record in pending:
            if not self._keep_all and (self._ended or asides.is_prose(record.cells, whole=record.whole)):
                self.put_aside(record.number, asides.shown(record.cells), NOTE)
            else:
                yield from self._release([record])


def too_many(name: str) -> Invalid:
    """So much is left out that the file cannot have been understood."""
    return Invalid(
        Text(f"{name} 有超过 {MOST_ASIDE:,} 行读不成列", f"more than {MOST_ASIDE:,} lines of {name} are no rows"),
        mend=Text(
            "请检查分隔符和引号，或在映射里写明 delimiter。",
            "Check separators and quotes, or name the delimiter in the mapping.",
        ),
    )
