"""A large model is built slice by slice of its keys, so that no join and no window has to hold all of it at once.

That a SELECT may be narrowed to some keys is what its incremental rule says; a slice is all keys of one range, and every
key, or none at all, lies in one range. Ranges follow the order of the keys, and rows mostly stand in it, so that a slice
reads little more than its own rows.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from linshu.engine.warehouse import increment as touching
from linshu.engine.warehouse.checks import only_rows

if TYPE_CHECKING:
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.graph import Graph
    from linshu.engine.warehouse.model import Increment, Model

SLICE_ROWS = 5_000_000  # about as many rows of the largest table that carries the key make a slice
SAMPLED = 10_000  # keys looked at to find where slices end


def selects(session: Session, model: Model, graph: Graph) -> tuple[str, ...]:
    """What gives the model's rows: its SELECT, or if it is large the same of one range of keys after the other."""
    rule = model.increment
    conditions = _between(rule.key[0], _ends(session, rule)) if rule and (rule.sources or rule.cut) else ()
    if rule is None or not conditions:
        return (f"\n{model.select}",)
    session.execute(f"SELECT * FROM (\n{model.select}\n) LIMIT 0")  # so that a mistake is told with its line
    tables = touching.narrowable(model, rule, graph)
    # Narrowing only saves work; that nothing else comes in is said once more.
    return tuple(
        f"SELECT * FROM ({only_rows(model.select, tables, condition, model.place)}) WHERE {condition}"
        for condition in conditions
    )


def _between(key: str, ends: list[str]) -> tuple[str, ...]:
    """Conditions of which every row meets exactly one; none when there is nothing to cut."""
    if not ends:
        return ()
    quoted = ["'" + end.replace("'", "''") + "'" for end in ends]
    middle = (f"{key} >= {low} AND {key} < {high}" for low, high in pairwise(quoted))
    return (f"{key} < {quoted[0]}", *middle, f"{key} >= {quoted[-1]}", f"{key} IS NULL")


def _ends(session: Session, rule: Increment) -> list[str]:
    """Keys that cut a sample of the largest table that carries them into parts of a slice each; only texts are cut."""
    carrying = [rule.cut] if rule.cut else [f"std.{each.table}" for each in rule.sources]
    rows, table = max((_count(session, each), each) for each in carrying)
    wanted = rows // SLICE_ROWS + 1
    if wanted == 1:
        return []
    sample = session.query(
        f"SELECT key FROM (SELECT {rule.key[0]} AS key FROM {table}) USING SAMPLE reservoir({SAMPLED} ROWS) REPEATABLE (1)"
    )["key"].to_pylist()
    found = sorted(each for each in sample if isinstance(each, str))
    return sorted({found[len(found) * part // wanted] for part in range(1, wanted)}) if found else []


def _count(session: Session, table: str) -> int:
    return int(session.query(f"SELECT count(*) AS rows FROM {table}")["rows"][0].as_py())
