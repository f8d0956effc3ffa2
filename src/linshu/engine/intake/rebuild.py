"""Rebuilding: everything the warehouse knows came through landing, so an empty one learns it all again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.intake import registry
from linshu.engine.intake.landing import landed
from linshu.engine.intake.meter import Meter
from linshu.engine.intake.ports import unwatched

if TYPE_CHECKING:
    from linshu.engine.intake.intake import Intake
    from linshu.engine.intake.ports import Watcher
    from linshu.engine.intake.receipt import Receipt


BOOKS = (
    registry.LANDING, registry.QUARANTINE, registry.DISMISSAL, registry.FORGOTTEN, registry.VALIDITY, registry.TOMBSTONE,
)  # fmt: skip


def rebuild(intake: Intake, *, watch: Watcher = unwatched) -> tuple[Receipt, ...]:
    """Empty the standard tables and the books, then merge every landed batch in the order it came.

    Kept up by `resume` when it is interrupted: what was not merged yet is merged then.
    """
    with intake.warehouse.transaction() as session:
        for book in BOOKS:
            session.execute(f"DELETE FROM {book}")
        for table in intake.tables:
            session.execute(f"DELETE FROM std.{table}")
    batches = landed(intake.folder)
    meter = Meter("merge", watch, expected=len(batches) or 1)
    made = []
    with intake.warehouse.bulk():
        for receipt in intake.merge_all(batches):
            made.append(receipt)
            meter.add(made[-1].rows_in, 1)
    return tuple(made)
