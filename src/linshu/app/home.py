"""What the parts of a shop need of the shop itself, so that they need not know what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from linshu.app.calling_off import nothing_stays
from linshu.app.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    import pyarrow as pa

    from linshu.app.answer import Answer
    from linshu.app.bringing import Bringing
    from linshu.app.shop import Watch
    from linshu.app.uploads import Uploads
    from linshu.connectors.files import Where
    from linshu.engine.intake import Receipt
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.shell.asking import Shop as Pages
    from linshu.engine.shell.door import Door
    from linshu.engine.shell.own import OwnFiles
    from linshu.engine.warehouse.duck import DuckWarehouse
    from linshu.engine.warehouse.model import Model
    from linshu.engine.warehouse.report import Report
    from linshu.engine.warehouse.rollups import Effort
    from linshu.kernel.errors import Cancelled


class Home(Shop, Protocol):
    """A project's data as the process that owns it has it: what one can ask of any shop, and what it is made of."""

    warehouse: DuckWarehouse
    bringing: Bringing

    def together(self, by: str = "", says: Callable[[], Cancelled] = nothing_stays) -> AbstractContextManager[None]:
        """An import by somebody: once it is called off (its watch raises Cancelled), nothing of it stays, and `says` so."""

    @property
    def door(self) -> Door:
        """The door for SQL."""

    @property
    def own_files(self) -> OwnFiles:
        """The files of the company's own metrics."""

    @property
    def figures(self) -> Pages:
        """The figures, as pages ask for them."""

    def land(self, source: str, rows: Mapping[str, pa.Table]) -> Receipt:
        """Take in rows that carry the standard's own columns, as a batch of their own."""

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
        """Bring mended rows in again, from a file of this machine or one that was sent."""

    def pulse(self) -> Pulse:
        """What the books say of how fresh and how whole the data is."""
