"""How a declared table is stored: its columns in Arrow and DuckDB, sensitive ones expanded, system columns appended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.kernel.table import SYSTEM_COLUMNS, Column, Kind, Privacy, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["StoredColumn", "arrow_schema", "arrow_type", "create_sql", "sql_type", "stored_columns"]

# Money, quantities and every unit are 64-bit integers, so that sums are exact.
_INTEGERS = (
    Kind.INT,
    Kind.FEN,
    Kind.QTY,
    Kind.GRAM,
    Kind.CM3,
    Kind.METRE,
    Kind.SECOND,
    Kind.PPM,
)
_ARROW: dict[Kind, pa.DataType] = {
    **dict.fromkeys(_INTEGERS, pa.int64()),
    Kind.TEXT: pa.string(),
    Kind.JSON: pa.string(),
    Kind.DEGREE: pa.float64(),
    Kind.BOOL: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"),
}
_SQL: dict[Kind, str] = {
    **dict.fromkeys(_INTEGERS, "BIGINT"),
    Kind.TEXT: "VARCHAR",
    Kind.JSON: "VARCHAR",
    Kind.DEGREE: "DOUBLE",
    Kind.BOOL: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMPTZ",
}
# Filled by the landing itself; `source_id`, `updated_at` may be unknown to a source that is a plain file.
_ALWAYS_KNOWN = frozenset({"source", "deleted", "landing_id", "landing_row"})


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """One physical column; `of` names the declared column it stores ("" = a system column), `part` which of its faces.

    `part` is "value" for a plain column, and "sealed", "index" or "mask" for the three faces of a sensitive one.
    """

    name: str
    kind: Kind
    required: bool = False
    of: str = ""
    part: str = "value"

    @property
    def arrow_type(self) -> pa.DataType:
        """Its Arrow type."""
        return _ARROW[self.kind]

    @property
    def sql_type(self) -> str:
        """Its DuckDB type."""
        return _SQL[self.kind]


def arrow_type(kind: Kind) -> pa.DataType:
    """The Arrow type of a kind: integers of 64 bits, instants in UTC microseconds."""
    return _ARROW[kind]


def sql_type(kind: Kind) -> str:
    """The DuckDB type of a kind."""
    return _SQL[kind]


@lru_cache(maxsize=256)
def stored_columns(table: Table) -> tuple[StoredColumn, ...]:
    """Every physical column of a table in order: its own, sensitive ones as token, index and mask, then the system's."""
    own = tuple(stored for column in table.columns for stored in _faces(column))
    system = tuple(StoredColumn(name, kind, required=name in _ALWAYS_KNOWN) for name, kind in SYSTEM_COLUMNS)
    return own + system


def _faces(column: Column) -> Iterator[StoredColumn]:
    if column.privacy is not Privacy.SENSITIVE:
        yield StoredColumn(column.name, column.kind, column.required, column.name)
        return
    # A sensitive value never lies in the store: a sealed token to reveal, a blind index to look up, a mask to show.
    yield StoredColumn(column.name, Kind.TEXT, column.required, column.name, "sealed")
    yield StoredColumn(f"{column.name}_index", Kind.TEXT, column.required, column.name, "index")
    yield StoredColumn(f"{column.name}_mask", Kind.TEXT, column.required, column.name, "mask")


@lru_cache(maxsize=256)
def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a stored table; required columns are not nullable."""
    return pa.schema(
        [pa.field(each.name, each.arrow_type, nullable=not each.required) for each in stored_columns(table)]
    )


def create_sql(table: Table, schema: str = "std") -> str:
    """The `CREATE TABLE IF NOT EXISTS` of a stored table.

    The key is enforced by the merge, not by an index: an index on a key of millions of rows costs more than it protects.
    """
    lines = (f"{each.name} {each.sql_type}{' NOT NULL' if each.required else ''}" for each in stored_columns(table))
    return f"CREATE TABLE IF NOT EXISTS {schema}.{table.name} (\n    " + ",\n    ".join(lines) + "\n)"
