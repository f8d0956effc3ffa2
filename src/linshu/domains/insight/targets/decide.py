"""Where a running period is likely to end: what is done, and for each day left what like days of late brought; pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DAY = timedelta(days=1)
LOOKED_BACK = 56  # days: eight of each weekday
LEAST_DAYS = 14  # with fewer nothing is foretold
SURE = 1.2816  # standard deviations on either side that hold four of five ends

Verdict = Literal["met", "missed", "ahead", "behind", "open"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The likely end of a period: the middle, and between what four of five such periods end."""

    middle: float
    low: float
    high: float


def forecast(days: Mapping[date, float], start: date, end: date, last: date) -> Ahead | None:
    """The sum of a period that runs from `start` to `end`, known up to `last`; None when too little is known.

    Days left bring the mean of their weekday over the last eight weeks; how far those weeks scattered around it says
    how sure that is.
    """
    done = sum(value for day, value in days.items() if start <= day <= min(last, end))
    if last >= end:
        return Ahead(done, done, done)
    known = {day: value for day, value in days.items() if last - LOOKED_BACK * DAY < day <= last}
    by_weekday: dict[int, list[float]] = defaultdict(list)
    for day, value in known.items():
        by_weekday[day.weekday()].append(value)
    if len(known) < LEAST_DAYS or len(by_weekday) < 7:
        return None
    usual = {weekday: fmean(values) for weekday, values in by_weekday.items()}
    first_left = max(start, last + DAY)
    left = [first_left + number * DAY for number in range((end - first_left).days + 1)]
    middle = done + sum(usual[day.weekday()] for day in left)
    scatter = sum((value - usual[day.weekday()]) ** 2 for day, value in known.items()) / max(len(known) - 7, 1)
    by = SURE * sqrt(scatter * len(left))
    low = middle - by if min(known.values()) < 0 else max(done, middle - by)
    return Ahead(middle, low, middle + by)


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
