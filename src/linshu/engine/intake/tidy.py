"""Which columns of a part are tidy: no value is wrapped in what a spreadsheet adds, so that none needs cleaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The first and last bytes of blanks (also U+00A0, U+3000, U+FEFF in UTF-8), of ="...", of a leading apostrophe or backtick.
# Some other characters share such a byte; their columns are then looked at more closely, at the merge.
_FIRST = np.isin(np.arange(256), np.frombuffer(b"\t\n\v\f\r ='`\xc2\xe3\xef", np.uint8))
_LAST = np.isin(np.arange(256), np.frombuffer(b"\t\n\v\f\r \xa0\x80\xbf", np.uint8))


def tidy_columns(rows: pa.Table) -> tuple[str, ...]:
    """The names of the columns of texts in which nothing has to be cleaned."""
    return tuple(
        field.name
        for field in rows.schema
        if pa.types.is_string(field.type) and all(_is_tidy(chunk) for chunk in rows[field.name].chunks)
    )


def _is_tidy(values: pa.StringArray) -> bool:
    _, offsets, data = values.buffers()
    if data is None or not len(values):
        return True
    ends = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    letters: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    said = ends[:-1] < ends[1:]
    first, last = ends[:-1][said], ends[1:][said] - 1
    return not (_FIRST[letters[first]].any() or _LAST[letters[last]].any())
