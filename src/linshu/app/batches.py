"""The books of batches as answers, for commands, Python and the HTTP API."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.app.answer import Answer
from linshu.engine.intake.batches import Wanted
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.intake.withdrawal import Effect
    from linshu.engine.shell.desk import Desk

SHOWN = (
    "landing_id", "received_at", "brought_by", "file_name", "source", "mapping_name", "form", "mends", "status",
    "undoes", "why", "rows_in", "good", "bad", "waiting", "unchanged", "open_rows", "waiting_rows", "tables",
)  # fmt: skip


def listed(desk: Desk, *, start: date | str | None = None, end: date | str | None = None, **asked: Any) -> Answer:
    """The batches that are wanted, newest first unless told otherwise; `meta["total"]` counts all that fit."""
    rows, total = desk.batches(Wanted(start=_day(start), end=_day(end), **asked))
    return Answer(rows.select(SHOWN), {"total": total})


def shown(desk: Desk, landing_id: str) -> Answer:
    """One batch: its counts by table as rows, all else in the meta."""
    found = desk.batch(landing_id)
    counts = found.pop("by_table")
    notes = [{"zh": each.zh, "en": each.en} for each in found.pop("notes")]
    return Answer.of(({"table": name, **asdict(count)} for name, count in counts.items()), **found, notes=notes)


def effects(found: Iterable[Effect], *, applied: bool) -> Answer:
    """What taking a batch back does, table by table."""
    rows = [asdict(each) for each in found]
    gone, back = sum(row["gone"] for row in rows), sum(row["back"] for row in rows)
    said = Text(
        f"{gone:,} 行{'已' if applied else '将'}去掉，{back:,} 行{'已' if applied else '将'}变回原来的样子。",
        f"{gone:,} rows {'went' if applied else 'would go'}, {back:,} {'are' if applied else 'would be'} again what others say.",
    )
    return Answer.of(rows, applied=applied, note={"zh": said.zh, "en": said.en})


def _day(said: date | str | None) -> date | None:
    if not said or isinstance(said, date):
        return said or None
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise Misused(
            Text(f"看不懂日期 {said}", f"{said} is not a date"), mend=Text("写作 2026-10-01", "Write it as 2026-10-01")
        ) from error
