"""What a page is filtered by, kept in its address: days, what they are held against, and where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linshu.engine.metrics.comparison import SHIFTED, Shifted, shift
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.period import Grain, Period, around
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DAY = timedelta(days=1)
DEFAULT_PERIOD = "7d"

PRESETS: dict[str, Text] = {
    "today": Text("今天", "Today"),
    "yesterday": Text("昨天", "Yesterday"),
    "7d": Text("近7天", "7 days"),
    "30d": Text("近30天", "30 days"),
    "this-month": Text("本月", "This month"),
    "last-month": Text("上月", "Last month"),
}
# Data that ended long ago: its last days stand for today's.
PAST_PRESETS: dict[str, Text] = {
    "yesterday": Text("最后一天", "Last day"),
    "7d": Text("最后7天", "Last 7 days"),
    "30d": Text("最后30天", "Last 30 days"),
    "this-month": Text("最后一月", "Last month"),
    "last-month": Text("前一月", "Month before"),
}
COMPARE_TITLES: dict[Shifted, Text] = {
    "previous": Text("较上期", "vs previous"),
    "last_week": Text("较上周同期", "vs last week"),
    "last_month": Text("较上月同期", "vs last month"),
    "last_year": Text("较去年同期", "vs last year"),
}


@dataclass(frozen=True, slots=True)
class Days:
    """What the calendar offers a page: the company's day, and the last day that has data."""

    today: date
    last: date | None  # None = no data yet
    fiscal_start: int = 1  # the month the company's fiscal year begins in

    @property
    def past(self) -> bool:
        """Whether the data ended before yesterday, so that "today" has nothing to show."""
        return self.last is not None and self.last < self.today - DAY

    @property
    def running(self) -> date:
        """The day that is not over yet; for data of the past, the day after its last."""
        return self.last + DAY if self.past and self.last else self.today

    @property
    def presets(self) -> Mapping[str, Text]:
        """The periods one click away."""
        return PAST_PRESETS if self.past else PRESETS

    def period(self, word: str) -> Period:
        """The days a preset stands for; "7d" and "30d" are whole days only, months run up to today."""
        running = self.running
        if word == "today":
            return Period(running, running)
        if word in ("this-month", "last-month"):
            this = around(Grain.MONTH, running - DAY if self.past else running)
            return Period(this.start, min(this.end, running)) if word == "this-month" else this.shift(-1, Grain.MONTH)
        length = {"yesterday": 1, "7d": 7, "30d": 30}.get(word)
        if length is None:
            raise Misused(Text(f"没有时间段 {word}", f"there is no period {word}"), mend=nearest(word, PRESETS))
        return Period(running - length * DAY, running - DAY)


@dataclass(frozen=True, slots=True)
class PageFilter:
    """One page's filters: its days, the comparison, and equalities on dimensions, from coarse to fine."""

    days: Days
    period: Period
    word: str = DEFAULT_PERIOD  # "" = days chosen freely
    compare: Shifted = "previous"
    where: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()  # what else the address keeps: how a list is cut, found, sorted
    usual: str = DEFAULT_PERIOD  # the period an address without one means

    @property
    def complete(self) -> Period | None:
        """The days of the period that are over; None when only the running day was asked for."""
        end = min(self.period.end, self.days.running - DAY)
        return Period(self.period.start, end) if end >= self.period.start else None

    @property
    def running(self) -> bool:
        """Whether the period holds the day that is not over yet."""
        return self.period.end >= self.days.running

    @property
    def grain(self) -> Grain:
        """How finely a trend over this period is cut."""
        length = self.period.days
        return (
            Grain.HOUR if length == 1 else Grain.DAY if length <= 62 else Grain.WEEK if length <= 400 else Grain.MONTH
        )

    def against(self) -> Period | None:
        """The days the finished part of the period is held against."""
        if self.complete is None:
            return None
        start, end = self.complete.start, self.complete.end
        return Period(*shift(self.compare, start, end, None).back(start, end))

    def conditions(self) -> dict[str, str]:
        """The filters on dimensions, as the metric layer takes them."""
        return dict(self.where)

    def key(self) -> tuple[object, ...]:
        """What makes two filters give the same page."""
        return (self.period, self.compare, self.where, self.days, self.beside)

    def over(self, word: str) -> PageFilter:
        """The same filters over another of the periods one click away."""
        return replace(self, period=self.days.period(word), word=word)

    def address(self, **changes: str | None) -> str:
        """The query part of the page's address with some parts changed, None to drop one."""
        parts: dict[str, str | None] = {"period": self.word if self.word != self.usual else None}
        if not self.word:
            parts |= {"period": None, "from": str(self.period.start), "to": str(self.period.end)}
        parts["compare"] = self.compare if self.compare != "previous" else None
        parts |= dict(self.where) | dict(self.beside)
        if "period" in changes or "from_" in changes:
            parts |= {"from": None, "to": None}
        parts |= {name.rstrip("_"): value for name, value in changes.items()}
        if parts.get("period") == self.usual:
            parts["period"] = None
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def same_days(self) -> str:
        """The same days for the address of another page, whatever its usual period is."""
        days = {"period": self.word} if self.word else {"from": str(self.period.start), "to": str(self.period.end)}
        return urlencode(days | ({"compare": self.compare} if self.compare != "previous" else {}))

    def place(self, levels: tuple[str, ...], level: str, name: str | None) -> str:
        """The address with one level of a cascade chosen; what is finer is dropped, None drops the level too."""
        finer = levels[levels.index(level) + 1 :]
        return self.address(**{level: name}, **dict.fromkeys(finer))


def read_filter(
    params: Mapping[str, str],
    days: Days,
    levels: Iterable[str] = (),
    *,
    beside: tuple[tuple[str, str], ...] = (),
    usual: str = DEFAULT_PERIOD,
) -> PageFilter:
    """The filters in an address; Misused says what cannot be read. `levels` are the dimensions it may name."""
    compare = params.get("compare") or "previous"
    if compare not in SHIFTED:
        raise Misused(
            Text(f"没有对比方式 {compare}", f"there is no comparison {compare}"), mend=nearest(compare, SHIFTED)
        )
    where = tuple((level, params[level]) for level in levels if params.get(level))
    word = params.get("period") or ""
    if params.get("from") or params.get("to"):
        start, end = _day(params.get("from") or params["to"]), _day(params.get("to") or params["from"])
        period, word = Period(start, end), ""
    else:
        word = word or usual
        period = days.period(word)
    return PageFilter(days, period, word, next(one for one in SHIFTED if one == compare), where, beside, usual)


def without(filters: PageFilter, dimension: str) -> PageFilter:
    """The same filters without one dimension."""
    return replace(filters, where=tuple(pair for pair in filters.where if pair[0] != dimension))


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Misused(
            Text(f"看不懂日期 {written}", f"{written} is not a date"),
            mend=Text("写作 2026-10-01", "Write it as 2026-10-01"),
        ) from error
