"""Text files of rows: dialect and header found out, the rows read by DuckDB where the file is made regularly."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile, islice
from statistics import median_low
from typing import TYPE_CHECKING

from linshu.connectors.files import asides
from linshu.connectors.files.chain import is_chain, open_chain
from linshu.connectors.files.dialects import DELIMITERS, dialect_of
from linshu.connectors.files.heads import LOOKED_AT, Head, find_head, head_at
from linshu.connectors.files.lines import Splitter, text_lines
from linshu.connectors.files.looking import MIXED
from linshu.connectors.files.names import column_names, no_names
from linshu.connectors.files.quick import Quick
from linshu.connectors.files.sections import sections_of
from linshu.connectors.files.sorting import Sorter
from linshu.engine.intake.incoming import Incoming

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import pyarrow as pa

    from linshu.connectors.files.lines import Dialect
    from linshu.connectors.files.looking import Look
    from linshu.connectors.files.sorting import Record
    from linshu.connectors.files.source import Source
    from linshu.engine.intake.mapping import FileForm

SAMPLE_LINES = 400
_TAIL_BYTES = 1 << 16
_TAIL_ROWS = 30
_NATIVE = ("utf-8", "utf-8-sig")


def open_csv(source: Source, seen: Look, form: FileForm, known: Collection[str] = ()) -> Incoming:
    """A CSV file on its way in."""
    lines = list(islice(text_lines(source, seen), max(SAMPLE_LINES, form.header_row + LOOKED_AT)))
    if form.delimiter == "auto" and not form.header_row and is_chain(lines):
        return open_chain(source, seen)
    dialect = dialect_of(lines, form.delimiter)
    sample = [each for each in Splitter(dialect).split(lines, 1) if any(each.cells)]
    rows = [(each.number, each.cells) for each in sample]
    head = head_at(rows, form.header_row) if form.header_row else find_head(rows[:LOOKED_AT], known)
    if head is None:
        raise no_names(source.name, form.header_row)
    columns = column_names(_widened(head, sample), source.name, head.last)
    table = _Table(source, seen, dialect, head, columns, form, sample)
    sections = None if form.keep_all else sections_of(rows, head)
    doubts = asides.unit_above(rows, head.first)
    made = Incoming(source.name, seen.hash, seen.size, columns, (), notes=(*seen.notes, head.reason), doubts=doubts)
    if sections is None and table.is_quick(lines):
        quick = Quick(source, dialect.delimiter, columns, head.last)
        for number, cells in rows:
            if number < head.first:
                quick.put_aside_above(number, asides.shown(cells))
        return replace(made, rows=quick.rows(), broken=quick.broken, header_row=head.last)
    sorter = Sorter(source.name, columns, keep_all=form.keep_all, mixed=seen.encoding == MIXED, sections=sections)
    sorter.above(rows, head.first)
    if sections:
        made = replace(made, columns=(*columns, sections.column), doubts=(*doubts, sections.doubt))
    return replace(made, rows=table.rows(sorter), broken=sorter.broken)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a text file, its form found out."""

    source: Source
    seen: Look
    dialect: Dialect
    head: Head
    columns: tuple[str, ...]
    form: FileForm
    sample: Sequence[Record]

    def rows(self, sorter: Sorter) -> Iterator[pa.Table]:
        """The rows, read record by record."""
        records = Splitter(self.dialect, len(self.columns)).split(text_lines(self.source, self.seen), 1)
        return sorter.tables(dropwhile(lambda each: each.number <= self.head.last, records))

    def is_quick(self, lines: Sequence[str]) -> bool:
        """Whether DuckDB reads the file as we would."""
        seen, dialect = self.seen, self.dialect
        if not (self.source.path and seen.encoding in _NATIVE and seen.is_regular):
            return False
        if dialect.ticked or dialect.delimiter not in DELIMITERS or self.form.keep_all:
            return False
        # The quick reader skips lines, not records, in front of the data.
        if any('"' in line and line.count('"') % 2 for line in lines[: self.head.last]):
            return False
        wide = len(self.columns)
        body = [each for each in self.sample if each.number >= self.head.last]
        return all(len(each.cells) == wide for each in body[:1]) and self._ends_plainly(wide)

    def _ends_plainly(self, wide: int) -> bool:
        """Whether the last rows of the file are data."""
        with self.source.open() as file:
            start = max(self.source.size - _TAIL_BYTES, 0)
            file.seek(start)
            tail = file.read().decode("utf-8", "replace").splitlines(keepends=True)
        if start and tail:
            del tail[0]
        if sum(line.count('"') for line in tail) % 2:
            return False
        skip = max(self.head.last, 0) if not start else 0
        records = list(Splitter(self.dialect).split(tail[skip:], 1))[-_TAIL_ROWS:]
        return all(
            len(each.cells) == wide
            and not asides.kind_of(each.cells, self.columns)
            and not (asides.is_lone(each.cells) and asides.is_prose(each.cells, whole=True))
            for each in records
        )


def _widened(head: Head, sample: Sequence[Record]) -> list[str]:
    """The names of the header, with blank ones for columns behind the last name that it leaves room for."""
    raw = max((len(each.cells) for each in sample if head.first <= each.number <= head.last), default=0)
    filled = [_extent(each.cells) for each in sample if each.number > head.last]
    wide = min(raw, median_low(filled)) if filled else 0
    return [*head.cells, *([""] * (wide - len(head.cells)))]


def _extent(cells: Sequence[str | None]) -> int:
    return max((at for at, cell in enumerate(cells, 1) if cell), default=0)
