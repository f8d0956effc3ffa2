"""Simulated columns as compact arrays, and how they become rows of the data standard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from linshu.kernel.table import Kind
from linshu.standard import table

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max  # an instant that does not come
NONE = -1  # no such thing: an empty reference

ARROW = {
    Kind.TEXT: pa.string(), Kind.JSON: pa.string(), Kind.BOOL: pa.bool_(), Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("us", tz="UTC"), Kind.DEGREE: pa.float64(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numbered:
    """Keys made of a prefix and a number; a negative number is an empty reference."""

    prefix: str
    numbers: Ints

    def __len__(self) -> int:
        return len(self.numbers)

    def take(self, chosen: Any) -> Numbered:
        """The rows chosen by mask or index."""
        return Numbered(self.prefix, self.numbers[chosen])

    def arrow(self) -> pa.Array:
        """As text, such as O261123000042."""
        empty = self.numbers < 0
        digits = pc.cast(pa.array(self.numbers, mask=empty if empty.any() else None), pa.string())
        return pc.binary_join_element_wise(pa.scalar(self.prefix), digits, "")


@dataclass(frozen=True, slots=True)
class Words:
    """Texts drawn from a pool; a negative code is empty."""

    pool: pa.Array
    codes: Ints

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, chosen: Any) -> Words:
        """The rows chosen by mask or index."""
        return Words(self.pool, self.codes[chosen])

    def arrow(self) -> pa.Array:
        """As text."""
        empty = self.codes < 0
        return self.pool.take(pa.array(self.codes, mask=empty if empty.any() else None))


_MEMBERS: dict[int, pa.Array] = {}


def member_pool(count: int) -> pa.Array:
    """The keys of members; it grows in large steps, so that most days share one."""
    size = max(1 << max(count - 1, 1).bit_length(), 16_384)
    if size not in _MEMBERS:
        _MEMBERS[size] = numbered_pool("M", size, 7)
    return _MEMBERS[size]


Values = Any  # one column: an array, Numbered, Words, a list, or a constant for all rows
Columns = Mapping[str, Values]


def pool(texts: Sequence[str | None]) -> pa.Array:
    """A pool of texts to draw from; the same texts give the same pool, so that days draw from one."""
    return _pool(tuple(texts))


@lru_cache(maxsize=256)
def _pool(texts: tuple[str | None, ...]) -> pa.Array:
    return pa.array(texts, pa.string())


def numbered_pool(prefix: str, count: int, width: int) -> pa.Array:
    """The keys prefix0…0, prefix0…1, … of `width` digits, made once and drawn by index."""
    digits = pc.cast(pa.array(np.arange(count, dtype=np.int64)), pa.string())
    return pc.binary_join_element_wise(pa.scalar(prefix), pc.utf8_lpad(digits, width=width, padding="0"), "")


def take(values: Values, chosen: Any) -> Values:
    """The chosen rows of one column; a constant stays what it is."""
    if isinstance(values, Numbered | Words):
        return values.take(chosen)
    if isinstance(values, np.ndarray):
        return values[chosen]
    if isinstance(values, list | tuple):
        return np.array(values, dtype=object)[chosen]
    return values


def select(columns: Columns, chosen: Any) -> dict[str, Values]:
    """The chosen rows of all columns."""
    return {name: take(values, chosen) for name, values in columns.items()}


def length(columns: Columns) -> int:
    """How many rows the columns hold; 0 when all are constants."""
    for values in columns.values():
        if isinstance(values, np.ndarray | Numbered | Words | list | tuple | pa.Array):
            return len(values)
    return 0


def encode(name: str, columns: Columns) -> pa.Table:
    """The columns as rows of that standard table, typed as its declaration says; empty references become NULL."""
    declared = {column.name: column.kind for column in table(name).columns} | {"updated_at": Kind.INSTANT}
    rows = length(columns)
    arrays = {key: _array(declared[key], values, rows) for key, values in columns.items()}
    return pa.table(arrays)


def _array(kind: Kind, values: Values, rows: int) -> pa.Array:
    kept = ARROW.get(kind, pa.int64())
    if isinstance(values, Numbered | Words):
        return values.arrow()
    if isinstance(values, pa.Array):
        return values
    if values is None or isinstance(values, str | int | float | bool):
        return pa.repeat(pa.scalar(values, kept), rows)
    if kind in {Kind.INSTANT, Kind.DATE}:
        return _moments(kind, np.asarray(values, dtype=np.int64), kept)
    if isinstance(values, np.ndarray) and kept == pa.int64():
        empty = np.isnan(values) if values.dtype.kind == "f" else values == NEVER
        return pa.array(np.where(empty, 0, values).astype(np.int64), mask=empty if empty.any() else None)
    return pa.array(values, kept, from_pandas=True)  # NaN is no number: an unknown place is empty


def _moments(kind: Kind, values: Ints, kept: pa.DataType) -> pa.Array:
    """Seconds as instants, day numbers as dates; what is negative or never comes is empty."""
    empty = (values < 0) | (values == NEVER)
    mask = empty if empty.any() else None
    plain = np.where(empty, 0, values)
    if kind is Kind.INSTANT:
        return pa.array(plain * 1_000_000, pa.int64(), mask=mask).cast(kept)
    return pa.array(plain.astype(np.int32), pa.int32(), mask=mask).cast(kept)
