"""Text files read line by line: for encodings DuckDB does not know, and for files that are not made regularly."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from linshu.connectors.files.looking import MIXED, decoded
from linshu.connectors.files.sorting import LONGEST_QUOTE, Record
from linshu.kernel.errors import Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from linshu.connectors.files.looking import Look
    from linshu.connectors.files.source import Source

LONGEST_VALUE = 200  # lines; a quote open for longer was never meant to be one
LONGEST_LINE = 16_000_000  # characters
SPACES = "spaces"  # columns set apart by two blanks and more
_SPACES = re.compile(r"[ \u3000\t]{2,}")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the values of a line are told apart."""

    delimiter: str
    ticked: bool = False  # values begin with a backtick, as in the bills of payment channels; quotes mean nothing

    def split(self, line: str) -> list[str] | None:
        """The values of a line, or of several with an open quote; None when quotes make no sense."""
        if self.ticked and line.startswith("`"):
            return line.rstrip("\r\n")[1:].split(",`")
        if self.delimiter == SPACES:
            return _SPACES.split(line.strip())
        if '"' not in line:
            return line.rstrip("\r\n").split(self.delimiter)
        try:
            return next(csv.reader(io.StringIO(line, newline=""), delimiter=self.delimiter, strict=True), [])
        except csv.Error:
            return None

    @property
    def has_quotes(self) -> bool:
        """Whether a value may go on in the next line."""
        return not self.ticked and self.delimiter != SPACES


def text_lines(source: Source, seen: Look) -> Iterator[str]:
    """The lines of a text file with their ends; Invalid when one is too long to be one."""
    with source.open() as raw:
        if seen.encoding == MIXED:
            lines: Iterator[str] = (decoded(line)[0] for line in iter(partial(raw.readline, LONGEST_LINE + 1), b""))
        else:
            file = io.TextIOWrapper(raw, encoding=seen.encoding, errors="replace", newline="")
            if seen.longest <= LONGEST_LINE and not seen.has_nuls:
                yield from file
                return
            lines = iter(partial(file.readline, LONGEST_LINE + 1), "")
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE:
                raise _too_long(source.name, number)
            yield line.replace("\0", "") if seen.has_nuls else line


class Splitter:
    """Splits lines into records and records into values."""

    def __init__(self, dialect: Dialect, width: int = 0) -> None:
        """`width` is the number of columns, 0 while it is not known."""
        self._dialect, self._width = dialect, width

    def split(self, lines: Iterable[str], number: int) -> Iterator[Record]:
        """The records in lines of which the first is row `number` of the file, a value of several lines counted as one."""
        feed, ahead = iter(lines), deque[str]()
        while True:
            if not ahead:
                number = yield from self._plain(feed, ahead, number)
            record = self._record(ahead, feed)
            if not record:
                return
            line = record[0] if len(record) == 1 else "".join(record)
            made = self._dialect.split(line)
            cells = made if made is not None and self._is_paired(line) else None
            if cells is not None and len(cells) == self._width:
                yield Record(number, [*cells], "", whole=True)
            else:
                yield self._unusual(number, record, cells)
                if len(record) > 1 and not self._fits(cells):
                    # Of a record of several lines only the first is known to be wrong: a quote too many opened it.
                    ahead.extendleft(reversed(record[1:]))
            number += 1

    def _plain(self, feed: Iterator[str], ahead: deque[str], number: int) -> Generator[Record, None, int]:
        """The lines that are a record of their own without any quote, as most are; the next goes ahead."""
        simple = self._dialect.delimiter if self._dialect.has_quotes else ""
        for line in feed:
            if simple and '"' not in line:
                cells: list[str | None] = [*line.rstrip("\r\n").split(simple)]
                if len(cells) == self._width:
                    yield Record(number, cells, "", whole=True)
                    number += 1
                    continue
            ahead.append(line)
            break
        return number

    def _fits(self, cells: list[str] | None) -> bool:
        """Wide enough: what stands beyond the last column is empty."""
        return cells is not None and (not self._width or (len(cells) > self._width and not any(cells[self._width :])))

    def _unusual(self, number: int, record: list[str], cells: list[str] | None) -> Record:
        if self._fits(cells):
            kept = (cells or [])[: self._width or None]
            return Record(number, [*kept], "", whole=bool(self._width))
        line = record[0]
        return Record(number, [*(cells or [line.strip()])], line[:LONGEST_QUOTE], whole=False)

    def _record(self, ahead: deque[str], feed: Iterator[str]) -> list[str]:
        """The lines of the next record: it goes on while a quote is open, but not for ever."""
        record: list[str] = []
        is_open = False
        while not record or (is_open and len(record) <= LONGEST_VALUE):
            line = ahead.popleft() if ahead else next(feed, "")
            if not line:
                break
            record.append(line)
            if '"' in line and self._dialect.has_quotes:
                is_open ^= line.count('"') % 2 == 1
        return record

    def _is_paired(self, line: str) -> bool:
        return not self._dialect.has_quotes or line.count('"') % 2 == 0


def _too_long(name: str, number: int) -> Invalid:
    return Invalid(
        Text(
            f"{name} 第 {number} 行超过 {LONGEST_LINE // 10_000} 万字，不像表格",
            f"line {number} of {name} is longer than {LONGEST_LINE:,} characters",
        ),
        mend=Text("请检查换行和引号，或另存为 xlsx。", "Check line ends and quotes, or save it as xlsx."),
    )
