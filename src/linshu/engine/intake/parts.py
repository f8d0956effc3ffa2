"""Rows as they come are cut into parts: files of the landing that are neither tiny nor more than memory holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from linshu.engine.intake.layout import ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linshu.engine.intake import landing as l

    Rows = Mapping[str, pa.Table | Iterable[pa.RecordBatch]] | Iterable[tuple[str, pa.Table]]

PART_ROWS = 500_000
PART_BYTES = 256_000_000  # of rows as they came; wide rows make parts of fewer
HELD_PARTS = 4  # so many parts' rows are held in memory over all tables; then the fullest table's are written


class Parts:
    """Collects chunks by table and writes a part when enough rows are together."""

    def __init__(self, writer: l.Writer, part_rows: int) -> None:
        self._writer = writer
        self._part_rows = part_rows
        self._held: dict[str, list[pa.Table]] = {}
        self._rows: dict[str, int] = {}
        self._written: dict[str, int] = {}

    def add(self, name: str, rows: pa.Table) -> None:
        """Some more rows of a table."""
        self._held.setdefault(name, []).append(rows)
        self._rows[name] = self._rows.get(name, 0) + rows.num_rows
        if self._rows[name] >= self._part_rows:
            self._write(name, whole_parts=True)
        if sum(self._rows.values()) > HELD_PARTS * self._part_rows:
            self._write(max(self._rows, key=self._rows.__getitem__), whole_parts=False)

    def close(self) -> None:
        """Write what is left; a table that was named has a part, be it empty."""
        for name in [name for name, rows in self._rows.items() if rows or name not in self._written]:
            self._write(name, whole_parts=False)

    def _write(self, name: str, *, whole_parts: bool) -> None:
        held = pa.concat_tables(self._held.pop(name), promote_options="default")
        end = held.num_rows - held.num_rows % self._part_rows if whole_parts else max(held.num_rows, 1)
        for start in range(0, end, self._part_rows):
            rows = held.slice(start, self._part_rows)
            first = self._written.get(name, 0)
            self._writer.write(name, rows.append_column(ROW, numbered(first, rows.num_rows)))
            self._written[name] = first + rows.num_rows
        rest = held.slice(end)
        self._held[name] = [rest] if rest.num_rows else []
        self._rows[name] = rest.num_rows


def numbered(after: int, count: int) -> pa.Array:
    """The numbers of so many rows that follow others."""
    return pa.array(np.arange(after + 1, after + count + 1, dtype=np.int64))


def parts_of(rows: Iterable[pa.Table], part_rows: int) -> Iterator[pa.Table]:
    """The same rows in parts of at most `part_rows`, and of hardly more than `PART_BYTES`."""
    held: list[pa.Table] = []
    count = size = 0
    for chunk in rows:
        for start in range(0, chunk.num_rows, part_rows):
            held.append(chunk.slice(start, part_rows))
            count += held[-1].num_rows
            size += held[-1].nbytes
            if count >= part_rows:
                together = pa.concat_tables(held)
                yield together.slice(0, part_rows)
                held = [together.slice(part_rows)]
                count -= part_rows
                size = held[0].nbytes
            elif size >= PART_BYTES:
                yield pa.concat_tables(held)
                held, count, size = [], 0, 0
    if count:
        yield pa.concat_tables(held)


def chunks(rows: Rows) -> Iterator[tuple[str, pa.Table]]:
    """Rows in any of the forms they may be given in, table by table."""
    pairs = rows.items() if hasattr(rows, "items") else rows
    for name, given in pairs:
        if isinstance(given, pa.Table):
            yield name, given
        elif isinstance(given, pa.RecordBatch):
            yield name, pa.Table.from_batches([given])
        else:
            for batch in given:
                yield name, batch if isinstance(batch, pa.Table) else pa.Table.from_batches([batch])
