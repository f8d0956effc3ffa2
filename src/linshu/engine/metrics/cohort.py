"""Cohorts: who began together, and how many of them came back in each period since; declarations and questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from linshu.engine.access.scope import TITLES
from linshu.engine.metrics.filters import Filter, read_filters
from linshu.engine.metrics.query import EVERYTHING, NATURAL, Query, read_day
from linshu.kernel.errors import Forbidden, Missing, Misused, nearest
from linshu.kernel.period import Grain, Period, around
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import AsOf, Fact
    from linshu.engine.metrics.expression import Expression
    from linshu.kernel.company_day import CompanyDay

Counted = Literal["elapsed", "calendar"]
COUNTED: tuple[Counted, ...] = ("elapsed", "calendar")
LENGTHS = {Grain.WEEK: 7, Grain.MONTH: 30}  # days of an elapsed period, as in the retention metrics of the dictionary
MOST_PERIODS = 104


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to an entity: rows of a fact that satisfy a condition, told by one of its clocks."""

    fact: str
    entity: str
    where: Expression | None = None
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Cohort:
    """One way to begin and to come back: the first event of all decides the cohort, later ones are the return."""

    name: str
    title: Text
    definition: Text
    owner: str
    first: Event
    again: Event


@dataclass(frozen=True, slots=True)
class CohortQuestion:
    """How many of those who began in each week or month came back, period by period.

    `counted="elapsed"`: the n-th period of each entity is days 7n to 7n+6 (30n to 30n+29 for months) after its own
    first day, as the retention metrics count. `calendar`: the n-th calendar week or month after that of the first day.
    `start` and `end` bound the first events. `pivot` gives one row per cohort and one column per period.
    """

    cohort: str
    grain: Grain = Grain.MONTH
    periods: int = 6
    by: str = ""
    start: date | None = None
    end: date | None = None
    where: tuple[Filter, ...] = ()
    counted: Counted = "elapsed"
    as_of: AsOf = "ordered"
    moment: datetime | None = None
    scope: Scope = EVERYTHING
    pivot: bool = False

    @classmethod
    def of(  # noqa: PLR0913 - these are the words of a question
        cls,
        cohort: str,
        *,
        grain: str = "month",
        periods: int = 6,
        by: str | None = "",
        start: date | str | None = None,
        end: date | str | None = None,
        where: str | Iterable[str | Filter] | Mapping[str, object] | None = None,
        counted: str = "elapsed",
        as_of: date | str = "ordered",
        company_day: CompanyDay = NATURAL,
        scope: Scope | None = None,
        pivot: bool = False,
    ) -> CohortQuestion:
        """A question from what people and programs write. Raises `Misused`."""
        if grain not in [str(one) for one in LENGTHS]:
            raise Misused(
                Text(f"留存不能按 {grain} 分批", f"Cohorts are not formed by {grain}"),
                mend=Text("请用 week 或 month", "Use week or month"),
            )
        if not 1 <= periods <= MOST_PERIODS:
            raise Misused(Text(f"期数应在 1 到 {MOST_PERIODS} 之间", f"The periods are 1 to {MOST_PERIODS}"))
        if counted not in COUNTED:
            raise Misused(
                Text(f"没有计期方式 {counted}", f"There is no way {counted} to count periods"),
                mend=nearest(counted, COUNTED),
            )
        first, last = read_day(start), read_day(end)
        if first and last and first > last:
            raise Misused(Text(f"起始日 {first} 晚于截止日 {last}", f"The period starts {first}, after it ends {last}"))
        relations = Query.of("any", as_of=as_of, company_day=company_day)
        return cls(
            cohort=cohort, grain=Grain(grain), periods=periods, by=by or "", start=first, end=last,
            where=read_filters(where), counted=counted, as_of=relations.as_of,
            moment=relations.moment, scope=scope or EVERYTHING, pivot=pivot,
        )  # fmt: skip

    def query(self) -> Query:
        """The cut, the filters and the viewer, as any other question has them."""
        return Query(
            (), (self.by,) if self.by else (), where=self.where, as_of=self.as_of, moment=self.moment, scope=self.scope
        )

    def ripe(self, begun: date, period: int, seen: date) -> bool:
        """Whether the n-th period of everyone who began in that bucket is over in the data."""
        whole = around(self.grain, begun)
        if self.counted == "calendar":
            return whole.shift(period, self.grain).end <= seen
        last = min(whole.end, self.end) if self.end else whole.end
        return last + timedelta(LENGTHS[self.grain] * (period + 1) - 1) <= seen

    def bucket(self, day: date) -> Period:
        """The week or month a first day falls in."""
        return around(self.grain, day)


def find(name: str, cohorts: Iterable[Cohort]) -> Cohort:
    """The declared way to begin and come back; `Missing` names the nearest."""
    known = {one.name: one for one in cohorts}
    if name not in known:
        raise Missing(Text(f"没有留存口径 {name}", f"There are no cohorts called {name}"), mend=nearest(name, known))
    return known[name]


def check(question: CohortQuestion, cohort: Cohort, catalog: Catalog) -> None:
    """Every cut and filter must reach the first event, the viewer's scope both events; closed when in doubt."""
    first, again = catalog.facts[cohort.first.fact], catalog.facts[cohort.again.fact]
    for name in (*question.query().by, *(one.dimension for one in question.where)):
        asked = catalog.dimension(name)
        if catalog.road(first.name, name, question.as_of) is None:
            near = [one for one in catalog.dimensions if catalog.road(first.name, one, question.as_of)]
            raise Misused(
                Text(
                    f"留存口径 {cohort.name}（{cohort.title.zh}）不能按 {name}（{asked.title.zh}）拆分或筛选",
                    f"Cohorts {cohort.name} ({cohort.title.en}) cannot be cut or filtered by {name} ({asked.title.en})",
                ),
                mend=Text(f"可用的维度：{', '.join(near)}", f"They can be cut by: {', '.join(near)}"),
            )
    for attribute, _ in question.scope.restrictions():
        for fact in (first, again):
            _seen(fact, attribute, cohort, catalog)


def _seen(fact: Fact, attribute: str, cohort: Cohort, catalog: Catalog) -> None:
    dimensions = catalog.scoped.get(attribute, ())
    if not dimensions or any(catalog.road(fact.name, name) is None for name in dimensions):
        raise Forbidden(
            Text(
                f"留存口径 {cohort.name}（{cohort.title.zh}）不能只算您范围内的{TITLES[attribute].zh}，因此不能查看",
                f"Cohorts {cohort.name} ({cohort.title.en}) cannot be restricted to your scope of {attribute}, so they stay closed",
            ),
            mend=Text(
                "请换用范围内可看的口径，或请管理员调整范围", "Use one within your scope, or ask for a wider one"
            ),
        )
