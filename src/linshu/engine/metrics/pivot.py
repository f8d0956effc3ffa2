"""One key of an answer turned into columns: `gmv@wx`, `gmv@tb`, after every figure has been computed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from linshu.engine.metrics.filters import UNKNOWN
from linshu.engine.metrics.result import KEYS, Column
from linshu.engine.metrics.shapes import REST
from linshu.kernel.errors import Misused
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Dimension
    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.result import Result

MOST_COLUMNS = 120
Row = tuple[Any, ...]
_YES = {"true": Text("是", "Yes"), "false": Text("否", "No")}


def pivoted(result: Result, query: Query, catalog: Catalog) -> Result:
    """The same figures with one column per value of `query.pivot`; empty where that group has no row.

    Values stand in the order in which they first appear (time by time, the best groups first), and rows too; `limit`
    counts rows after the turn.
    """
    label = f"{query.pivot}_name"
    kept = [one for one in result.columns if one.role in KEYS and one.name not in (query.pivot, label)]
    figures = [one for one in result.columns if one.role not in KEYS]
    values: dict[str, Text] = {}
    cells: dict[Row, dict[str, dict[str, Any]]] = {}
    for row in result.rows():
        value = row[query.pivot]
        values.setdefault(value, _title(query, catalog, value, row.get(label)))
        cells.setdefault(tuple(row[one.name] for one in kept), {})[value] = row
    _check(len(values), len(figures), query.pivot)
    order = sorted(values) if query.grain and query.pivot == query.grain.value else list(values)
    rows = list(cells)[: query.limit]
    columns, arrays = [*kept], [pa.array([row[at] for row in rows], pa.string()) for at in range(len(kept))]
    for figure in figures:
        for value in order:
            columns.append(_column(figure, value, values[value]))
            found = [cells[row].get(value, {}).get(figure.name) for row in rows]
            arrays.append(pa.array(found, result.table.schema.field(figure.name).type))
    table = pa.table(arrays, names=[one.name for one in columns]) if arrays else pa.table({})
    return replace(result, table=table, columns=tuple(columns))


def _column(figure: Column, value: str, title: Text) -> Column:
    titled = Text(f"{figure.title.zh} · {title.zh}", f"{figure.title.en} · {title.en}")
    return replace(figure, name=f"{figure.name}@{value}", title=titled)


def _title(query: Query, catalog: Catalog, value: str, label: str | None) -> Text:
    """How people call a value of the turned key; times keep their name."""
    timed = query.grain and query.pivot == query.grain.value
    return Text(value, value) if timed else value_title(catalog.dimension(query.pivot), value, label)


def value_title(dimension: Dimension, value: str, label: str | None = None) -> Text:
    """How people call a value of a dimension: its name, a choice's title, yes or no."""
    for word in (UNKNOWN, REST):
        if value == word.zh:
            return word
    for choice in dimension.choices:
        if choice.value == value:
            return choice.title
    if dimension.kind is Kind.BOOL and value in _YES:
        return _YES[value]
    shown = value if label in (None, UNKNOWN.zh) else label
    return Text(shown, shown)


def _check(values: int, figures: int, name: str) -> None:
    if values * figures > MOST_COLUMNS:
        raise Misused(
            Text(
                f"{name} 有 {values} 个值，转成列会有 {values * figures} 列，最多 {MOST_COLUMNS} 列",
                f"{name} has {values} values, which would make {values * figures} columns; {MOST_COLUMNS} at most",
            ),
            mend=Text(
                "请用更粗的粒度、--where 筛选、--top N 只留前几名，或少选指标",
                "Use a coarser grain, a filter, --top N to keep the best, or fewer metrics",
            ),
        )
