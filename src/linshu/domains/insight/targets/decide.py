"""Where a running period is likely to end: what is done, and for each day left what like days of late brought; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

DAY = timedelta(days=1)
WEEK = 7
LOOKED_BACK = 8 * WEEK  # days: eight of each weekday
LEAST_DAYS = 3 * WEEK  # with fewer nothing is foretold
TRIED_FROM = 2 * WEEK  # days a trial of the rule on the past must know
# On either side that hold four of five ends, by Student's t: eight weeks hold about six trials that do not overlap.
SURE = 1.476
DRIFTS = 1.5  # the power of the days ahead with which the sum of a drifting level scatters
FADES = 0.8  # what is left of the movement of late, week by week

Verdict = Literal["met", "missed", "ahead", "behind", "open"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The likely end of a period: the middle, and between what four of five such periods end."""

    middle: float
    low: float
    high: float


def forecast(days: Mapping[date, float], start: date, end: date, last: date) -> Ahead | None:
    """The sum of a period that runs from `start` to `end`, known up to `last`; None when too little is known."""
    done = sum(value for day, value in days.items() if start <= day <= min(last, end))
    if last >= end:
        return Ahead(done, done, done)
    left = _left(days, start, end, last)
    if left is None:
        return None
    middle, by, positive = left
    low = done + middle - by
    return Ahead(done + middle, max(done, low) if positive else low, done + middle + by)


def forecast_mean(days: Mapping[date, float], start: date, end: date, last: date, value: float) -> Ahead | None:
    """The same for what does not add up but lies between its days, such as a rate: `value` is the period's so far.

    Every day weighs the same, so it is rougher than the sum.
    """
    if last >= end:
        return Ahead(value, value, value)
    left = _left(days, start, end, last)
    if left is None:
        return None
    middle, by, positive = left
    passed, every = max((last - start).days + 1, 0), (end - start).days + 1
    done = passed * value
    low = (done + middle - by) / every
    return Ahead((done + middle) / every, max(0.0, low) if positive else low, (done + middle + by) / every)


def _left(days: Mapping[date, float], start: date, end: date, last: date) -> tuple[float, float, bool] | None:
    """What the days left bring together, how far it may be off, and whether no day of late was below nothing.

    How far off: as the same rule was, tried on earlier days of the weeks looked at, on up to a week ahead. Further ahead
    it grows faster than the days, since the level itself drifts: like the sum of a random walk.
    """
    known = [value for day, value in days.items() if last - LOOKED_BACK * DAY < day <= last]
    first = min((day for day in days if last - LOOKED_BACK * DAY < day <= last), default=last)
    if len(known) < LEAST_DAYS:
        return None
    run = [float(days.get(first + at * DAY, 0.0)) for at in range((last - first).days + 1)]
    ahead = (end - last).days
    skipped = max((start - last).days - 1, 0)
    brought = _next(run, ahead)[skipped:]
    tried = min(ahead, WEEK, (len(run) - TRIED_FROM) // 2)
    cuts = range(TRIED_FROM, len(run) - tried + 1)
    errors = [sum(run[cut : cut + tried]) - sum(_next(run[:cut], tried)) for cut in cuts]
    off = sqrt(fmean(error * error for error in errors)) * (ahead / tried) ** DRIFTS
    return sum(brought), SURE * off, min(run) >= 0


def _next(run: Sequence[float], ahead: int) -> list[float]:
    """What each of the days after a run of days is likely to bring.

    The level of the last two weeks, moved on by the weekly movement of late, which fades; and on each weekday as far
    from it as that weekday was from the mean of its week.
    """
    weeks = [run[at : at + WEEK] for at in range(len(run) % WEEK, len(run), WEEK)]
    levels = [fmean(week) for week in weeks]
    shape = [fmean(week[at] - level for week, level in zip(weeks, levels, strict=True)) for at in range(WEEK)]
    moved = (levels[-1] - levels[-4]) / 3 if len(levels) >= 4 else 0.0
    level = 0.6 * levels[-1] + 0.4 * (levels[-2] + moved)
    floor = 0.0 if min(run) >= 0 else float("-inf")
    brought = []
    for at in range(ahead):
        if at % WEEK == 0:
            level += moved * FADES ** (at // WEEK)
        brought.append(max(level + shape[at % WEEK], floor))
    return brought


def verdict(value: float | None, goal: float, ahead: Ahead | None, *, over: bool, low_is_good: bool) -> Verdict:
    """How it stands: met or missed once the period is over; before that by where its end is likely to lie."""
    sign = -1 if low_is_good else 1
    if over:
        return "met" if value is not None and sign * value >= sign * goal else "missed"
    if ahead is None:
        return "open"
    worst, best = (ahead.high, ahead.low) if low_is_good else (ahead.low, ahead.high)
    if sign * worst >= sign * goal:
        return "ahead"
    return "behind" if sign * best < sign * goal else "open"


def due(goal: float, start: date, end: date, last: date) -> float:
    """What would be done by now if every day brought the same."""
    passed = min(max((last - start).days + 1, 0), (end - start).days + 1)
    return goal * passed / ((end - start).days + 1)
