"""A filter on a value that does not exist finds nothing: where nothing was found, that is said, with the nearest value."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from linshu.engine.metrics.filters import is_unknown
from linshu.engine.metrics.query import EVERYTHING
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Dimension
    from linshu.engine.metrics.query import Query
    from linshu.engine.warehouse.engine import Warehouse

MOST_NAMES = 20_000  # of a dimension that are looked through for the nearest


def strangers(warehouse: Warehouse, query: Query, catalog: Catalog, answer: pa.Table) -> tuple[Text, ...]:
    """One sentence for each value asked for that its dimension does not know, where the answer is empty.

    A viewer with a row scope is told nothing: what exists beyond it is not theirs to learn.
    """
    if not query.where or query.scope != EVERYTHING or not _is_empty(query, answer):
        return ()
    asked = [(catalog.dimensions.get(one.dimension), one.values) for one in query.where if one.operator == "in"]
    return tuple(
        _said(dimension, str(value), names)
        for dimension, values in asked
        if dimension
        for value, names in _not_there(warehouse, dimension, [one for one in values if not is_unknown(one)])
    )


def _is_empty(query: Query, answer: pa.Table) -> bool:
    figures = [answer[name] for name in query.metrics if name in answer.column_names]
    return answer.num_rows == 0 or (answer.num_rows == 1 and not any(one[0].as_py() for one in figures))


def _not_there(warehouse: Warehouse, dimension: Dimension, values: list[object]) -> Iterator[tuple[object, list[str]]]:
    """The values that are neither key nor name in the dimension, each with the names there are."""
    if dimension.kind is not Kind.TEXT:
        return
    known = {text for one in dimension.choices for text in (one.value, one.title.zh, one.title.en)}
    if dimension.choices:
        names = [text for one in dimension.choices for text in (one.value, one.title.zh)]
    elif dimension.table:
        shown = dimension.label or dimension.key
        rows = warehouse.query(
            f"SELECT CAST({dimension.key} AS VARCHAR) AS k, CAST({shown} AS VARCHAR) AS n FROM {dimension.table}"
            f" LIMIT {MOST_NAMES + 1}"
        )
        if rows.num_rows > MOST_NAMES:
            return
        names = [one for column in ("n", "k") for one in rows[column].to_pylist() if one]
    else:
        return
    known |= set(names)
    for value in values:
        if str(value) not in known:
            yield value, names


def _said(dimension: Dimension, value: str, names: list[str]) -> Text:
    near = list(dict.fromkeys(get_close_matches(value, names, n=3, cutoff=0.4)))
    zh, en = (f"，最接近的是{'、'.join(near)}", f"; the nearest: {', '.join(near)}") if near else ("", "")
    return Text(f"{dimension.title.zh}里没有“{value}”{zh}", f"there is no {dimension.title.en.lower()} “{value}”{en}")
