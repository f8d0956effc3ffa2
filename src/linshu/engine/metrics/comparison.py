"""What a period is held against: the one before, the same days of last week, last month or last year, day by day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from linshu.kernel.period import Grain

Shifted = Literal["previous", "last_week", "last_month", "last_year"]
Compare = Literal["previous", "last_week", "last_month", "last_year", "last_year_aligned", "target"]

SHIFTED: tuple[Shifted, ...] = ("previous", "last_week", "last_month", "last_year")  # one period against another
TARGET: Compare = "target"
COMPARES: tuple[Compare, ...] = (*SHIFTED, "last_year_aligned", "target")


@dataclass(frozen=True, slots=True)
class Shift:
    """How far back the compared period lies: whole months, or days."""

    months: int = 0
    days: int = 0

    def back(self, start: date, end: date) -> tuple[date, date]:
        """The compared period. Whole months stay whole months: 1 to 28 February is held against 1 to 31 January."""
        if not self.months:
            return start - timedelta(self.days), end - timedelta(self.days)
        whole = start.day == 1 and is_month_end(end)
        last = months_back(end, self.months)
        return months_back(start, self.months), month_end(last) if whole else last


def shift(compare: Shifted, start: date, end: date, grain: Grain | None) -> Shift:
    """How far back a comparison looks from an inclusive period.

    Weeks are only ever held against whole weeks (a year is then 364 days); the previous period of whole calendar
    months is as many whole months, otherwise the same number of days right before.
    """
    if compare == "last_week":
        return Shift(days=7)
    if compare == "last_year":
        return Shift(days=364) if grain is Grain.WEEK else Shift(months=12)
    if compare == "last_month":
        return Shift(days=28) if grain is Grain.WEEK else Shift(months=1)
    length = (end - start).days + 1
    if grain is Grain.WEEK:
        return Shift(days=-(-length // 7) * 7)
    if start.day == 1 and is_month_end(end):
        return Shift(months=(end.year - start.year) * 12 + end.month - start.month + 1)
    return Shift(days=length)


def is_month_end(day: date) -> bool:
    """Whether the day is the last of its month."""
    return day == month_end(day)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_back(day: date, months: int) -> date:
    """The same day some months earlier, or that month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
