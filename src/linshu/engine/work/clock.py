"""Business hours: 9 to 18 on the days on which offices in China work; the time a work order may take is counted in them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from linshu.kernel.calendar import look_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from zoneinfo import ZoneInfo

BEGIN, END = time(9), time(18)
WORKDAY = timedelta(hours=END.hour - BEGIN.hour)
DAY = timedelta(days=1)


def after(start: datetime, business: timedelta, zone: ZoneInfo) -> datetime:
    """The moment at which so much business time has passed since `start`; never outside business hours."""
    left = business
    for begin, end in _spans(start, zone):
        if left <= end - begin:
            return (begin + left).astimezone(UTC)
        left -= end - begin
    raise AssertionError("there is always another working day")


def between(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """How much business time lies between two moments; none when `end` is not later."""
    total = timedelta()
    for begins, ends in _spans(start, zone):
        if begins >= end:
            break
        total += min(ends, end.astimezone(zone)) - begins
    return total


def _spans(start: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Business hours from `start` on, the first cut to what is left of it."""
    here = start.astimezone(zone)
    day: date = here.date()
    while True:
        if look_up(day).works:
            begin, end = datetime.combine(day, BEGIN, zone), datetime.combine(day, END, zone)
            if here < end:
                yield max(begin, here), end
        day += DAY
