"""Which day of last year a day is held against when the festivals move: the aligned comparison with last year.

Compared by date, a year with an early Spring Festival looks splendid in January and poor in February, and a day off is
held against a day of work. So, in this order:

1. A day off of a statutory holiday other than the Spring Festival is held against the same day off of that holiday,
   the first against the first and so on; a weekend day worked in exchange for it likewise. Mid-Autumn days that run
   into National Day belong to National Day. What one year has more of has no like and goes by the rules below.
2. A day of the Spring Festival's season, 28 days before the first lunar day to 20 days after it, is held against the
   day as far from the festival of the year before. These 49 days are seven whole weeks.
3. Any other day is held against the same weekday 52 weeks (364 days) before.
4. Where the season lay there last year, it is held against the same weekday on the other side of that season, seven
   weeks off: ordinary days against ordinary days. Where a day of a holiday lay there, or the place is taken, against a
   day near it that nothing else is held against, if possible one that is worked alike and of the same weekday.

So every day has exactly one counterpart and is the counterpart of exactly one: nothing is counted twice, nothing is lost.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from linshu.kernel.calendar import (
    FIRST_LUNAR_YEAR,
    LAST_LUNAR_YEAR,
    DayKind,
    days_from_spring_festival,
    look_up,
    spring_festival,
)

DAY = timedelta(days=1)
YEAR = 364 * DAY  # 52 weeks
SEASON = range(-28, 21)  # days from the first lunar day

_STRANGE, _OTHER_WEEKDAY = 14, 4  # days that a counterpart of another kind, of another weekday, may be nearer


def counterpart(day: date) -> date:
    """The day of last year that a day is held against; plainly 364 days before where no lunar calendar is known."""
    return _aligned(_turn(day)).get(day, day - YEAR)


def held_against(day: date) -> date:
    """The day of next year whose counterpart a day is: the other way round."""
    later = day + YEAR
    return next((one for one, other in _aligned(_turn(later)).items() if other == day), later)


def in_season(day: date) -> bool:
    """Whether the day lies in the season of a known Spring Festival."""
    known = range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1)
    return day.year in known and days_from_spring_festival(day) in SEASON


def _turn(day: date) -> int:
    """The year a day is aligned in: from August to July, since no holiday moves over that turn."""
    return day.year + (day.month >= 8)


@cache
def _aligned(year: int) -> dict[date, date]:
    """The days of one turn whose counterpart is not simply 364 days before."""
    if not FIRST_LUNAR_YEAR < year <= LAST_LUNAR_YEAR:
        return {}
    first, last = date(year - 1, 8, 1), date(year, 7, 31)
    days = [first + step * DAY for step in range((last - first).days + 1)]
    places = {day - YEAR for day in days}
    found = _holidays(days, [day - YEAR for day in days])
    taken = set(found.values())
    back = spring_festival(year) - spring_festival(year - 1)
    # The season lies earlier or later in this year than 52 weeks after the last one; so much is exchanged with its sides.
    across = len(SEASON) * (DAY if back > YEAR else -DAY)

    def hold(day: date, other: date) -> None:
        if day not in found and other in places and other not in taken:
            found[day] = other
            taken.add(other)

    for day in filter(in_season, days):
        hold(day, day - back)
    for day in days:
        if not in_season(day):
            hold(day, day - YEAR if not in_season(day - YEAR) else day - YEAR + across)
    left = [day for day in days if day not in found]
    found |= _nearest(left, sorted(places - taken))
    return {day: other for day, other in found.items() if other != day - YEAR}


def _holidays(days: list[date], places: list[date]) -> dict[date, date]:
    """Days off and shifted workdays of the movable holidays, each with its like; a longer break keeps days left over."""
    here, there = _grouped(days), _grouped(places)
    return {day: other for group, mine in here.items() for day, other in zip(mine, there.get(group, ()), strict=False)}


def _grouped(days: list[date]) -> dict[tuple[str, DayKind], list[date]]:
    found: dict[tuple[str, DayKind], list[date]] = {}
    for day in days:
        known = look_up(day)
        if known.holiday and known.holiday != "spring_festival":
            found.setdefault((_break(day), known.kind), []).append(day)
    return found


def _break(day: date) -> str:
    """The holiday a day off or shifted workday goes with; National Day for all of a break that holds it."""
    known = look_up(day)
    if known.kind is not DayKind.HOLIDAY:
        return known.holiday
    for step in (DAY, -DAY):
        near = look_up(day)
        while near.kind is DayKind.HOLIDAY:
            if near.holiday == "national":
                return near.holiday
            near = look_up(near.day + step)
    return known.holiday


def _nearest(left: list[date], free: list[date]) -> dict[date, date]:
    """Those left over, each with one of the days that are free: the nearest pairs first."""

    def apart(day: date, other: date) -> tuple[int, date, date]:
        strange = look_up(day).works != look_up(other).works
        distance = abs((day - YEAR - other).days)
        cost = distance + _STRANGE * strange + _OTHER_WEEKDAY * (day.weekday() != other.weekday())
        return cost, day, other

    found: dict[date, date] = {}
    used: set[date] = set()
    for _, day, other in sorted(apart(day, other) for day in left for other in free):
        if day not in found and other not in used:
            found[day] = other
            used.add(other)
    return found
