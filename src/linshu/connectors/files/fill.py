"""Cells left blank because the row above says it already: an order's id and buyer, written on its first line alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linshu.engine.intake.incoming import Incoming

# What stands for the cell above.
DITTO = r"^(?:\s|\x{3000}|\x{a0})*(?:同上|〃|〞|″|''|\")?(?:\s|\x{3000}|\x{a0})*$"


def refuse_unknown(incoming: Incoming, names: Sequence[str]) -> None:
    """Invalid when the file has no such column."""
    for name in names:
        if name not in incoming.columns:
            raise Invalid(
                Text(f"文件里没有“{name}”这一列", f"the file has no column “{name}”"),
                mend=nearest(name, incoming.columns),
            )


def filled(rows: Iterable[pa.Table], names: Sequence[str]) -> Iterator[pa.Table]:
    """The rows with what stands above in the blank cells of these columns."""
    above: dict[str, str | None] = dict.fromkeys(names)
    for each in rows:
        made = each
        for name in names:
            cells = _down(each[name], above[name])
            if cells.length():
                above[name] = cells[-1].as_py()
            made = made.set_column(made.column_names.index(name), name, cells)
        yield made


def _down(cells: pa.ChunkedArray, above: str | None) -> pa.ChunkedArray:
    said = pc.if_else(pc.match_substring_regex(cells, DITTO), pa.scalar(None, pa.string()), cells)
    whole = pa.chunked_array([pa.array([above], pa.string()), *said.chunks]).combine_chunks()
    return pa.chunked_array([pc.fill_null_forward(whole).slice(1)])
