"""What the parts of a shop need of the shop itself, so that they need not know what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.app.answer import Answer
    from linshu.app.bringing import Bringing
    from linshu.app.project import Project
    from linshu.app.shop import Watch
    from linshu.app.uploads import Uploads
    from linshu.connectors.files import Where
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.shell.asking import Shop as Pages
    from linshu.engine.shell.door import Door
    from linshu.engine.shell.identities import Identities
    from linshu.engine.shell.own import OwnFiles
    from linshu.engine.warehouse.duck import DuckWarehouse
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.report import Report
    from linshu.engine.warehouse.rollups import Effort


class Home(Protocol):
    """A project's data as the process that owns it has it."""

    project: Project
    warehouse: DuckWarehouse
    bringing: Bringing

    @property
    def door(self) -> Door:
        """The door for SQL."""

    @property
    def own_files(self) -> OwnFiles:
        """The files of the company's own metrics."""

    @property
    def figures(self) -> Pages:
        """The figures, as pages ask for them."""

    @property
    def identity(self) -> Identities:
        """Who is whom over several platforms."""

    def ready(self) -> None:
        """See to it that the published tables are there."""

    def build_models(self, *, full: bool = False, effort: Effort = "all", watch: Watch | None = None) -> Report:
        """Bring the published tables up to date."""

    def models(self) -> tuple[Model, ...]:
        """Every published table's definition, in the order they are built."""

    @property
    def uploads(self) -> Uploads:
        """Files that were sent and wait, sealed."""

    def replay(self, file: Where, *, by: str = "") -> Answer:
        """Bring mended rows in again."""

    def mend(self, row: str, cells: Mapping[str, str], *, by: str = "") -> Answer:
        """Bring one row put aside back with some of its cells changed."""

    def dismiss(self, rows: Sequence[str], because: str, *, by: str = "") -> Answer:
        """Leave rows aside for good."""

    def restore(self, landing_id: str, *, by: str = "") -> Answer:
        """Take a dismissal back."""

    def repair(
        self,
        rule: Mapping[str, Any] | None = None,
        names: Sequence[str] = (),
        *,
        apply: bool = False,
        save: str = "",
        by: str = "",
    ) -> Answer:
        """What a rule, or the saved ones, mend among the rows put aside."""

    def pulse(self) -> Pulse:
        """What the books say of how fresh and how whole the data is."""

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Where the figures of a question come from."""

    def rows(
        self, metrics: str | Iterable[str], by: str | Iterable[str] = (), *, of: str = "", limit: int = 100,
        offset: int = 0, **options: Any,
    ) -> Answer:  # fmt: skip
        """A page of the rows behind a figure."""
