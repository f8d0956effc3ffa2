"""A file on its way in: opened by a connector, read as text, column by column, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

BROKEN_LINES = pa.schema([("line", pa.int64()), ("text", pa.string())])


def broken_lines(found: Sequence[tuple[int, str]] = ()) -> pa.Table:
    """Lines that could not be split into columns: (line of the file from 1, its text)."""
    return pa.table([[line for line, _ in found], [text for _, text in found]], schema=BROKEN_LINES)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as collection wants it: every value is text or NULL, nothing was guessed."""

    name: str
    file_hash: str  # sha-256 of its bytes
    size: int  # bytes of text to be read, for telling how far it is; 0 when unknown
    columns: tuple[str, ...]
    rows: Iterable[pa.Table]
    broken: Callable[[], pa.Table] = broken_lines  # asked after the last row: lines that could not be split
    mends: str = ""  # the batch whose quarantined rows it brings back
    as_of: str = ""  # see `Label.as_of`
    origin: pa.Table | None = None  # the mended rows as they lay in landing, in the same order as `rows`


def same(left: pa.ChunkedArray, right: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where two columns of texts agree; empty and missing count as the same."""
    equal = pc.equal(pc.fill_null(left, ""), pc.fill_null(right, ""))
    return np.asarray(equal.to_numpy(), dtype=bool)
