"""A question put to the metrics: which figures, cut how, over which company days, seen by whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, cast

from linshu.engine.access.scope import Scope
from linshu.engine.metrics import shapes
from linshu.engine.metrics.comparison import COMPARES, TARGET, Compare
from linshu.engine.metrics.declare import AsOf
from linshu.engine.metrics.filters import Filter, read_filters
from linshu.kernel.company_day import CompanyDay
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.catalog import Catalog

MOST_ROWS = 1_000_000
NATURAL = CompanyDay()
EVERYTHING = Scope.everything()


@dataclass(frozen=True, slots=True)
class Query:
    """A whole question, as plain values.

    `start` and `end` are inclusive company days; None leaves that side open. `order` holds result columns, a leading
    `-` for descending. `fill` shows the empty buckets of a time grain, where nothing else is asked for. `totals` asks
    for the figures of all groups together, computed by a query of their own and never by adding.

    `as_of` says under which relations to count (who led a group, a leader's tier): "ordered", those at the time of each
    row; "now"; or "then", those that held at the `moment`. Fiscal grains begin their year in month `fiscal_start`.

    `cumulative` figures run from the first day to the end of each bucket; `moving` ones look at so many days ending
    with it. `share` adds each group's part of all groups ("total") or of all within one dimension. `top` keeps the best
    groups of the last dimension and puts all others into one. `pivot` turns one key's values into columns.

    `show` names the figures to answer with, where not all of them are wanted (`gmv`, `gmv_previous`): nothing is read
    for the others, and a group that only they would find has no row.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    grain: Grain | None = None
    where: tuple[Filter, ...] = ()
    compare: Compare | None = None
    order: tuple[str, ...] = ()
    limit: int | None = None
    as_of: AsOf = "ordered"
    moment: datetime | None = None
    fiscal_start: int = 1
    scope: Scope = EVERYTHING
    fill: bool = False
    totals: bool = False
    cumulative: bool = False
    moving: int = 0
    share: str = ""
    top: int = 0
    pivot: str = ""
    show: tuple[str, ...] = ()

    @classmethod
    def of(  # noqa: PLR0913 - these are the words of a question
        cls,
        metrics: str | Iterable[str],
        by: str | Iterable[str] = (),
        *,
        start: date | str | None = None,
        end: date | str | None = None,
        grain: str | None = None,
        where: str | Iterable[str | Filter] | Mapping[str, object] | None = None,
        compare: str | None = None,
        order: str | Iterable[str] = (),
        limit: int | None = None,
        as_of: date | str = "ordered",
        company_day: CompanyDay = NATURAL,
        fiscal_start: int = 1,
        scope: Scope | None = None,
        fill: bool = False,
        totals: bool = False,
        cumulative: bool = False,
        moving: int | None = None,
        share: str | None = None,
        top: int | None = None,
        pivot: str | None = None,
        show: str | Iterable[str] = (),
    ) -> Query:
        """A question from what people and programs write: comma lists, ISO dates, filter texts. Raises `Misused`."""
        relations, moment = _as_of(as_of, company_day)
        return cls(
            metrics=_listed(metrics),
            by=_listed(by),
            start=read_day(start),
            end=read_day(end),
            grain=_grain(grain),
            where=read_filters(where),
            compare=cast("Compare | None", _one_of(compare, COMPARES, Text("对比方式", "comparison"))),
            order=_listed(order),
            limit=limit,
            as_of=relations,
            moment=moment,
            fiscal_start=fiscal_start,
            scope=scope or EVERYTHING,
            fill=fill,
            totals=totals,
            cumulative=cumulative,
            moving=moving or 0,
            share=share or "",
            top=top or 0,
            pivot=pivot or "",
            show=_listed(show),
        ).checked()

    def checked(self) -> Query:
        """The question itself, when it makes sense without looking at any catalogue."""
        if not self.metrics:
            raise Misused(
                Text("没有指明指标", "No metric is named"), mend=Text("例如 gmv,orders", "For example gmv,orders")
            )
        if self.start and self.end and self.start > self.end:
            raise Misused(
                Text(
                    f"起始日 {self.start} 晚于截止日 {self.end}",
                    f"The period starts {self.start}, after it ends {self.end}",
                )
            )
        if self.limit is not None and not 0 < self.limit <= MOST_ROWS:
            raise Misused(Text(f"行数应在 1 到 {MOST_ROWS} 之间", f"The limit lies between 1 and {MOST_ROWS}"))
        shapes.check(self)
        if self.compare == TARGET:
            self._fits_targets()
        return self

    def _fits_targets(self) -> None:
        """Targets are set for days and for parts of the company, not for hours, running figures or the rest of many."""
        if self.grain is Grain.HOUR or self.moving or self.cumulative or self.share or self.top:
            raise Misused(
                Text(
                    "目标不能按小时、移动窗口、累计、占比或前几名来比",
                    "Targets fit no hours, moving days, running figures, shares or top groups",
                ),
                mend=Text(
                    "请去掉 moving、cumulative、share、top，用 day 或更粗的粒度",
                    "Leave out moving, cumulative, share and top; use day or a coarser grain",
                ),
            )

    def asked(self) -> Query:
        """The question without repeated names."""
        unique = (tuple(dict.fromkeys(names)) for names in (self.metrics, self.by, self.where, self.order))
        metrics, by, where, order = unique
        return replace(self, metrics=metrics, by=by, where=where, order=order)  # type: ignore[arg-type] # tuples made above

    def total(self) -> Query:
        """The question about all groups together."""
        plain = replace(self, cumulative=False, moving=0, share="", top=0, pivot="", show=())
        return replace(plain, by=(), grain=None, order=(), limit=None, fill=False, totals=False)

    def key(self, catalog: Catalog) -> tuple[object, ...]:
        """What makes two questions the same, whatever the order of their filters; part of the cache key."""
        where = tuple(sorted((one.dimension, one.operator, tuple(sorted(map(str, one.values)))) for one in self.where))
        versions = tuple(catalog.metric(name).version for name in self.metrics)
        rest = (
            self.start,
            self.end,
            self.grain,
            self.compare,
            self.order,
            self.limit,
            self.as_of,
            self.moment,
            self.fiscal_start,
            self.fill,
            self.totals,
            self.cumulative,
            self.moving,
            self.share,
            self.top,
            self.pivot,
            self.show,
        )
        return (self.metrics, versions, self.by, where, self.scope.digest(), *rest)


def _listed(names: str | Iterable[str]) -> tuple[str, ...]:
    parts = names.split(",") if isinstance(names, str) else names
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _as_of(written: date | str, day: CompanyDay) -> tuple[AsOf, datetime | None]:
    """Under which relations to count: those of each row's own time, today's, or those at the end of a company day."""
    if written in ("ordered", "now"):
        return cast("AsOf", written), None
    try:
        asked = date.fromisoformat(written) if isinstance(written, str) else written
    except ValueError:
        raise Misused(
            Text(f"没有口径时点 {written}", f"There is no as-of {written}"),
            mend=Text(
                "写 ordered、now 或一个公司日，如 2026-10-01", "Write ordered, now or a company day such as 2026-10-01"
            ),
        ) from None
    return "then", day.span(asked)[1] - timedelta(microseconds=1)


def _grain(value: str | None) -> Grain | None:
    asked = _one_of(value, tuple(Grain), Text("时间粒度", "time grain"))
    return Grain(asked) if asked else None


def _one_of(value: str | None, allowed: tuple[str, ...], what: Text) -> str | None:
    if value is None or value in allowed:
        return value
    said = Text(f"没有{what.zh} {value}", f"There is no {what.en} {value}")
    raise Misused(said, mend=nearest(value, allowed))


def read_day(value: date | str | None) -> date | None:
    """A company day from ISO text or a date."""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Misused(
            Text(f"日期 {value} 不对", f"{value} is no date"), mend=Text("写作 2026-10-01", "Write it as 2026-10-01")
        ) from None
