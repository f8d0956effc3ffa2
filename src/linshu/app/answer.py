"""What every question to a shop gives back: an Arrow table, and what its columns mean."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

META_KEY = b"linshu"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows with their meaning; `meta["columns"]` names each column, its unit (money is integer fen) and titles."""

    table: pa.Table
    meta: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], **meta: Any) -> Answer:
        """An answer from plain rows; the columns are those of the first row."""
        listed = [dict(row) for row in rows]
        return cls(pa.Table.from_pylist(listed) if listed else pa.table({}), meta)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Lets polars, DuckDB, pandas and others read the answer without a copy."""
        return self.table.__arrow_c_stream__(requested_schema)

    def __getitem__(self, column: str) -> pa.ChunkedArray:
        return self.table[column]

    @property
    def schema(self) -> pa.Schema:
        """The columns and their Arrow types."""
        return self.table.schema

    @property
    def column_names(self) -> list[str]:
        """The columns: dimensions first, then metrics."""
        names: list[str] = self.table.column_names
        return names

    @property
    def num_rows(self) -> int:
        """How many groups there are."""
        return len(self)

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries, as an Arrow table gives them."""
        return self.rows

    def df(self) -> pd.DataFrame:
        """The rows as a pandas DataFrame."""
        frame: pd.DataFrame = self.table.to_pandas(date_as_object=False)
        return frame

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries, one per group."""
        listed: list[dict[str, Any]] = self.table.to_pylist()
        return listed

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column that has one."""
        return {one["name"]: one["unit"] for one in self.meta.get("columns", ()) if one.get("unit")}

    def json(self) -> str:
        """`{"rows": [...], "meta": {...}}`, as the command line and the HTTP API print it."""
        return json.dumps(
            {"rows": self.rows, "meta": dict(self.meta)}, ensure_ascii=False, default=plain, allow_nan=False
        )

    def to_arrow(self) -> bytes:
        """The answer as an Arrow stream that carries its meaning with it."""
        sink = pa.BufferOutputStream()
        text = json.dumps(dict(self.meta), ensure_ascii=False, default=plain)
        table = self.table.replace_schema_metadata({META_KEY: text.encode()})
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        return bytes(sink.getvalue().to_pybytes())

    @classmethod
    def from_arrow(cls, content: bytes) -> Answer:
        """The answer that `to_arrow` wrote."""
        with pa.ipc.open_stream(content) as reader:
            table = reader.read_all()
        meta = json.loads((table.schema.metadata or {}).get(META_KEY, b"{}"))
        return cls(table.replace_schema_metadata(None), meta)


def plain(value: object) -> object:
    """A value as JSON writes it: ISO days and instants; bytes never leave."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value)
