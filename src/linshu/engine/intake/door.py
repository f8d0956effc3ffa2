"""The door: sensitive values are sealed in memory, so that nothing readable is ever written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.intake.layout import SEALED, is_sealed
from linshu.engine.intake.masked import is_masked
from linshu.engine.intake.personal import mask_numbers, tokenise
from linshu.engine.intake.succession import owner
from linshu.kernel.table import Column, Kind, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake.ports import Sealer


def seal(
    sealer: Sealer,
    table: Table,
    column: Column,
    subjects: pa.ChunkedArray | None,
    values: pa.ChunkedArray,
    names: Sequence[pa.ChunkedArray] = (),
) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Token, index and mask of each value, sealed for the person named beside it; without one a value is its own.

    `names` is what the rows call whoever holds a place that is held in turn.
    """
    texts = values.cast(pa.string())
    if subjects is None:
        owners = pa.chunked_array([pa.nulls(len(texts), pa.string())])
    else:
        owners = pc.binary_join_element_wise(subject_kind(table, column), subjects.cast(pa.string()), ":")
    hidden = is_masked(texts)
    # What its source masked already is no phone and no name: it is kept as the mask it is, and finds nobody.
    some = pc.any(hidden).as_py()
    plain = pc.if_else(hidden, pa.scalar(None, pa.string()), texts) if some else texts
    if column.in_turn:
        owners = _in_turn(sealer, owners, plain, names)
    made = sealer.seal_column(table.name, column.name, owners, plain)
    if not some:
        return made
    kept = pc.if_else(hidden, mask_numbers(texts), made[2])
    return made[0], made[1], kept.combine_chunks() if isinstance(kept, pa.ChunkedArray) else kept


def _in_turn(
    sealer: Sealer, owners: pa.ChunkedArray, numbers: pa.ChunkedArray, names: Sequence[pa.ChunkedArray]
) -> pa.ChunkedArray:
    """The owners, with whoever follows an erased person as an owner of their own."""
    if not any(sealer.is_erased(each) for each in pc.unique(owners).to_pylist() if each):
        return owners
    said = zip(*(each.to_pylist() for each in (numbers, *names)), strict=True)
    digests = ([sealer.index(word) if word else "" for word in row] for row in said)
    made = [
        whose and owner(whose, number, called, sealer.is_erased)
        for whose, (number, *called) in zip(owners.to_pylist(), digests, strict=True)
    ]
    return pa.chunked_array([pa.array(made, pa.string())])


def names_in_turn(table: Table, column: Column) -> tuple[str, ...]:
    """The columns that name whoever a column held in turn is about."""
    others = (each for each in table.columns if each.in_turn and not is_sealed(each))
    return tuple(each.name for each in others) if column.in_turn else ()


def subject_kind(table: Table, column: Column) -> str:
    """What kind of person a sensitive column belongs to: `member` where its subject is a member's id."""
    return table.column(column.subject).references.partition(".")[0] or table.name


def seal_rows(sealer: Sealer, table: Table, rows: pa.Table) -> pa.Table:
    """Rows that carry the standard's own columns, sealed: ids tokenised, sensitive columns sealed, free text masked."""
    ids = set(table.key) | {column.name for column in table.columns if column.references} | {"source_id"}
    for column in table.columns:
        if column.name not in rows.column_names or column.kind not in (Kind.TEXT, Kind.JSON):
            continue
        if column.choices or is_sealed(column):
            continue
        values = rows[column.name]
        clean = tokenise(values, sealer) if column.name in ids else mask_numbers(values)
        rows = _replace(rows, column.name, clean)
    if "source_id" in rows.column_names:
        rows = _replace(rows, "source_id", tokenise(rows["source_id"], sealer))
    for column in filter(is_sealed, table.columns):
        if column.name in rows.column_names and column.name + SEALED[1] not in rows.column_names:
            rows = _seal_one(sealer, table, column, rows)
    return rows


def _seal_one(sealer: Sealer, table: Table, column: Column, rows: pa.Table) -> pa.Table:
    subjects = rows[column.subject] if column.subject in rows.column_names else None
    names = [rows[name].cast(pa.string()) for name in names_in_turn(table, column) if name in rows.column_names]
    made = seal(sealer, table, column, subjects, rows[column.name], names)
    at = rows.column_names.index(column.name)
    rows = rows.remove_column(at)
    for ending, values in zip(SEALED, made, strict=True):
        rows = rows.append_column(column.name + ending, values)
    return rows


def _replace(rows: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return rows if rows[name] is values else rows.set_column(rows.column_names.index(name), name, values)
