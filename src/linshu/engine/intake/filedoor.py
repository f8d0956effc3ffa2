"""The door for files: what a mapping names as sensitive is sealed, ids become tokens, stray numbers are masked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.intake.columns import TOKEN, clean
from linshu.engine.intake.door import names_in_turn, seal
from linshu.engine.intake.expressions import condition
from linshu.engine.intake.incoming import same
from linshu.engine.intake.layout import ORIGIN, SEALED, Clock, is_sealed
from linshu.engine.intake.personal import mask_numbers, stood_for, tokenise
from linshu.engine.intake.reading import SYSTEM_COLUMN, Said
from linshu.kernel.company_day import CompanyDay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake.expr import Expr
    from linshu.engine.intake.mapping import Mapping
    from linshu.engine.intake.ports import Sealer
    from linshu.kernel.table import Column, Table

HIDDEN = "***"
# A column that no mapping names but whose header tells of a person is kept as a blank.
_PERSONAL_HEADER = re.compile(
    r"手机|电话|联系方式|身份证|证件号|银行卡|卡号|收货人|收件人|姓名|收货地址|详细地址|收件地址|支付宝账号|phone|mobile|id.?card|address",
    re.IGNORECASE,
)


def is_personal(heading: str) -> bool:
    """Whether a heading tells of a person."""
    return bool(_PERSONAL_HEADER.search(heading))


@dataclass(frozen=True, slots=True)
class _Sensitive:
    """One sensitive column of the standard and how the file says it."""

    table: Table
    column: Column
    value: Said
    subject: Said | None
    where: Expr | None
    names: tuple[Said, ...] = ()  # of whoever holds a place that is held in turn


class FileDoor:
    """Seals the parts of one file under one mapping; works in memory alone, so that nothing plain is ever written."""

    def __init__(self, mapping: Mapping, columns: Sequence[str], sealer: Sealer) -> None:
        """`columns` are the file's own; Invalid when the mapping names one that is missing."""
        mapping.check(columns)
        self._sealer = sealer
        self._columns = [each for each in columns if each not in mapping.drop]
        self._empty, self._tokens = mapping.file.empty, mapping.tokens
        self._sensitive = _sensitive(mapping, columns)
        self._ids, self._texts = _roles(mapping, columns)
        # No folder to spill into: what does not fit in memory fails instead of lying on disk in plain.
        self._sql = duckdb.connect(":memory:", config={"temp_directory": "", "threads": 1})

    def seal(self, rows: pa.Table, origin: pa.Table | None = None) -> pa.Table:
        """The same rows, sealed: the file's columns as they may be kept, then token, index and mask of what is sensitive.

        `origin` holds the rows these mend: what a person left as it was (a mask) keeps what was sealed the first time.
        """
        hidden = {each: self._hide(each, rows[each]) for each in self._columns}
        before = _Before(rows, origin) if origin is not None else None
        tokens = {name + TOKEN: stood_for(rows[name], self._sealer) for name in self._tokens}
        kept = pa.table({**hidden, **tokens})
        plain = pa.table({**{name: rows[name] for name in rows.column_names}, **tokens})
        sealed: dict[str, pa.Array] = {}
        for each in self._sensitive:
            values = self._evaluate(plain, each.value, each.where)
            if before:
                values = before.only_new(values, each.value.columns)
            subjects = self._evaluate(kept, each.subject) if each.subject else None
            names = [self._evaluate(plain, name, each.where) for name in each.names]
            made = seal(self._sealer, each.table, each.column, subjects, values, names)
            for ending, array in zip(SEALED, made, strict=True):
                name = f"{each.table.name}.{each.column.name}{ending}"
                sealed[name] = before.or_old(name, array, each.value.columns) if before else array
            hidden |= {name: self._mask(name, rows[name], each, made[2]) for name in self._only_sealed(each)}
        sealed |= {
            name: before.or_old(name, each, (name.removesuffix(TOKEN),)) if before else each
            for name, each in tokens.items()
        }
        if before:
            hidden = {name: before.or_old(name, values, (name,)) for name, values in hidden.items()}
            hidden[ORIGIN] = before.numbers
        return pa.table({**hidden, **sealed})

    def close(self) -> None:
        """Let go of the memory."""
        self._sql.close()

    def _hide(self, name: str, values: pa.ChunkedArray) -> pa.ChunkedArray:
        if name in self._ids:
            values = tokenise(values, self._sealer)
            return mask_numbers(values)
        if name in self._texts:
            return mask_numbers(values)
        if is_personal(name) and not any(name in each.value.columns for each in self._sensitive):
            return _blanked(values)
        return mask_numbers(values)

    def _only_sealed(self, sensitive: _Sensitive) -> list[str]:
        """The file's columns that serve this sensitive column and none that is kept readable."""
        return [
            name
            for name in sensitive.value.columns
            if name in self._columns and name not in self._ids and name not in self._texts
        ]

    def _mask(
        self, name: str, values: pa.ChunkedArray, sensitive: _Sensitive, mask: pa.Array
    ) -> pa.ChunkedArray | pa.Array:
        """A column that is the sensitive value itself keeps its mask; one that is only a part of it is blanked."""
        return mask if sensitive.value.columns == (name,) and not sensitive.where else _blanked(values)

    def _evaluate(self, rows: pa.Table, said: Said | None, where: Expr | None = None) -> pa.ChunkedArray:
        if said is None:
            return pa.chunked_array([pa.nulls(rows.num_rows, pa.string())])
        self._sql.register("door", rows)
        value = f"CASE WHEN {where.sql} THEN {said.text} END" if where else said.text
        used = (*said.columns, *(where.columns if where else ()))
        relation = clean("door", rows.column_names, used, empty=self._empty)
        made = self._sql.sql(f"SELECT CAST({value} AS VARCHAR) AS value FROM {relation}").to_arrow_table()["value"]
        self._sql.unregister("door")
        return made


class _Before:
    """Mended rows beside what they mend."""

    def __init__(self, rows: pa.Table, origin: pa.Table) -> None:
        self._origin = origin
        self._same = {name: same(rows[name], origin[name]) for name in rows.column_names if name in origin.column_names}
        self.numbers = origin[ORIGIN]

    def _unchanged(self, columns: Sequence[str]) -> pa.Array:
        known = [self._same[name] for name in columns if name in self._same]
        return pa.array(np.logical_and.reduce(known) if known else np.zeros(self._origin.num_rows, dtype=bool))

    def only_new(self, values: pa.ChunkedArray, columns: Sequence[str]) -> pa.ChunkedArray:
        """The values a person changed; what was left as its mask is not sealed again."""
        return pc.if_else(self._unchanged(columns), pa.scalar(None, pa.string()), values)

    def or_old(self, name: str, values: pa.Array, columns: Sequence[str]) -> pa.Array:
        """The new values, or the old ones where none of the columns they come from was changed."""
        if name not in self._origin.column_names:
            return values
        return pc.if_else(self._unchanged(columns), self._origin[name], values)


def _sensitive(mapping: Mapping, columns: Sequence[str]) -> tuple[_Sensitive, ...]:
    clock = Clock(CompanyDay())
    made = []
    for table in mapping.tables:
        known = table.known(columns)
        said = table.said(known, clock)
        where = condition(table.where, known.in_place()) if table.where else None
        for name, each in said.items():
            column = SYSTEM_COLUMN.get(name) or table.table.column(name)
            if is_sealed(column):
                names = tuple(said[other] for other in names_in_turn(table.table, column) if other in said)
                made.append(_Sensitive(table.table, column, each, said.get(column.subject), where, names))
    return tuple(made)


def _roles(mapping: Mapping, columns: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The file's columns that feed ids, and those that feed anything else that is kept readable."""
    clock = Clock(CompanyDay())
    ids: set[str] = set()
    texts: set[str] = set()
    for table in mapping.tables:
        known = table.known(columns)
        for asked in filter(None, (table.where, table.only)):
            texts.update(condition(asked, known.in_place()).columns)
        for name, said in table.said(known, clock).items():
            column = SYSTEM_COLUMN.get(name) or table.table.column(name)
            if is_sealed(column):
                continue
            (ids if table.is_id(name) else texts).update(said.columns)
    return frozenset(ids), frozenset(texts)


def _blanked(values: pa.ChunkedArray) -> pa.Array:
    return pa.array([None if each is None or not each.strip() else HIDDEN for each in values.to_pylist()], pa.string())
