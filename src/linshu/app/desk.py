"""The desk where data comes in, for the pages of the running server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.intake import batches
from linshu.engine.intake import landing as l
from linshu.kernel.errors import LinshuError, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from linshu.app.bringing import Bringing
    from linshu.app.project import Project
    from linshu.engine.warehouse.engine import Warehouse

MOST_PROBLEMS = 100
MOST_ASIDE = 50


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """The desk of the process that owns the data."""

    project: Project
    warehouse: Warehouse
    bringing: Callable[[], Bringing]

    def batches(self, wanted: batches.Wanted) -> tuple[pa.Table, int]:
        """A page of the batches, and how many there are in all."""
        return batches.listed(self.warehouse, wanted, self.project.settings.company.time_zone)

    def batch(self, landing_id: str) -> dict[str, Any]:
        """One batch: its books, counts by table, notes on reading, problems and lines left aside; Missing for none."""
        found = batches.one(self.warehouse, landing_id)
        if found is None:
            raise Missing(
                Text(f"没有批次 {landing_id}", f"there is no batch {landing_id}"),
                mend=Text("用 linshu batch list 查看。", "See them with linshu batch list."),
            )
        intake = self.bringing().intake
        problems, aside = intake.problems(landing_id), intake.not_data(landing_id)
        return {
            **found,
            "notes": self._notes(landing_id),
            "problems": problems.slice(0, MOST_PROBLEMS).to_pylist(),
            "problem_count": problems.num_rows,
            "aside": aside.slice(0, MOST_ASIDE).to_pylist(),
            "aside_count": aside.num_rows,
        }

    def _notes(self, landing_id: str) -> list[Text]:
        """What was found out about the batch's file, as its label keeps it."""
        try:
            label = l.label_of(self.project.landing / landing_id)
        except LinshuError:  # its parts may be gone or damaged; the books still stand
            return []
        return [Text(zh, en) for zh, en in label.notes]
