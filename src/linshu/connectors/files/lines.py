"""Text files read line by line: for encodings DuckDB does not know, and for files whose quotes do not pair."""

from __future__ import annotations

import csv
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake.incoming import broken_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CHUNK_ROWS = 50_000
LONGEST_VALUE = 200  # lines; a quote open for longer was never meant to be one
LONGEST_QUOTE = 500  # characters of a broken line that are kept


class Splitter:
    """Splits lines into records and records into values; puts aside, with its row, what cannot be split."""

    def __init__(self, delimiter: str, width: int) -> None:
        self._delimiter = delimiter
        self._width = width
        self.broken: list[tuple[int, str]] = []

    def put_aside(self, number: int, line: str) -> None:
        """A line that cannot be split."""
        self.broken.append((number, line.rstrip("\r\n")[:LONGEST_QUOTE]))

    def split(self, lines: Iterable[str], number: int) -> Iterator[list[str]]:
        """The rows in lines of which the first is row `number` of the file, a value of several lines counted as one."""
        feed = iter(lines)
        ahead: deque[str] = deque()
        while record := _record(ahead, feed):
            row = self._values(record)
            if row is not None:
                yield row
            elif record[0].strip():
                # Of a record of several lines only the first is known to be wrong: a quote too many opened it.
                self.put_aside(number, record[0])
                ahead.extendleft(reversed(record[1:]))
            number += 1

    def _values(self, record: list[str]) -> list[str] | None:
        try:
            row = next(csv.reader(record, delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return None
        return row if len(row) == self._width and _paired(record) else None


class Lines:
    """A delimited text file, read record by record."""

    def __init__(self, path: Path, encoding: str, delimiter: str, columns: tuple[str, ...], header_row: int) -> None:
        self._path = path
        self._encoding = encoding
        self._columns = columns
        self._skip = header_row
        self._splitter = Splitter(delimiter, len(columns))

    def broken(self) -> pa.Table:
        """The lines that could not be split, after all rows were read."""
        return broken_lines(self._splitter.broken)

    def rows(self) -> Iterator[pa.Table]:
        """The rows in chunks."""
        with self._path.open(encoding=self._encoding, errors="replace", newline="") as file:
            for _ in range(self._skip):
                file.readline()
            rows = self._splitter.split(file, self._skip + 1)
            while held := list(islice(rows, CHUNK_ROWS)):
                yield table_of(held, self._columns)


def table_of(rows: list[list[str]], columns: tuple[str, ...]) -> pa.Table:
    """Rows of texts as a table; an empty text says nothing."""
    arrays = [pa.array([value or None for value in column], pa.string()) for column in zip(*rows, strict=True)]
    return pa.table(arrays, names=list(columns))


def _record(ahead: deque[str], feed: Iterator[str]) -> list[str]:
    """The lines of the next record: it goes on while a quote is open, but not for ever."""
    record: list[str] = []
    while not record or (not _paired(record) and len(record) <= LONGEST_VALUE):
        line = ahead.popleft() if ahead else next(feed, "")
        if not line:
            break
        record.append(line)
    return record


def _paired(record: list[str]) -> bool:
    return sum(line.count('"') for line in record) % 2 == 0
