"""Web pages called .xls, as many Chinese systems export: the largest table in them, with those that go on with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from linshu.connectors.files import asides
from linshu.connectors.files.heads import LOOKED_AT, find_head, head_at
from linshu.connectors.files.lines import text_lines
from linshu.connectors.files.names import column_names, no_names
from linshu.connectors.files.sorting import Record, Sorter
from linshu.engine.intake.incoming import OTHER, TITLE, Incoming
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from linshu.connectors.files.heads import Head, Merge
    from linshu.connectors.files.looking import Look
    from linshu.connectors.files.source import Source
    from linshu.engine.intake.mapping import FileForm

MOST_BYTES = 200_000_000
MOST_CELLS = 10_000_000
MOST_SPAN = 1_000
_SILENT = ("script", "style", "head", "title", "template", "noscript")


@dataclass(slots=True)
class Drawn:
    """A table as it stands in a page: cells by row and column, and which of them reach over several."""

    rows: list[list[str | None]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    taken: dict[int, tuple[int, str]] = field(default_factory=dict)  # by column: rows still covered, and the text

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return sum(map(len, self.rows))

    @property
    def width(self) -> int:
        """How many cells its widest row has."""
        return max(map(len, self.rows), default=0)

    def begin_row(self) -> None:
        """A new row, which cells from above may reach into."""
        self.rows.append([])

    def add(self, text: str, across: int, down: int) -> None:
        """The next cell of the row."""
        if not self.rows:
            self.begin_row()
        self.fill()
        row, left = self.rows[-1], len(self.rows[-1])
        row += [text or None, *([None] * (across - 1))]
        if across > 1 or down > 1:
            self.merges.append(((len(self.rows), left), (len(self.rows) + down - 1, left + across - 1)))
        for at in range(left, left + across):
            if down > 1:
                self.taken[at] = (down - 1, text if across == 1 else "")

    def fill(self) -> None:
        """Say again what reaches down from above."""
        row = self.rows[-1]
        while len(row) in self.taken:
            left, text = self.taken.pop(len(row))
            if left > 1:
                self.taken[len(row)] = (left - 1, text)
                row.append(text or None)
                continue
            row.append(text or None)


def open_page(source: Source, seen: Look, form: FileForm, known: Collection[str] = ()) -> Incoming:
    """The largest table of a web page on its way in; Invalid when there is none."""
    if source.size > MOST_BYTES:
        raise _too_large(source.name)
    reader = _Reader(source.name)
    for line in text_lines(source, seen):
        reader.feed(line)
    reader.close()
    table = max(reader.tables, key=lambda each: each.cells, default=None)
    if table is None or not table.cells:
        raise Invalid(
            Text(f"{source.name} 是网页，里面没有表格", f"{source.name} is a web page without a table"),
            mend=Text(
                "请在来源系统里重新导出；可能是登录过期后下载到的网页。",
                "Export it anew; it may be what a lapsed login gave.",
            ),
        )
    laid = _laid(reader.tables, table)
    rows = [(number, cells) for number, cells in enumerate(laid.rows, 1) if any(cells)]
    first = rows[: max(LOOKED_AT, form.header_row)]
    head = head_at(first, form.header_row) if form.header_row else find_head(first, known, laid.merges)
    if head is None:
        raise no_names(source.name, form.header_row)
    columns = column_names(head.cells, source.name, head.last)
    sorter = Sorter(source.name, columns, keep_all=form.keep_all)
    sorter.above(rows, head.first)
    for number, (cells, its_head) in enumerate(laid.others, len(laid.rows) + 1):
        if any(cells):
            is_alone = sum(map(bool, cells)) == 1
            sorter.put_aside(number, asides.shown(cells if is_alone else its_head), TITLE if is_alone else OTHER)
    told = Text(
        "这是存成 .xls 的网页，读的是其中最大的表格和与它同宽的表格",
        "this is a web page; its largest table is read, and those as wide as it",
    )
    return Incoming(
        source.name, seen.hash, source.size, columns, sorter.tables(_records(rows, head, len(columns))), sorter.broken,
        notes=(told, head.reason),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Laid:
    """The rows that are read, and those of tables that stand for themselves."""

    rows: list[list[str | None]]
    merges: list[Merge]
    others: list[tuple[list[str | None], list[str | None]]]  # each with the first row of its table


def _laid(tables: Sequence[Drawn], largest: Drawn) -> _Laid:
    """The largest table with those as wide as it, in their order: a page cut into tables, or one for the header alone."""
    made = _Laid([], [], [])
    for each in tables:
        if each.width != largest.width:
            its_head = next(filter(any, each.rows), [])
            made.others.extend((cells, its_head) for cells in each.rows)
            continue
        above = len(made.rows)
        made.merges.extend(((top + above, left), (end + above, right)) for (top, left), (end, right) in each.merges)
        made.rows.extend(each.rows)
    return made


def _records(rows: Sequence[tuple[int, list[str | None]]], head: Head, width: int) -> Iterator[Record]:
    for number, cells in rows:
        if number > head.last:
            yield Record(number, [*cells[:width], *([None] * (width - len(cells)))], "", whole=True)


class _Reader(HTMLParser):
    """Collects the tables of a page; a table within a cell is a table of its own."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Drawn] = []
        self._name = name
        self._open: list[tuple[Drawn, list[str] | None, tuple[int, int]]] = []
        self._silent = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table":
            self.tables.append(Drawn())
            self._open.append((self.tables[-1], None, (1, 1)))
        elif self._open and tag == "tr":
            self._end_cell()
            self._open[-1][0].begin_row()
        elif self._open and tag in ("td", "th"):
            self._end_cell()
            table, *_ = self._open[-1]
            named = dict(attrs)
            self._open[-1] = (table, [], (_span(named.get("colspan")), _span(named.get("rowspan"))))
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif self._open and tag in ("td", "th", "tr"):
            self._end_cell()
            if tag == "tr" and self._open[-1][0].rows:
                self._open[-1][0].fill()
        elif self._open and tag == "table":
            self._end_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._open and not self._silent and self._open[-1][1] is not None:
            self._open[-1][1].append(data)

    def _end_cell(self) -> None:
        table, said, (across, down) = self._open[-1]
        if said is None:
            return
        table.add("".join(said).replace("\u00a0", " ").strip(), across, down)
        self._open[-1] = (table, None, (1, 1))
        self._cells += across
        if self._cells > MOST_CELLS:
            raise _too_large(self._name)


def _span(said: str | None) -> int:
    return min(max(int(said), 1), MOST_SPAN) if said and said.strip().isdecimal() else 1


def _too_large(name: str) -> Invalid:
    return Invalid(
        Text(f"{name} 是太大的网页", f"{name} is too large a web page"),
        mend=Text("请另存为 xlsx 或 CSV。", "Save it as xlsx or CSV."),
    )
