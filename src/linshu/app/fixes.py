"""What a person mends of a file before it is imported: cells one by one, and rules over whole columns."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from linshu.engine.intake import repair
from linshu.engine.intake.incoming import Incoming
from linshu.engine.intake.quarantine import WHICH

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.intake import Intake, Receipt
    from linshu.engine.intake.quarantine import Sheet
    from linshu.engine.intake.repair import Repair


@dataclass(frozen=True, slots=True)
class Fixes:
    """Cells by row and column of the file, and rules."""

    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)
    rules: tuple[Repair, ...] = ()

    @classmethod
    def of(cls, rules: Sequence[Mapping[str, Any]], cells: Mapping[tuple[int, str], str]) -> Fixes:
        """The mends as a page says them; Misused when a rule makes no sense."""
        made = (repair.parse(repair.node_of(rule, "rule"), f"{number}") for number, rule in enumerate(rules, 1))
        return cls(cells, tuple(made))

    def __bool__(self) -> bool:
        return bool(self.cells or self.rules)


def mend_batch(intake: Intake, landing_id: str, fixes: Fixes, by: str = "") -> list[Receipt]:
    """Bring the mended rows of a batch in again, as batches of their own; what landed stays as it came."""
    if not fixes:
        return []
    problems = [each for each in intake.problems(landing_id).to_pylist() if each["status"] == "open"]
    back = [_back(sheet, problems, fixes) for sheet in intake.sheets(landing_id)]
    return [receipt for each in back if each for receipt in intake.replay(each, by=by)]


def _back(sheet: Sheet, problems: Sequence[Mapping[str, Any]], fixes: Fixes) -> Incoming | None:
    """The rows of a sheet that were mended."""
    filled, touched = _filled(sheet, fixes.cells)
    by_rule, _ = repair.repaired(filled, problems, fixes.rules)
    ruled = set(by_rule[WHICH].to_pylist())
    alone = pc.is_in(filled.rows[WHICH], pa.array([each for each in touched if each not in ruled], pa.string()))
    rows = pa.concat_tables([by_rule, filled.rows.filter(alone).cast(by_rule.schema)])
    if not rows.num_rows:
        return None
    digest = hashlib.sha256(repr(rows.to_pylist()).encode()).hexdigest()
    return Incoming(sheet.name, digest, 0, tuple(rows.column_names), [rows])


def _filled(sheet: Sheet, cells: Mapping[tuple[int, str], str]) -> tuple[Sheet, list[str]]:
    """The sheet with single cells as a person wrote them, and the rows that were touched."""
    columns = {name: sheet.rows[name].to_pylist() for name in sheet.rows.column_names}
    touched = []
    for at, mark in enumerate(columns[WHICH]):
        row = int(mark.rpartition(":")[2])
        mine = {name: text for (number, name), text in cells.items() if number == row and name in columns}
        for name, text in mine.items():
            columns[name][at] = text
        touched += [mark] if mine else []
    made = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return replace(sheet, rows=made), touched
