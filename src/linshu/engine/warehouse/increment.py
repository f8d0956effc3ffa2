"""Rebuilding only the keys that changed: which they are, and the model's SELECT narrowed down to them.

The result equals a full rebuild: a row that moved from one key to another touches both, a tombstone touches its key,
and a changed row of another model touches the keys that carried its value before or carry it now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.warehouse.checks import only_keys, put_in_place
from linshu.engine.warehouse.lineage import DIALECT, outer_tables, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.graph import Graph
    from linshu.engine.warehouse.landed import Landings
    from linshu.engine.warehouse.model import Increment, Model, Source, Via


def covers(increment: Increment, changed_tables: set[str], changed_models: set[str], deltas: set[str]) -> bool:
    """Whether the rule accounts for every input that changed; else only a full rebuild is right."""
    through = {via.source for via in increment.via} | set(increment.changed)
    tables = {f"std.{name}" for name in through | {source.table for source in increment.sources}}
    return changed_tables <= tables and changed_models <= (through & deltas)


def touched_keys(model: Model, increment: Increment, landings: Landings, watermark: int, changed: set[str]) -> str:
    """A SELECT of the keys to recompute, given what changed ("std.orders", or a model with a delta)."""
    return " UNION ".join(_touching(model, increment, landings, watermark, changed))


def _touching(
    model: Model, increment: Increment, landings: Landings, watermark: int, changed: set[str]
) -> Iterator[str]:
    keys = increment.keys
    for source in increment.sources:
        table = f"std.{source.table}"
        if table not in changed:
            continue
        fresh = landings.rows_since(watermark)
        yield f"SELECT {keys} FROM {table} WHERE {fresh}"
        if source.row:
            moved = f"SELECT {source.row} FROM {table} WHERE {fresh}"
            yield f"SELECT {keys} FROM {places(model, source)} WHERE {source.row} IN ({moved})"
    for via in increment.via:
        values = _changed_values(via, landings, watermark, changed)
        if values and (via.anchor,) == increment.key:
            yield f"SELECT {via.column} AS {keys} FROM ({values})"
        elif values:
            yield f"SELECT {keys} FROM std.{increment.sources[0].table} WHERE {via.anchor} IN ({values})"
    if increment.touched and changed & {f"std.{name}" for name in increment.changed} | changed & set(increment.changed):
        yield f"SELECT {keys} FROM ({_further(model, increment, landings, watermark, changed)})"


def _further(model: Model, increment: Increment, landings: Landings, watermark: int, changed: set[str]) -> str:
    """The rule's own SELECT, with the rows that changed put in the place of `changed.x`."""
    tree = parsed(increment.touched, model.place)
    for table in outer_tables(tree):
        name = table.name
        if table.db != "changed":
            continue
        if f"std.{name}" in changed:
            put_in_place(table, f"SELECT * FROM std.{name} WHERE {landings.rows_since(watermark)}")
        elif name in changed:
            put_in_place(table, f"SELECT * FROM {delta(name)}")
        else:
            home = "std" if name in landings.tables else "mart"
            put_in_place(table, f"SELECT * FROM {home}.{name} WHERE FALSE")
    return tree.sql(dialect=DIALECT)


def _changed_values(via: Via, landings: Landings, watermark: int, changed: set[str]) -> str:
    table = f"std.{via.source}"
    if table in changed:
        return f"SELECT {via.column} FROM {table} WHERE {landings.rows_since(watermark)}"
    if via.source in changed:
        return f"SELECT {via.column} FROM {delta(via.source)}"
    return ""


def narrowed(model: Model, increment: Increment, graph: Graph, touched: str) -> str:
    """The model's SELECT over the touched keys only; tables that do not carry the key are read whole."""
    return only_keys(model.select, narrowable(model, increment, graph), increment.key, touched, model.place)


def narrowable(model: Model, increment: Increment, graph: Graph) -> frozenset[str]:
    """What the model reads that carries its key, and so can be read for some keys only."""
    tables = frozenset(f"std.{source.table}" for source in increment.sources)
    names = graph.views_onto(model.name, tables)
    names |= {via.source for via in increment.via if (via.anchor,) == (via.column,) == increment.key}
    names |= set(increment.narrow)
    return frozenset(names & set(model.reads))


def delta(name: str) -> str:
    """The temporary table of the rows of a model that this build changed, as they were and as they are."""
    return f"temp.delta_{name}"


def places(model: Model, source: Source) -> str:
    """The table that remembers at which key each row of a source stood at the last build."""
    return f"meta.places_{model.name}_{source.table}"


def remember_places(session: Session, model: Model, increment: Increment) -> None:
    """After a full rebuild: note the key of every row that could move."""
    for source in increment.sources:
        if source.row:
            session.build(places(model, source), f"SELECT {source.row}, {increment.keys} FROM std.{source.table}")


def move_places(session: Session, model: Model, increment: Increment, landings: Landings, watermark: int) -> None:
    """After an update: note the new key of the rows that landed."""
    for source in increment.sources:
        if not source.row:
            continue
        table, noted = f"std.{source.table}", places(model, source)
        fresh = landings.rows_since(watermark)
        session.execute(f"DELETE FROM {noted} WHERE {source.row} IN (SELECT {source.row} FROM {table} WHERE {fresh})")
        session.execute(f"INSERT INTO {noted} SELECT {source.row}, {increment.keys} FROM {table} WHERE {fresh}")
