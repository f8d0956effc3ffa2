"""Which buckets are alike: what a day, a week or a month is held against, by the Chinese calendar of trade; pure.

- An ordinary day is like the same weekday of ordinary weeks. The weekday a week earlier is passed over when it was a
  holiday or a shifted workday: the Tuesday after the National Day is held against the Tuesday before it.
- A weekend day worked to make up for a holiday is like the ordinary working days of the weeks before.
- A day off of a holiday is like other days off of holidays; the Spring Festival, when trade all but stops, is like itself
  alone.
- A week with such days in it is like none; an ordinary week is like the ordinary weeks before.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.engine.alerts.rule import HISTORY
from linshu.kernel.calendar import CalendarDay, DayKind, look_up

if TYPE_CHECKING:
    from linshu.engine.alerts.rule import Grain

DAY = timedelta(days=1)
WEEK = 7
FRIDAY = 4
APART = "spring_festival"
RECENT = 4 * WEEK * DAY  # working days older than that say little of a shifted one


def likes(grain: Grain, at: date) -> tuple[date, ...]:
    """The buckets before `at` that it can be held against, newest first, as far back as a rule looks."""
    if grain == "month":
        found = [at]
        while len(found) < HISTORY[grain]:
            found.append((found[-1].replace(day=1) - DAY).replace(day=1))
        return tuple(found[1:])
    if grain == "week":
        weeks = (at - WEEK * n * DAY for n in range(1, HISTORY[grain]))
        return () if _is_odd_week(at) else tuple(one for one in weeks if not _is_odd_week(one))
    here = look_up(at)
    return tuple(one for n in range(1, HISTORY[grain]) if _alike(look_up(one := at - n * DAY), here))


def is_odd(day: CalendarDay) -> bool:
    """A holiday, or a weekend day that is worked."""
    return day.kind in (DayKind.HOLIDAY, DayKind.SHIFTED_WORKDAY)


def _alike(one: CalendarDay, here: CalendarDay) -> bool:
    if here.kind is DayKind.HOLIDAY:
        return one.kind is DayKind.HOLIDAY and (one.holiday == APART) == (here.holiday == APART)
    if here.kind is DayKind.SHIFTED_WORKDAY:
        return not is_odd(one) and one.day.weekday() <= FRIDAY and here.day - one.day <= RECENT
    return not is_odd(one) and one.day.weekday() == here.day.weekday()


def _is_odd_week(monday: date) -> bool:
    return any(is_odd(look_up(monday + n * DAY)) for n in range(WEEK))
