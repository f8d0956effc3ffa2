"""Does it ring? One group's figures, bucket by bucket, against a rule: pure.

"Before" is the newest like of the judged bucket (`likes.py`): the same weekday of the last ordinary week; for a holiday the
day off before it. The usual band is the median of the like buckets and their swing (the median distance from it, scaled to
a standard deviation). Where there is no like, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from linshu.engine.alerts.likes import likes
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

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
    alike = likes(rule.grain, at)
    if not alike:
        return Verdict(
            None, here.value, why=Text("节假日或调休，没有可比的", "a holiday or shifted day: nothing is like it")
        )
    if rule.test == "band":
        return _banded(rule, [points[day].value for day in alike if day in points], here)
    return _moved(rule, points.get(alike[0]), here)


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


def _banded(rule: Rule, alike: Sequence[float | None], here: Point) -> Verdict:
    assert here.value is not None
    usual = [value for value in alike if value is not None]
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
