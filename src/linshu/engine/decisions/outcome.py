"""Did it work? What a decision promised, what was seen, against what, and how sure that is: pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance
from typing import TYPE_CHECKING, Literal

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

How = Literal["holdout", "replay", "baseline"]
HOW_TITLES: dict[How, Text] = {
    "holdout": Text("随机对照", "Randomised comparison"),
    "replay": Text("模拟重放（估计）", "Replay on estimates"),
    "baseline": Text("与原来的做法比（估计）", "Against the rule used before (estimate)"),
}
HOW_WORDS: dict[How, Text] = {
    "holdout": Text(
        "随机抽出的对照组什么都没做；两组之差就是这项决定带来的。",
        "A group drawn at random was left alone; the difference is what the decision brought.",
    ),
    "replay": Text(
        "用估计的参数把这段时间重放一遍，没有这项决定；差额是估计，不是观测。",
        "The period is replayed on estimated parameters without the decision; the difference is an estimate.",
    ),
    "baseline": Text(
        "同样的数据按原来的规则会得到什么；差额是估计，不是观测。",
        "What the rule used before would have given on the same data; the difference is an estimate.",
    ),
}
LEAST_EACH = 10  # below so many on either side nothing is said about chance
SURE = NormalDist().inv_cdf(0.975)  # of 95 %, two-sided


@dataclass(frozen=True, slots=True)
class Observed:
    """The gain seen, in fen, with a 95 % interval; low and high are None when there are too few to tell."""

    gain: float
    low: float | None
    high: float | None
    cases: int
    compared: int


def against_held(offered: Sequence[float], held: Sequence[float]) -> Observed:
    """What offering brought to all whom it was offered, by intention to treat.

    Everybody drawn as "offered" counts, whether a person approved the proposal or not: people choose whom they approve,
    and leaving the others out would turn their choice into an effect. Welch's standard error, normal quantile; with
    fewer than 10 on a side no interval is given.
    """
    if not offered or not held:
        return Observed(0.0, None, None, len(offered), len(held))
    each = fmean(offered) - fmean(held)
    gain = each * len(offered)
    if min(len(offered), len(held)) < LEAST_EACH:
        return Observed(gain, None, None, len(offered), len(held))
    error = sqrt(variance(offered) / len(offered) + variance(held) / len(held)) * len(offered)
    return Observed(gain, gain - SURE * error, gain + SURE * error, len(offered), len(held))


def summed(gains: Sequence[float]) -> Observed:
    """The sum of gains that were measured one by one, with the interval of a sum of independent cases."""
    total = sum(gains)
    if len(gains) < LEAST_EACH:
        return Observed(total, None, None, len(gains), 0)
    error = sqrt(variance(gains) * len(gains))
    return Observed(total, total - SURE * error, total + SURE * error, len(gains), 0)
