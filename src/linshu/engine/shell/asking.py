"""What pages and features ask of the running project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    import pyarrow as pa

    from linshu.engine.access.scope import Scope
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.metrics import Catalog, Query, Result
    from linshu.engine.shell.aims import Aims
    from linshu.engine.shell.aside import Aside
    from linshu.engine.shell.desk import Desk
    from linshu.engine.shell.door import Door
    from linshu.engine.shell.identities import Identities
    from linshu.engine.shell.own import OwnFiles
    from linshu.engine.shell.persons import Persons
    from linshu.engine.shell.told import Told


class Shop(Protocol):
    """What pages ask of the running project; every figure comes through `query`."""

    @property
    def catalog(self) -> Catalog:
        """The metric dictionary: metrics, dimensions, facts."""

    @property
    def data_version(self) -> int:
        """Grows with every committed change of the data."""

    @property
    def data_as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""

    @property
    def desk(self) -> Desk:
        """Where data comes in."""

    def query(  # noqa: PLR0913 - one word for each part of a question
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        start: date | str | None = None,
        end: date | str | None = None,
        grain: str | None = None,
        where: Iterable[Any] | Mapping[str, object] | None = None,
        compare: str | None = None,
        order: str | Iterable[str] = (),
        limit: int | None = None,
        as_of: date | str = "ordered",
        scope: Scope | None = None,
        fill: bool = False,
        totals: bool = False,
        cumulative: bool = False,
        moving: int | None = None,
        share: str | None = None,
        top: int | None = None,
        pivot: str | None = None,
        show: Iterable[str] = (),
        rollups: bool = True,
    ) -> Result:
        """Figures by dimension and time, within the viewer's scope; each word as in `linshu metric`."""

    def drill(
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str],
        group: Mapping[str, str],
        *,
        rollups: bool = True,
        **options: Any,
    ) -> tuple[Query, Result]:
        """One group of an answer, cut by the next finer level: the question that was asked in the end, and its answer."""

    def read(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Rows of published tables (`dim_`, `fct_`), for what is not a figure: names, members of a list."""

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Told:
        """Where the figures of a question come from: tables down to the standard, batches, the SQL of every dialect."""

    def rows(
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        of: str = "",
        limit: int = 100,
        offset: int = 0,
        **options: Any,
    ) -> Told:
        """A page of the rows behind a figure, each with the batch, file and row it came from, personal columns masked."""

    def pulse(self) -> Pulse:
        """How fresh and how whole the data is: what the books say."""

    @property
    def door(self) -> Door:
        """The door for SQL; only administrators may use it, since nothing in it is cut to a scope."""

    @property
    def own_files(self) -> OwnFiles:
        """The files of the company's own metrics."""

    @property
    def aside(self) -> Aside:
        """The rows put aside."""

    @property
    def identity(self) -> Identities:
        """Who is whom over several platforms."""

    @property
    def persons(self) -> Persons:
        """The people in the data."""

    @property
    def aims(self) -> Aims:
        """What the company means to reach."""
