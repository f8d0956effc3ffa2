"""Rows from a program, brought to the stored types of their table; a wrong column is the program's mistake, not a bad row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.warehouse.schema import stored_columns
from linshu.kernel.errors import Invalid, Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.kernel.table import Table


def shaped(table: Table, rows: pa.Table) -> pa.Table:
    """The same rows with every column in its stored type; Misused for unknown columns, Invalid where a cast loses."""
    types = {each.name: each.arrow_type for each in stored_columns(table)}
    for unwanted in ("landing_id", "landing_row"):
        if unwanted in rows.column_names:
            rows = rows.drop_columns([unwanted])
    arrays = []
    for name in rows.column_names:
        if name not in types:
            raise Misused(
                Text(f"表 {table.name} 没有列 {name}", f"table {table.name} has no column {name}"),
                mend=nearest(name, types),
            )
        arrays.append(_cast(table.name, name, rows[name], types[name]))
    return pa.table(arrays, names=rows.column_names)


def _cast(table: str, name: str, values: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if values.type == wanted:
        return values
    try:
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            # An instant without a zone is UTC: programs that know local times say so.
            values = values.cast(pa.timestamp(values.type.unit, tz="UTC"))
        return values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Invalid(
            Text(f"{table}.{name} 的值不能转成 {wanted}", f"the values of {table}.{name} do not become {wanted}"),
            mend=Text(f"给的是 {values.type}。", f"They came as {values.type}."),
        ) from error
