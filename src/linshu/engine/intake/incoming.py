"""A file on its way in: opened by a connector, read as text, column by column, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from linshu.kernel.text import Text

# Why a line of the file did not become a row: it could not be read, or is no data.
BROKEN, BYTES = "broken", "bytes"
OTHER = "other"  # a row of another table below this one, or beside it on its page
TITLE, TOTAL, NOTE, HEADER = "title", "total", "note", "header"
BLANK = "blank"  # counted, so that rows are numbered as people count them, and not worth a word
NOT_DATA = (TITLE, TOTAL, NOTE, HEADER, BLANK)
BROKEN_LINES = pa.schema([("line", pa.int64()), ("text", pa.string()), ("why", pa.string())])

Line = tuple[int, str, str]  # its number in the file from 1, its text, why it did not become a row


def broken_lines(found: Sequence[Line] = ()) -> pa.Table:
    """The lines that did not become rows, as a table."""
    columns = [list(each) for each in zip(*found, strict=True)] if found else [[], [], []]
    return pa.table(columns, schema=BROKEN_LINES)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file as collection wants it: every value is text or NULL, nothing was guessed."""

    name: str
    file_hash: str  # sha-256 of its bytes
    size: int  # bytes of text to be read, for telling how far it is; 0 when unknown
    columns: tuple[str, ...]
    rows: Iterable[pa.Table]
    broken: Callable[[], pa.Table] = broken_lines  # asked after the last row: lines that did not become rows
    header_row: int = 0  # the last row of the header, where rows do not carry their own number in `linshu.line`
    notes: tuple[Text, ...] = ()  # what was found out about the file: its encoding, where its header is and why
    doubts: tuple[Text, ...] = ()  # what a person should confirm before it comes in by a guess
    mends: str = ""  # the batch whose quarantined rows it brings back
    as_of: str = ""  # see `Label.as_of`
    origin: pa.Table | None = None  # the mended rows as they lay in landing, in the same order as `rows`


def same(left: pa.ChunkedArray, right: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where two columns of texts agree; empty and missing count as the same."""
    equal = pc.equal(pc.fill_null(left, ""), pc.fill_null(right, ""))
    return np.asarray(equal.to_numpy(), dtype=bool)
