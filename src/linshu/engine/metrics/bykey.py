"""What is kept of each day by the keys of a dimension: few bytes a key and day, in numbers that stand for keys."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.metrics.lines import Lines
from linshu.engine.metrics.reckon import Beyond

if TYPE_CHECKING:
    from linshu.engine.metrics.declare import Dimension
    from linshu.engine.warehouse.engine import Session

MOST_KEYS = 2**16  # of more, figures are asked for as ever
ROOM = 64 * 2**20  # bytes that all days together may take
WIDEST = 96 * 2**10  # and one of them
REACH = 31  # days more than needed that are asked for at most: their rows come with the keys written out
FORMS = 256


@dataclass(eq=False)
class Keys:
    """Numbers for the keys of a dimension, given as they are met and for good."""

    names: list[str | None] = field(default_factory=list)
    _numbers: dict[str | None, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def numbers(self, keys: pa.ChunkedArray) -> pa.Array:
        """The number of each; `Beyond` where there are too many."""
        pool = pa.system_memory_pool()  # Arrow's own memory would stay with each thread that ever did this
        coded = pc.dictionary_encode(keys.combine_chunks(pool), null_encoding="encode", memory_pool=pool)
        with self._lock:
            own = [self._number(name) for name in coded.dictionary.to_pylist()]
        return pa.array(np.array(own, dtype=np.uint16)[coded.indices.to_numpy()])

    def _number(self, name: str | None) -> int:
        found = self._numbers.get(name)
        if found is None:
            if len(self.names) == MOST_KEYS:
                raise Beyond
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
        return found


@dataclass(eq=False)
class ByKey:
    """The days by the keys of each dimension, and how keys are called; all of it for one version of the data."""

    lines: Lines = field(default_factory=lambda: Lines(room=ROOM, reach=REACH))
    _keys: dict[str, Keys] = field(default_factory=dict)
    _asked: OrderedDict[tuple[object, ...], int] = field(default_factory=OrderedDict)
    _given_up: OrderedDict[tuple[object, ...], int] = field(default_factory=OrderedDict)
    _labels: dict[str, tuple[int, dict[str | None, str | None]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def keys(self, dimension: str) -> Keys:
        """The numbers of a dimension's keys."""
        return self._keys.setdefault(dimension, Keys())

    def worth_it(self, form: tuple[object, ...], version: int) -> bool:
        """Whether this was asked before of this version of the data: only who asks again gains by what is kept of days."""
        with self._lock:
            before = _noted(self._asked, form, version)
            return before == version and self._given_up.get(form) != version

    def give_up(self, form: tuple[object, ...], version: int) -> None:
        """Leave this to the store for this version of the data."""
        with self._lock:
            _noted(self._given_up, form, version)

    def labels(self, dimension: Dimension, session: Session, version: int) -> dict[str | None, str | None]:
        """How each key of a dimension's table is called; `Beyond` where there are too many."""
        found = self._labels.get(dimension.name)
        if found is None or found[0] != version:
            rows = session.ask(
                f"SELECT {dimension.key} AS key, {dimension.label} AS label FROM {dimension.table} LIMIT {MOST_KEYS + 1}"
            )
            if rows.num_rows > MOST_KEYS:
                raise Beyond
            called = dict(zip(rows["key"].to_pylist(), rows["label"].to_pylist(), strict=True))
            found = self._labels[dimension.name] = version, called
        return found[1]


def _noted(versions: OrderedDict[tuple[object, ...], int], form: tuple[object, ...], version: int) -> int | None:
    """Notes a version of the data for a form; the one noted before."""
    before = versions.pop(form, None)
    versions[form] = version
    if len(versions) > FORMS:
        versions.popitem(last=False)
    return before


def numbered(rows: pa.Table, keys: Keys) -> pa.Table:
    """Rows with their keys in numbers; `Beyond` where a key is no text."""
    if rows["key"].type != pa.string():
        raise Beyond
    return rows.set_column(rows.column_names.index("key"), "key", pa.chunked_array([keys.numbers(rows["key"])]))


def narrow_enough(rows: pa.Table) -> pa.Table:
    """The days themselves; `Beyond` where they would take too much room."""
    if rows.nbytes > WIDEST * rows.num_rows:
        raise Beyond
    return rows
