"""Periods: inclusive company days, cut into hours, days, weeks, months, quarters and years with one set of names."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = timedelta(days=1)
WEEKDAYS = (
    Text("周一", "Mon"), Text("周二", "Tue"), Text("周三", "Wed"), Text("周四", "Thu"),
    Text("周五", "Fri"), Text("周六", "Sat"), Text("周日", "Sun"),
)  # fmt: skip
_QUARTERS = "一二三四"
_NAME = re.compile(
    r"(?:(?P<fiscal>FY)?(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])|-W(?P<week>\d{2}))?)"
)


class Grain(StrEnum):
    """How finely time is cut; also the name of the time column in a result."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    FISCAL_QUARTER = "fiscal_quarter"
    FISCAL_YEAR = "fiscal_year"


MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12, Grain.FISCAL_QUARTER: 3, Grain.FISCAL_YEAR: 12}
FISCAL = (Grain.FISCAL_QUARTER, Grain.FISCAL_YEAR)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A run of company days, both ends included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise Misused(
                Text(
                    f"结束日 {self.end} 早于开始日 {self.start}", f"the end {self.end} is before the start {self.start}"
                ),
                mend=Text("请对调起止日期。", "Swap the two dates."),
            )

    @property
    def days(self) -> int:
        """How many company days it holds."""
        return (self.end - self.start).days + 1

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __iter__(self) -> Iterator[date]:
        return (self.start + DAY * step for step in range(self.days))

    def __str__(self) -> str:
        return f"{self.start}..{self.end}"

    def shift(self, steps: int, grain: Grain) -> Period:
        """The period moved by so many days, weeks, months, quarters or years, back when negative.

        Whole months stay whole (February to March is 31 days); another day a month lacks becomes its last day.
        """
        if grain in (Grain.HOUR, Grain.DAY, Grain.WEEK):
            move = DAY * (steps * (7 if grain is Grain.WEEK else 1))
            return Period(self.start + move, self.end + move)
        months = steps * MONTHS[grain]
        to_month_end = self.start.day == 1 and self.end + DAY == bucket(Grain.MONTH, self.end + DAY)
        return Period(_add_months(self.start, months), _add_months(self.end, months, to_month_end=to_month_end))

    def previous(self) -> Period:
        """As many days, directly before: what "compared with the previous period" means."""
        return self.shift(-self.days, Grain.DAY)

    def last_week(self) -> Period:
        """The same weekdays one week earlier."""
        return self.shift(-1, Grain.WEEK)

    def last_year(self) -> Period:
        """The same calendar days one year earlier."""
        return self.shift(-1, Grain.YEAR)

    def last_year_same_weekdays(self) -> Period:
        """52 weeks earlier, so that weekends meet weekends."""
        return self.shift(-52, Grain.WEEK)

    def cut(self, grain: Grain, *, fiscal_start: int = 1) -> tuple[Period, ...]:
        """The pieces of the period by grain, first and last clipped to it; hours are cut by `CompanyDay.hours`."""
        pieces, day = [], self.start
        while day <= self.end:
            whole = around(grain, day, fiscal_start=fiscal_start)
            pieces.append(Period(day, min(whole.end, self.end)))
            day = whole.end + DAY
        return tuple(pieces)

    def union(self, other: Period) -> Period:
        """The shortest period holding both."""
        return Period(min(self.start, other.start), max(self.end, other.end))

    def overlap(self, other: Period) -> Period | None:
        """The days in both, None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start <= end else None


def bucket(grain: Grain, day: date, *, fiscal_start: int = 1) -> date:
    """The first day of the piece of time a company day falls in: its Monday, the first of its month ..."""
    if grain in (Grain.HOUR, Grain.DAY):
        return day
    if grain is Grain.WEEK:
        return day - DAY * day.weekday()
    if not 1 <= fiscal_start <= 12:
        raise Misused(
            Text(
                f"财年起始月 {fiscal_start} 不在 1 到 12 之间",
                f"the fiscal year starts in month {fiscal_start}, not 1..12",
            )
        )
    return _add_months(day.replace(day=1), -((day.month - fiscal_start) % MONTHS[grain]))


def around(grain: Grain, day: date, *, fiscal_start: int = 1) -> Period:
    """The whole day, week, month, quarter or year that a company day falls in."""
    start = bucket(grain, day, fiscal_start=fiscal_start)
    if grain in (Grain.HOUR, Grain.DAY):
        return Period(start, start)
    if grain is Grain.WEEK:
        return Period(start, start + 6 * DAY)
    return Period(start, _add_months(start, MONTHS[grain]) - DAY)


def name(grain: Grain, day: date, *, fiscal_start: int = 1) -> str:
    """How results name the piece of time: day and week 2026-09-28 (its Monday), 2026-10, 2026-Q4, 2026.

    A fiscal year is named by the year it ends in: FY2027, FY2027-Q1; so is every year that does not start in January.
    """
    start = bucket(grain, day, fiscal_start=fiscal_start)
    if grain is Grain.MONTH:
        return f"{start:%Y-%m}"
    if grain in MONTHS:
        year, quarter = _fiscal(start, fiscal_start)
        label = f"{'' if fiscal_start == 1 and grain not in FISCAL else 'FY'}{year}"
        return f"{label}-Q{quarter}" if MONTHS[grain] == 3 else label
    return start.isoformat()


def title(grain: Grain, day: date, *, fiscal_start: int = 1) -> Text:
    """How people call the piece of time: 10月1日 周四, 2026年第40周 (ISO 8601), 2026年10月, 2026年第四季度."""
    start = bucket(grain, day, fiscal_start=fiscal_start)
    if grain in (Grain.HOUR, Grain.DAY):
        weekday = WEEKDAYS[start.weekday()]
        return Text(f"{start.month}月{start.day}日 {weekday.zh}", f"{weekday.en} {start.day} {start:%b}")
    if grain is Grain.WEEK:
        year, week, _ = start.isocalendar()
        return Text(f"{year}年第{week}周", f"Week {week}, {year}")
    if grain is Grain.MONTH:
        return Text(f"{start.year}年{start.month}月", f"{start:%b} {start.year}")
    year, quarter = _fiscal(start, fiscal_start)
    plain = fiscal_start == 1 and grain not in FISCAL
    zh, en = (f"{year}年", f"{year}") if plain else (f"{year}财年", f"FY{year}")
    if MONTHS[grain] == 3:
        return Text(f"{zh}第{_QUARTERS[quarter - 1]}季度", f"Q{quarter} {en}")
    return Text(zh, en)


def named(written: str, *, fiscal_start: int = 1) -> Period | None:
    """The period of a name such as 2026-10-01, 2026-10, 2026-Q3, 2026, 2026-W40 or FY2027-Q1; None when it is no name."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            day = date.fromisoformat(written)
            return Period(day, day)
        found = _NAME.fullmatch(written)
        return _named(found, fiscal_start) if found else None
    except ValueError:
        return None


def _named(found: re.Match[str], fiscal_start: int) -> Period | None:
    year = int(found["year"])
    if found["week"]:
        return None if found["fiscal"] else around(Grain.WEEK, date.fromisocalendar(year, int(found["week"]), 1))
    if found["month"]:
        return None if found["fiscal"] else around(Grain.MONTH, date(year, int(found["month"]), 1))
    opening = fiscal_start if found["fiscal"] else 1
    first = date(year - (opening > 1), opening, 1)
    if found["quarter"]:
        return around(Grain.QUARTER, _add_months(first, 3 * int(found["quarter"]) - 3), fiscal_start=opening)
    return around(Grain.YEAR, first, fiscal_start=opening)


def _fiscal(start: date, fiscal_start: int) -> tuple[int, int]:
    """The fiscal year (by the year it ends in) and the quarter a month belongs to."""
    into_year = (start.month - fiscal_start) % 12
    return _add_months(start, 11 - into_year).year, into_year // 3 + 1


def _add_months(day: date, months: int, *, to_month_end: bool = False) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, last if to_month_end else min(day.day, last))
