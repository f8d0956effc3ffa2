"""A large model is built slice by slice of its keys, so that no join and no window has to hold all of it at once.

That a SELECT may be narrowed to some keys is what its incremental rule says; a slice is all keys of one range. Ranges
follow the order of the keys, and rows mostly stand in it, so that a slice reads little more than its own rows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from linshu.engine.warehouse import increment as touching
from linshu.engine.warehouse.checks import only_rows, stored

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.graph import Graph
    from linshu.engine.warehouse.model import Increment, Model

SLICE_ROWS = 5_000_000  # about as many rows of the largest table that carries the key make a slice
SAMPLED = 10_000  # keys looked at to find where slices end


def ranges(session: Session, model: Model, graph: Graph) -> tuple[str, ...]:
    """Conditions on the key of which every row meets one; none when the model is small, or knows no keys."""
    rule = model.increment
    if rule is None or not rule.sources:
        return ()
    rows = max(_count(session, f"std.{source.table}") for source in rule.sources)
    wanted = rows // SLICE_ROWS + 1
    return _between(rule.key[0], _ends(session, model, rule, graph, wanted)) if wanted > 1 else ()


def build(session: Session, model: Model, graph: Graph, conditions: tuple[str, ...]) -> int:
    """Put the model's rows in the place of its table, one range of keys after the other; how many there are."""
    rule, table = model.increment, f"mart.{model.name}"
    assert rule is not None
    session.build(table, f"SELECT * FROM (\n{model.select}\n) LIMIT 0")
    tables = touching.narrowable(model, rule, graph)
    rows = 0
    for condition in conditions:
        # Narrowing only saves work; that nothing else comes in is said once more.
        narrowed = only_rows(model.select, tables, condition, model.place)
        rows += session.execute(f"INSERT INTO {table} BY NAME SELECT * FROM ({narrowed}) WHERE {condition}")
    return rows


def _between(key: str, ends: list[str]) -> tuple[str, ...]:
    if not ends:
        return ()
    quoted = ["'" + end.replace("'", "''") + "'" for end in ends]
    middle = [f"{key} >= {low} AND {key} < {high}" for low, high in pairwise(quoted)]
    return (f"{key} < {quoted[0]}", *middle, f"{key} >= {quoted[-1]}", f"{key} IS NULL")


def _ends(session: Session, model: Model, rule: Increment, graph: Graph, wanted: int) -> list[str]:
    """Keys that cut a sample of the tables that carry them into so many equal parts; only texts are cut."""
    key = rule.key[0]
    found: list[str] = []
    for name in sorted(touching.narrowable(model, rule, graph)):
        sample = session.query(
            f"SELECT {key} AS key FROM (SELECT {key} FROM {stored(name)} WHERE {key} IS NOT NULL)"
            f" USING SAMPLE reservoir({SAMPLED} ROWS) REPEATABLE (1)"
        )["key"].to_pylist()
        found += [each for each in sample if isinstance(each, str)]
    found.sort()
    return sorted({found[len(found) * part // wanted] for part in range(1, wanted)}) if found else []


def _count(session: Session, table: str) -> int:
    return int(session.query(f"SELECT count(*) AS rows FROM {table}")["rows"][0].as_py())
