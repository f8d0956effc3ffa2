"""Rows of a table that say exactly what a row before them says, counted in tables of any length."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

import duckdb

from linshu.engine.intake import quoting as q
from linshu.engine.intake.layout import LINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa


def repeated(rows: Iterable[pa.Table]) -> int:
    """How many there are; eight bytes are kept of each row, and what of these does not fit into memory lies on disk."""
    with (
        tempfile.TemporaryDirectory(prefix="linshu-count-") as aside,
        duckdb.connect(":memory:", config={"memory_limit": "256MB", "threads": 1, "temp_directory": aside}) as sql,
    ):
        sql.execute("CREATE TABLE said (row UBIGINT)")
        for each in rows:
            names = ", ".join(q.name(name) for name in each.column_names if name != LINE)
            sql.register("chunk", each)
            sql.execute(f"INSERT INTO said SELECT hash(row({names})) FROM chunk")
            sql.unregister("chunk")
        (found,) = sql.execute("SELECT count(*) - count(DISTINCT row) FROM said").fetchone() or (0,)
        return int(found)
