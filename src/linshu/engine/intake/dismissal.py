"""Rows that nobody will mend: said so by a person with a reason, landed like everything else, and taken back the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake import landing as l
from linshu.engine.intake import quoting as q
from linshu.engine.intake.layout import parent_of
from linshu.engine.intake.registry import DISMISSAL, QUARANTINE
from linshu.engine.intake.stage import read_parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Table

STEM = "dismissal"  # of the parts that say it
SCHEMA = pa.schema(
    [("of_landing", pa.string()), ("of_stem", pa.string()), ("of_row", pa.int64()), ("because", pa.string()), ("takes_back", pa.string())]
)  # fmt: skip


def apply(session: Session, label: l.Label, folder: Path, tables: Mapping[str, Table]) -> set[str]:
    """Let the books say what the batch says; the tables for whose rows those taken back wait."""
    said = read_parts(l.parts(folder)[STEM])
    session.execute(
        f"""UPDATE {QUARANTINE} SET status = 'dismissed', settled_by = {q.text(label.landing_id)}
        FROM {said} AS s WHERE s.takes_back IS NULL AND {QUARANTINE}.landing_id = s.of_landing
            AND {QUARANTINE}.landing_row = s.of_row AND s.of_stem IN ('', {QUARANTINE}.table_name)
            AND {QUARANTINE}.status IN ('open', 'waiting')"""
    )
    session.execute(
        f"""INSERT INTO {DISMISSAL} SELECT {q.text(label.landing_id)}, {q.text(label.brought_by)}, any_value(because),
            TIMESTAMPTZ {q.text(label.received_at)}, count(*), false
        FROM {said} WHERE takes_back IS NULL HAVING count(*) > 0"""
    )
    back = f"{QUARANTINE}.status = 'dismissed' AND {QUARANTINE}.settled_by IN (SELECT takes_back FROM {said})"
    waits = session.query(
        f"SELECT DISTINCT table_name AS name FROM {QUARANTINE} WHERE {back} AND code = 'parent_missing'"
    )
    session.execute(
        f"""UPDATE {QUARANTINE} SET settled_by = NULL,
            status = CASE code WHEN 'parent_missing' THEN 'waiting' ELSE 'open' END WHERE {back}"""
    )
    session.execute(f"UPDATE {DISMISSAL} SET taken_back = true WHERE landing_id IN (SELECT takes_back FROM {said})")
    return {parent_of(tables[name]) for name in waits["name"].to_pylist() if name in tables}
