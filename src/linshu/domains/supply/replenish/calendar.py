"""When a supplier takes orders and brings goods: weekdays, days it is closed, until when on a day. Pure.

What is ordered on a day that is not one of its own, or too late on one that is, waits for the next; what would arrive on such
a day comes the next it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DAY = timedelta(days=1)
FURTHEST = 60  # days looked ahead; a supplier closed for longer is none


@dataclass(frozen=True, slots=True)
class Calendar:
    """A supplier's days; weekdays as 1 = Monday to 7 = Sunday, none named means any."""

    orders: frozenset[int] = frozenset()
    delivers: frozenset[int] = frozenset()
    closed: tuple[tuple[date, date], ...] = ()  # first and last day of each
    until: time | None = None  # the last moment at which a day's orders are taken; None = all day

    def takes(self, day: date) -> bool:
        """Whether it takes orders on that day."""
        return self._open(day) and (not self.orders or day.isoweekday() in self.orders)

    def brings(self, day: date) -> bool:
        """Whether it delivers on that day."""
        return self._open(day) and (not self.delivers or day.isoweekday() in self.delivers)

    def misses(self, day: date, at: datetime | None) -> bool:
        """Whether an order of that moment comes too late for the day; None = in the morning, never too late."""
        return at is not None and self.until is not None and at > datetime.combine(day, self.until)

    def left(self, day: date, at: datetime | None) -> timedelta | None:
        """How long a day's orders are still taken at that moment; None = all day, or nobody says what the clock shows."""
        return None if at is None or self.until is None else datetime.combine(day, self.until) - at

    def _open(self, day: date) -> bool:
        return not any(first <= day <= last for first, last in self.closed)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a calendar means for an order of a morning, days."""

    wait: int  # until an order can be placed; 0 = today
    lead: tuple[int, ...]  # from today until it arrives, one for each delivery seen; sorted
    review: int  # from its arrival until that of the next order


def timing(calendar: Calendar, day: date, lead: Sequence[int], at: datetime | None = None) -> Timing:
    """When an order comes and when the next one does, of deliveries that take `lead` days; `at` is the wall clock's word."""
    ordered = _first(day + DAY if calendar.misses(day, at) else day, calendar.takes)
    following = _first(ordered + DAY, calendar.takes)
    arrives = sorted(_first(ordered + one * DAY, calendar.brings) for one in lead)
    then = sorted(_first(following + one * DAY, calendar.brings) for one in lead)
    middle = len(arrives) // 2
    review = (then[middle] - arrives[middle]).days if arrives else (following - ordered).days
    return Timing((ordered - day).days, tuple((one - day).days for one in arrives), max(review, 1))


def _first(day: date, fits: Callable[[date], bool]) -> date:
    """The first such day from `day` on; `day` itself where none is near."""
    return next((day + step * DAY for step in range(FURTHEST) if fits(day + step * DAY)), day)


def calendar_of(orders: str | None, delivers: str | None, closed: str | None, until: str | None = None) -> Calendar:
    """As the supplier's row has it: weekdays `1,4`, closed days `2027-02-12~2027-02-21,2027-05-01`, cut-off `22:00`."""
    spans = [one.partition("~") for one in (closed or "").split(",") if one]
    days = tuple((date.fromisoformat(first), date.fromisoformat(last or first)) for first, _, last in spans)
    return Calendar(_weekdays(orders), _weekdays(delivers), days, _until(until))


def _until(text: str | None) -> time | None:
    """The last moment; 24:00, and what is no time of day, bind nobody."""
    hour, _, minute = (text or "").replace("：", ":").partition(":")
    if not (hour.strip().isdecimal() and minute.strip().isdecimal()) or int(hour) > 23 or int(minute) > 59:
        return None
    return time(int(hour), int(minute))


def _weekdays(text: str | None) -> frozenset[int]:
    return frozenset(int(one) for one in (text or "").split(",") if one)
