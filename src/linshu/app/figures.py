"""Figures and rows as pages and commands ask for them: one catalogue, one cache, one warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.app.aims import LocalAims
from linshu.app.aside import LocalAside
from linshu.app.domains import COHORTS
from linshu.app.persons import LocalPersons
from linshu.engine.access.scope import Scope
from linshu.engine.metrics import Query, run
from linshu.engine.metrics.cohort import CohortQuestion
from linshu.engine.metrics.cohort_run import run_cohorts
from linshu.engine.metrics.drill import drill
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    import pyarrow as pa

    from linshu.app.answer import Answer
    from linshu.app.home import Home
    from linshu.app.own import Dictionary
    from linshu.engine.intake.pulse import Pulse
    from linshu.engine.metrics import Catalog, Result
    from linshu.engine.shell.aims import Aims
    from linshu.engine.shell.desk import Desk
    from linshu.engine.shell.door import Door
    from linshu.engine.shell.identities import Identities
    from linshu.engine.shell.own import OwnFiles
    from linshu.engine.shell.persons import Persons
    from linshu.engine.warehouse.engine import Warehouse


@dataclass(frozen=True, slots=True)
class Figures:
    """The one way from a question to a result in this process."""

    warehouse: Warehouse
    dictionary: Callable[[], Dictionary]
    company_day: CompanyDay = field(default_factory=CompanyDay)
    fiscal_start: int = 1
    intake: Desk | None = None
    home: Home | None = field(default=None, compare=False, repr=False)  # whose figures these are

    @property
    def desk(self) -> Desk:
        """Where data comes in; Missing where these figures stand without one."""
        if self.intake is None:
            raise Missing(Text("这里不能导入数据", "no data can be brought in here"))
        return self.intake

    @property
    def aside(self) -> LocalAside:
        """The rows put aside; Missing where these figures stand without their shop."""
        return LocalAside(self._at_home())

    @property
    def door(self) -> Door:
        """The door for SQL; Missing where these figures stand without their shop."""
        return self._at_home().door

    @property
    def own_files(self) -> OwnFiles:
        """The files of the company's own metrics; Missing where these figures stand without their shop."""
        return self._at_home().own_files

    def lineage(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Answer:
        """Where figures come from; see `Shop.lineage`."""
        return self._at_home().lineage(metrics, by, **options)

    def rows(
        self, metrics: str | Iterable[str], by: str | Iterable[str] = (), *, of: str = "", limit: int = 100,
        offset: int = 0, **options: Any,
    ) -> Answer:  # fmt: skip
        """The rows behind a figure; see `Shop.rows`."""
        return self._at_home().rows(metrics, by, of=of, limit=limit, offset=offset, **options)

    def pulse(self) -> Pulse:
        """How fresh and how whole the data is: what the books say."""
        return self._at_home().pulse()

    @property
    def identity(self) -> Identities:
        """Who is whom over several platforms."""
        return self._at_home().identity

    @property
    def persons(self) -> Persons:
        """The people in the data."""
        return LocalPersons(self._at_home())

    @property
    def aims(self) -> Aims:
        """What the company means to reach."""
        return LocalAims(self._at_home())

    def _at_home(self) -> Home:
        if self.home is None:
            raise Missing(Text("这里只有数字，没有数据的来路", "here are figures alone, and not where they come from"))
        return self.home

    @property
    def catalog(self) -> Catalog:
        """Everything that can be asked just now, the company's own metrics included."""
        return self.dictionary().catalog

    @property
    def data_version(self) -> int:
        """Grows with every committed change of the data."""
        return self.warehouse.data_version

    @property
    def data_as_of(self) -> datetime | None:
        """When the newest data arrived; None for an empty project."""
        return self.dictionary().cache.landing(self.data_version, self.warehouse).merged_at

    def query(  # noqa: PLR0913 the parts of a question, each by its name
        self,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        start: date | str | None = None,
        end: date | str | None = None,
        grain: str | None = None,
        where: str | Iterable[Any] | Mapping[str, object] | None = None,
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
        """Figures by dimension and time, within the viewer's scope; without `rollups` from the facts alone."""
        query = Query.of(
            metrics, by, start=start, end=end, grain=grain, where=where, compare=compare, order=order, limit=limit,
            as_of=as_of, company_day=self.company_day, fiscal_start=self.fiscal_start, scope=scope, fill=fill,
            totals=totals, cumulative=cumulative, moving=moving, share=share, top=top, pivot=pivot, show=show,
        )  # fmt: skip
        return self._answer(query, rollups=rollups)

    def drill(
        self, metrics: str | Iterable[str], by: str | Iterable[str], group: Mapping[str, str],
        *, rollups: bool = True, **options: Any,
    ) -> tuple[Query, Result]:  # fmt: skip
        """The next finer question within a group of the answer, and its answer."""
        asked = Query.of(metrics, by, company_day=self.company_day, fiscal_start=self.fiscal_start, **options)
        finer = drill(asked, group, self.dictionary().catalog)
        return finer, self._answer(finer, rollups=rollups)

    def _answer(self, query: Query, *, rollups: bool) -> Result:
        now = self.dictionary()
        try:
            return run(self.warehouse, query, now.catalog, now.cache, rollups=rollups)
        except Missing as error:
            raise _explained(error, len(now.problems)) from error

    def cohorts(self, cohort: str, **options: Any) -> Result:
        """Who began together and who came back in each period since, within the viewer's scope."""
        return run_cohorts(
            self.warehouse, CohortQuestion.of(cohort, company_day=self.company_day, **options), self.catalog, COHORTS
        )

    def question(self, metrics: str | Iterable[str], by: str | Iterable[str] = (), **options: Any) -> Query:
        """The same words as `query` takes, as a question in this company's days and years."""
        return Query.of(metrics, by, company_day=self.company_day, fiscal_start=self.fiscal_start, **options)

    def read(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Rows of published tables, for what is not a figure: names, members of a list."""
        return self.warehouse.query(sql, params)


def _explained(error: Missing, problems: int) -> Missing:
    """What is missing may be an own metric whose file is wrong; then the way to see why is told."""
    if not problems:
        return error
    zh = f"{error.mend.zh}metrics/ 里有 {problems} 处错误，用 linshu metric check 查看"
    en = f"{error.mend.en} metrics/ has {problems} mistakes; linshu metric check shows them"
    return Missing(error.what, where=error.where, mend=Text(zh, en.strip()))
