"""How data comes into this project: through its connectors and mappings, sealed by its vault, into its warehouse."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from linshu.app.answer import Answer
from linshu.engine.intake import Intake
from linshu.engine.vault import Vault
from linshu.standard import STANDARD_VERSION, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.app.project import Project
    from linshu.app.shop import Watch
    from linshu.engine.intake import Progress, Receipt, Watcher
    from linshu.engine.warehouse.duck import DuckWarehouse

PHASES = {"hash": 0.1, "land": 0.5, "merge": 1.0}  # where on the bar each phase ends


class Bringing:
    """The imports of one project."""

    def __init__(self, project: Project, warehouse: DuckWarehouse) -> None:
        self.project = project
        self.vault = Vault.open(project.vault, project.key(create=not Vault.exists(project.vault)))
        self.intake = Intake(
            project.landing,
            warehouse,
            self.vault,
            TABLES,
            standard_version=STANDARD_VERSION,
            company_day=project.settings.company_day,
        )

    def resume(self) -> Answer:
        """Merge what landed and was not merged before a kill."""
        return told(self.intake.resume())

    def close(self) -> None:
        """Let go of the keys."""
        self.vault.close()


def watcher(watch: Watch | None) -> Watcher:
    """An import's progress as one bar from 0 to 1, with rows, rows a second and the time left in words."""
    ends = list(PHASES.items())

    def tell(at: Progress) -> None:
        if watch is None:
            return
        position = next((index for index, (phase, _) in enumerate(ends) if phase == at.phase), len(ends) - 1)
        begin = ends[position - 1][1] if position else 0.0
        left = "" if at.seconds_left is None else f" · {at.seconds_left:.0f} s"
        words = f"{at.phase} {at.rows:,} · {at.rows_per_second:,.0f}/s{left}"
        watch(begin + (ends[position][1] - begin) * at.fraction, words)

    return tell


def told(receipts: Iterable[Receipt]) -> Answer:
    """What imports did: table by table over all batches, and batch by batch in the meta."""
    listed = list(receipts)
    counts: dict[str, dict[str, int]] = {}
    for name, count in ((name, count) for one in listed for name, count in one.by_table.items()):
        table = counts.setdefault(name, {})
        for what, number in asdict(count).items():
            table[what] = table.get(what, 0) + number
    batches = [
        {
            "landing_id": one.landing_id, "rows_in": one.rows_in, "good": one.good, "bad": one.bad,
            "waiting": one.waiting, "unchanged": one.unchanged, "already_known": one.already_known,
        }
        for one in listed
    ]  # fmt: skip
    rows = [{"table": name, **counts[name]} for name in sorted(counts)]
    return Answer.of(rows, batches=batches, note=_note(listed))


def _note(receipts: list[Receipt]) -> dict[str, str]:
    if not receipts:
        return {"zh": "没有新的批次。", "en": "No new batch."}
    if len(receipts) == 1:
        return {"zh": receipts[0].summary.zh, "en": receipts[0].summary.en}
    rows, bad = sum(one.rows_in for one in receipts), sum(one.bad for one in receipts)
    return {
        "zh": f"{len(receipts)} 个批次，共 {rows:,} 行，其中 {bad:,} 行有问题。",
        "en": f"{len(receipts)} batches, {rows:,} rows, {bad:,} of them with problems.",
    }
