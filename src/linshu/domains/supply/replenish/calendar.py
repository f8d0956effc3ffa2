"""When a supplier takes orders and brings goods: weekdays and days it is closed. Pure.

What is ordered on a day that is not one of its own waits for the next; what would arrive on such a day comes the next it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
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

    def takes(self, day: date) -> bool:
        """Whether it takes orders on that day."""
        return self._open(day) and (not self.orders or day.isoweekday() in self.orders)

    def brings(self, day: date) -> bool:
        """Whether it delivers on that day."""
        return self._open(day) and (not self.delivers or day.isoweekday() in self.delivers)

    def _open(self, day: date) -> bool:
        return not any(first <= day <= last for first, last in self.closed)


@dataclass(frozen=True, slots=True)
class Timing:
    """What a calendar means for an order of a morning, days."""

    wait: int  # until an order can be placed; 0 = today
    lead: tuple[int, ...]  # from today until it arrives, one for each delivery seen; sorted
    review: int  # from its arrival until that of the next order


def timing(calendar: Calendar, day: date, lead: Sequence[int]) -> Timing:
    """When an order comes and when the next one does, of deliveries that take `lead` days."""
    ordered = _first(day, calendar.takes)
    following = _first(ordered + DAY, calendar.takes)
    arrives = sorted(_first(ordered + one * DAY, calendar.brings) for one in lead)
    then = sorted(_first(following + one * DAY, calendar.brings) for one in lead)
    middle = len(arrives) // 2
    review = (then[middle] - arrives[middle]).days if arrives else (following - ordered).days
    return Timing((ordered - day).days, tuple((one - day).days for one in arrives), max(review, 1))


def _first(day: date, fits: Callable[[date], bool]) -> date:
    """The first such day from `day` on; `day` itself where none is near."""
    return next((day + step * DAY for step in range(FURTHEST) if fits(day + step * DAY)), day)


def calendar_of(orders: str | None, delivers: str | None, closed: str | None) -> Calendar:
    """As the supplier's row has it: weekdays `1,4`, closed days `2027-02-12~2027-02-21,2027-05-01`."""
    spans = [one.partition("~") for one in (closed or "").split(",") if one]
    days = tuple((date.fromisoformat(first), date.fromisoformat(last or first)) for first, _, last in spans)
    return Calendar(_weekdays(orders), _weekdays(delivers), days)


def _weekdays(text: str | None) -> frozenset[int]:
    return frozenset(int(one) for one in (text or "").split(",") if one)
