"""The desk where data comes in, for the pages of the running server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.app.course import LocalCourse
from linshu.app.undoing import LocalUndoing, touched
from linshu.engine.intake import batches
from linshu.engine.intake import landing as l
from linshu.kernel.errors import LinshuError, Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from linshu.app.home import Home
    from linshu.app.uploads import Receiving, Upload, Uploads
    from linshu.engine.intake.withdrawal import Effect
    from linshu.engine.shell.desk import Touched

MOST_PROBLEMS = 100
MOST_ASIDE = 50
ROWS_A_SECOND = 50_000  # merged anew, on a small machine
SECONDS_A_BATCH = 0.2


@dataclass(frozen=True, slots=True)
class LocalDesk:
    """The desk of the process that owns the data."""

    shop: Home
    uploads: Uploads
    _courses: dict[str, LocalCourse] = field(default_factory=dict)
    _undoings: dict[str, LocalUndoing] = field(default_factory=dict)

    def batches(self, wanted: batches.Wanted) -> tuple[pa.Table, int]:
        """A page of the batches, and how many there are in all."""
        return batches.listed(self.shop.warehouse, wanted, self.shop.project.settings.company.time_zone)

    def batch(self, landing_id: str) -> dict[str, Any]:
        """One batch: its books, counts by table, notes on reading, problems and lines left aside; Missing for none."""
        found = batches.one(self.shop.warehouse, landing_id)
        if found is None:
            raise Missing(
                Text(f"没有批次 {landing_id}", f"there is no batch {landing_id}"),
                mend=Text("用 linshu batch list 查看。", "See them with linshu batch list."),
            )
        intake = self.shop.bringing.intake
        problems, aside = intake.problems(landing_id), intake.not_data(landing_id)
        return {
            **found,
            "notes": self._notes(landing_id),
            "problems": problems.slice(0, MOST_PROBLEMS).to_pylist(),
            "problem_count": problems.num_rows,
            "aside": aside.slice(0, MOST_ASIDE).to_pylist(),
            "aside_count": aside.num_rows,
        }

    def effect(self, landing_id: str) -> tuple[Effect, ...]:
        """What taking a batch back would do to each table; nothing is changed."""
        return self.shop.bringing.intake.effect(landing_id)

    def seconds(self, landing_id: str) -> float:
        """How long taking a batch back may take, roughly: what it touched is merged anew."""
        touched = self.shop.bringing.intake.touched(landing_id)
        rows = self.shop.warehouse.query(
            "SELECT coalesce(sum(rows_in), 0) AS rows, count(*) AS batches FROM meta.landing"
            " WHERE status = 'merged' AND list_has_any(tables, $1)",
            [sorted(touched)],
        ).to_pylist()[0]
        return float(rows["rows"]) / ROWS_A_SECOND + float(rows["batches"]) * SECONDS_A_BATCH

    def touched(self, landing_id: str) -> Touched | None:
        """The days of the orders that stand by a batch, and the figures of those days as they are; None for none."""
        return touched(self.shop, landing_id)

    def undoing(self, landing_id: str) -> LocalUndoing:
        """The taking back of a batch, which may run already; one that was done is forgotten once the batch is back."""
        known = self._undoings.get(landing_id)
        if known and known.job.phase == "done" and self._stands(landing_id):
            self._undoings.pop(landing_id, None)
        return self._undoings.setdefault(landing_id, LocalUndoing(self.shop, landing_id))

    def _stands(self, landing_id: str) -> bool:
        found = batches.one(self.shop.warehouse, landing_id)
        return found is not None and found["status"] == "merged"

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return self.uploads.most_bytes

    def receive(self, name: str, by: str, expected: int = 0) -> Receiving:
        """Begin to take a file in; Invalid when it is announced to be too large."""
        return self.uploads.begin(name, by, expected)

    def courses(self, by: str) -> tuple[LocalCourse, ...]:
        """The files a person sent that still are here, oldest first."""
        return tuple(self._course(each) for each in self.uploads.of(by))

    def course(self, upload_id: str, by: str) -> LocalCourse:
        """One of them; Missing when it is another's, or has expired."""
        return self._course(self.uploads.find(upload_id, by))

    def drop(self, upload_id: str, by: str) -> None:
        """Throw a file away."""
        self.uploads.remove(upload_id, by)
        self._courses.pop(upload_id, None)

    def _course(self, upload: Upload) -> LocalCourse:
        for late in set(self._courses) - self.uploads.ids():
            self._courses.pop(late, None)
        return self._courses.setdefault(upload.upload_id, LocalCourse(self.shop, self.uploads, upload))

    def _notes(self, landing_id: str) -> list[Text]:
        """What was found out about the batch's file, as its label keeps it."""
        try:
            label = l.label_of(self.shop.project.landing / landing_id)
        except LinshuError:  # its parts may be gone or damaged; the books still stand
            return []
        return [Text(zh, en) for zh, en in label.notes]
