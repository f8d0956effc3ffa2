"""Regular files in UTF-8, read by DuckDB's own reader: every value as text, nothing guessed, broken lines put aside."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from linshu.connectors.files import asides
from linshu.connectors.files.lines import LONGEST_LINE, Dialect, Splitter
from linshu.connectors.files.sorting import LONGEST_QUOTE, MOST_ASIDE, too_many
from linshu.engine.intake import quoting as q
from linshu.engine.intake.incoming import BLANK, BROKEN, TITLE, broken_lines
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.connectors.files.source import Source
    from linshu.engine.intake.incoming import Line

CHUNK_ROWS = 100_000


class Quick:
    """A regular file; its rows are numbered by their place and by the lines that did not become rows."""

    def __init__(self, source: Source, delimiter: str, columns: tuple[str, ...], header_row: int) -> None:
        self._source, self._delimiter, self._columns, self._skip = source, delimiter, columns, header_row
        self._splitter = Splitter(Dialect(delimiter), len(columns))
        self._aside: list[Line] = []
        self._above: list[Line] = []
        self._again: list[tuple[int, str, str]] = []  # by the place among all rows: the text, and why it is no data

    def put_aside_above(self, number: int, text: str) -> None:
        """A title or note above the header."""
        self._above.append((number, text[:LONGEST_QUOTE], TITLE))

    def broken(self) -> pa.Table:
        """The lines that did not become rows, after all rows were read."""
        return broken_lines(sorted([*self._above, *self._aside, *self._between()]))

    def rows(self) -> Iterator[pa.Table]:
        """The rows in chunks."""
        # Plain values pass through here: nothing may be spilled to disk.
        with duckdb.connect(":memory:", config={"temp_directory": "", "threads": 2}) as sql:
            names = ", ".join(f"{q.text(name)}: 'VARCHAR'" for name in self._columns)
            relation = sql.sql(
                f"""FROM read_csv({q.text(str(self._source.path))}, auto_detect = false, header = false, skip = {self._skip},
                delim = {q.text(self._delimiter)}, quote = '"', escape = '"', columns = {{{names}}},
                store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_LINE})"""
            )
            count = 0
            try:
                for batch in relation.to_arrow_reader(CHUNK_ROWS):
                    rows = pa.Table.from_batches([batch])
                    yield self._only_data(rows, count)
                    count += rows.num_rows
            except duckdb.Error as error:
                raise _unreadable(self._source.name, error) from error
            found = sql.sql(
                "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
            ).fetchall()
        swallowed = [row for line, text in found for row in self._put_aside(line, text or "")]
        if swallowed:
            columns = zip(*swallowed, strict=True)
            yield pa.table(
                [pa.array([value or None for value in column], pa.string()) for column in columns],
                names=list(self._columns),
            )

    def _put_aside(self, number: int, text: str) -> Iterator[list[str | None]]:
        """Note a broken line; the lines that its open quote swallowed are read again one by one."""
        for each in self._splitter.split(io.StringIO(text, newline=""), number):
            if each.whole:
                yield each.cells
            elif each.raw.strip():
                why = asides.kind_of(each.cells, self._columns) or BROKEN
                text = asides.shown(each.cells) if why != BROKEN else each.raw.rstrip("\r\n")
                self._aside.append((each.number, text[:LONGEST_QUOTE], why))

    def _only_data(self, rows: pa.Table, before: int) -> pa.Table:
        """The rows without blank ones and headers said again, which are noted by their place."""
        first = rows.column(0)
        likely = pc.or_(pc.is_null(first), pc.fill_null(pc.equal(first, self._columns[0]), fill_value=False))
        likely = pc.or_(likely, pc.fill_null(asides.suspects(first), fill_value=False))
        if not pc.any(likely).as_py():
            return rows
        places = pc.indices_nonzero(likely)
        keep = [True] * rows.num_rows
        columns = [column.to_pylist() for column in rows.take(places).columns]
        for at, cells in zip(places.to_pylist(), zip(*columns, strict=True), strict=True):
            why = asides.kind_of(cells, self._columns) if any(cells) or len(cells) == 1 else BLANK
            if why:
                keep[at] = False
                self._again.append((before + at, asides.shown(cells), why))
        if len(self._again) > MOST_ASIDE:
            raise too_many(self._source.name)
        return rows.filter(pa.array(keep))

    def _between(self) -> Iterator[Line]:
        """Blank rows, totals, notes and headers said again, under their number in the file."""
        lines = sorted(number for number, *_ in self._aside)
        for place, text, why in self._again:
            number = self._skip + place + 1
            for line in lines:
                number += line <= number
            yield number, text[:LONGEST_QUOTE], why


def _unreadable(name: str, error: duckdb.Error) -> Invalid:
    line = re.search(r"on Line: (\d+)", str(error))
    at = f"（第 {line[1]} 行附近）" if line else "", f" (near line {line[1]})" if line else ""
    return Invalid(
        Text(f"{name} 读不下去{at[0]}", f"{name} cannot be read further{at[1]}"),
        mend=Text(
            "请用 Excel 打开后另存为 CSV UTF-8，再导入。", "Open it in Excel, save it as CSV UTF-8, and import that."
        ),
    )
