"""CSV files: the delimiter and the columns found out, the rows read by DuckDB where it knows the encoding."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from linshu.connectors.files.lines import Lines, Splitter, table_of
from linshu.connectors.files.names import column_names
from linshu.engine.intake import quoting as q
from linshu.engine.intake.incoming import Incoming, broken_lines
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.connectors.files.looking import Look
    from linshu.engine.intake.mapping import FileForm

DELIMITERS = ",\t;|"
CHUNK_ROWS = 100_000
LONGEST_LINE = 16_000_000  # bytes
_NATIVE = ("utf-8", "utf-8-sig")


def open_csv(path: Path, seen: Look, form: FileForm) -> Incoming:
    """A CSV file on its way in."""
    head = _head(path, seen.encoding, form.header_row)
    delimiter = {"tab": "\t", "\\t": "\t"}.get(form.delimiter, form.delimiter)
    if delimiter == "auto":
        delimiter = sniff(head)
    columns = column_names(next(csv.reader([head], delimiter=delimiter), []), path.name, form.header_row)
    if seen.encoding in _NATIVE and seen.is_regular:
        read: _Quick | Lines = _Quick(path, delimiter, columns, form.header_row)
    else:
        read = Lines(path, seen.encoding, delimiter, columns, form.header_row)
    return Incoming(path.name, seen.hash, seen.size, columns, read.rows(), read.broken)


def sniff(head: str) -> str:
    """The delimiter of a header line: the one that makes most columns of it outside quotes."""
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([head], delimiter=each), [])))


def _head(path: Path, encoding: str, header_row: int) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for _ in range(header_row - 1):
            file.readline()
        head = file.readline()
    if not head.strip():
        raise Invalid(
            Text(f"{path.name} 第 {header_row} 行没有列名", f"row {header_row} of {path.name} names no columns"),
            mend=Text("请检查文件，或在映射里写明 header_row。", "Check the file, or set header_row in the mapping."),
        )
    return head


class _Quick:
    """DuckDB's own reader: every value as text, nothing guessed, broken lines put aside."""

    def __init__(self, path: Path, delimiter: str, columns: tuple[str, ...], header_row: int) -> None:
        self._path, self._delimiter, self._columns, self._skip = path, delimiter, columns, header_row
        self._splitter = Splitter(delimiter, len(columns))

    def broken(self) -> pa.Table:
        return broken_lines(self._splitter.broken)

    def rows(self) -> Iterator[pa.Table]:
        # Plain values pass through here: nothing may be spilled to disk.
        with duckdb.connect(":memory:", config={"temp_directory": "", "threads": 2}) as sql:
            names = ", ".join(f"{q.text(name)}: 'VARCHAR'" for name in self._columns)
            relation = sql.sql(
                f"""FROM read_csv({q.text(str(self._path))}, auto_detect = false, header = false, skip = {self._skip},
                delim = {q.text(self._delimiter)}, quote = '"', escape = '"', columns = {{{names}}},
                store_rejects = true, rejects_limit = 0, max_line_size = {LONGEST_LINE})"""
            )
            try:
                for batch in relation.to_arrow_reader(CHUNK_ROWS):
                    yield pa.Table.from_batches([batch])
            except duckdb.Error as error:
                raise _unreadable(self._path.name, error) from error
            found = sql.sql(
                "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
            ).fetchall()
        swallowed = [row for line, text in found for row in self._put_aside(line, text or "")]
        if swallowed:
            yield table_of(swallowed, self._columns)

    def _put_aside(self, number: int, text: str) -> Iterator[list[str]]:
        """Note a broken line; the lines that its open quote swallowed are read again one by one."""
        first, *more = text.splitlines(keepends=True) or [""]
        self._splitter.put_aside(number, first)
        yield from self._splitter.split(more, number + 1)


def _unreadable(name: str, error: duckdb.Error) -> Invalid:
    line = re.search(r"on Line: (\d+)", str(error))
    at = f"（第 {line[1]} 行附近）" if line else "", f" (near line {line[1]})" if line else ""
    return Invalid(
        Text(f"{name} 读不下去{at[0]}", f"{name} cannot be read further{at[1]}"),
        mend=Text(
            "请用 Excel 打开后另存为 CSV UTF-8，再导入。", "Open it in Excel, save it as CSV UTF-8, and import that."
        ),
    )
