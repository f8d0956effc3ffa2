"""The history of checks outlives the warehouse: every change of one is a line of a file that is only added to.

What was broken last week cannot be told from what landed, since it also hung on the SQL of that day; so a warehouse made
anew reads its past from here. A line half written by a kill is passed over, and its change is written again.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from linshu.engine.warehouse import ledger

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.warehouse.engine import Warehouse

Change = tuple[str, str, str, int]  # when (ISO, UTC), model, rule, rows that break it from then on


def read_in(warehouse: Warehouse, path: Path) -> None:
    """Give a warehouse that knows of no change those of the file."""
    known = _kept(path)
    if not known or _noted(warehouse):
        return
    with warehouse.transaction() as session:
        session.execute(ledger.LOG_TABLE)
        for when, model, rule, rows in known:
            session.execute(
                f"INSERT INTO {ledger.LOG} VALUES ($1, $2, $3, $4)", [datetime.fromisoformat(when), model, rule, rows]
            )


def write_out(warehouse: Warehouse, path: Path) -> None:
    """Add the changes that the file does not hold yet."""
    known = set(_kept(path))
    fresh = [one for one in _noted(warehouse) if one not in known]
    if not fresh:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in fresh)
    with path.open("a+b") as file:
        if file.tell() and not _ends_whole(path):
            lines = "\n" + lines
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def _noted(warehouse: Warehouse) -> list[Change]:
    if ledger.LOG.removeprefix("meta.") not in warehouse.tables("meta"):
        return []
    rows = warehouse.query(f"SELECT changed_at, model, rule, failing_rows FROM {ledger.LOG} ORDER BY ALL").to_pylist()
    return [(r["changed_at"].astimezone(UTC).isoformat(), r["model"], r["rule"], r["failing_rows"]) for r in rows]


def _kept(path: Path) -> list[Change]:
    if not path.is_file():
        return []
    found: list[Change] = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            when, model, rule, rows = json.loads(line)
        except ValueError:
            continue
        found.append((str(when), str(model), str(rule), int(rows)))
    return found


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
