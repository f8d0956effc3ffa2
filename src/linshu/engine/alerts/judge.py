"""Does it ring? One group's figures, bucket by bucket, against a rule: pure.

"Before" is the like of the judged day: the same weekday a week earlier; for weeks and months the one before. The usual band
is the median of the like buckets and their swing (the median distance from it, scaled to a standard deviation). A day that
is a holiday, or works although it is a weekend, is held against nothing: last week is not its like, so nothing is said.
Neither do such days count as usual for others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from linshu.kernel.calendar import DayKind, look_up
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.engine.alerts.rule import Rule

NOTHING = Text("", "")
LEAST_HISTORY = 4  # like buckets, before a band means anything
SWING = 1.4826  # the median distance of a normal figure, as a standard deviation
LEAST_SWING = 0.02  # of the expected value: a figure that never moves would ring at the smallest step


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket: its first day, the figure, and the sample behind it."""

    start: date
    value: float | None
    sample: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of one bucket: whether it is out of bounds, held against what; None = nothing can be said."""

    out: bool | None
    value: float | None
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    why: Text = NOTHING  # why nothing can be said
    back: bool = False  # not out, and far enough inside to fall silent


def judge(rule: Rule, points: Mapping[date, Point], at: date) -> Verdict:
    """The verdict on the bucket that begins with `at`."""
    here = points.get(at)
    if here is None or here.value is None:
        return Verdict(None, None, why=Text("这一段没有数", "there is no figure"))
    if rule.least and (here.sample or 0) < rule.least:
        return Verdict(None, here.value, why=Text("样本太少", "the sample is too small"))
    if rule.test in ("above", "below"):
        return _bounded(rule, here.value)
    if rule.grain == "day" and _odd(at):
        return Verdict(
            None, here.value, why=Text("节假日或调休，没有可比的日子", "a holiday or shifted day has no like")
        )
    if rule.test == "band":
        return _banded(rule, points, here)
    return _moved(rule, points.get(_before(rule, at)), here)


def _bounded(rule: Rule, value: float) -> Verdict:
    above = rule.test == "above"
    slack = abs(rule.limit) * rule.ease
    if above:
        return Verdict(value > rule.limit, value, high=rule.limit, back=value <= rule.limit - slack)
    return Verdict(value < rule.limit, value, low=rule.limit, back=value >= rule.limit + slack)


def _moved(rule: Rule, before: Point | None, here: Point) -> Verdict:
    assert here.value is not None
    if before is None or before.value is None or before.value <= 0:
        return Verdict(None, here.value, why=Text("之前没有数可比", "there is nothing before it"))
    if rule.least and (before.sample or 0) < rule.least:
        return Verdict(None, here.value, before.value, why=Text("之前的样本太少", "the sample before was too small"))
    eased = rule.limit * (1 - rule.ease)
    if rule.test == "fell":
        low = before.value * (1 - rule.limit)
        return Verdict(
            here.value < low, here.value, before.value, low=low, back=here.value >= before.value * (1 - eased)
        )
    high = before.value * (1 + rule.limit)
    return Verdict(
        here.value > high, here.value, before.value, high=high, back=here.value <= before.value * (1 + eased)
    )


def _banded(rule: Rule, points: Mapping[date, Point], here: Point) -> Verdict:
    assert here.value is not None
    usual = [
        one.value
        for one in points.values()
        if one.start < here.start and one.value is not None and _alike(rule, one.start, here.start)
    ]
    if len(usual) < LEAST_HISTORY:
        return Verdict(
            None, here.value, why=Text("历史太短，说不出平常", "the past is too short to know what is usual")
        )
    middle = median(usual)
    swing = max(SWING * median(abs(one - middle) for one in usual), LEAST_SWING * abs(middle))
    reach = rule.limit * swing
    low, high = middle - reach, middle + reach
    inner = reach * (1 - rule.ease)
    back = middle - inner <= here.value <= middle + inner
    return Verdict(not low <= here.value <= high, here.value, middle, low, high, back=back)


def _before(rule: Rule, at: date) -> date:
    if rule.grain == "day":
        return at - timedelta(days=7)
    if rule.grain == "week":
        return at - timedelta(days=7)
    return (at.replace(day=1) - timedelta(days=1)).replace(day=1)


def _alike(rule: Rule, one: date, other: date) -> bool:
    return rule.grain != "day" or (one.weekday() == other.weekday() and not _odd(one))


def _odd(day: date) -> bool:
    """A holiday, or a day that works or rests unlike its weekday."""
    kind = look_up(day).kind
    usual = DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKDAY
    return kind != usual
