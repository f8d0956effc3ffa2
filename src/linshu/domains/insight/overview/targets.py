"""How much of the targets that were set falls due within a period: pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from linshu.engine.metrics.declare import Measure, Unit
from linshu.kernel.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from linshu.engine.metrics import Metric

PPM = 1_000_000
FINENESS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class SetTarget:
    """A target as it was set: for these days, in the metric's stored unit (fen, parts per million, count)."""

    metric: str
    grain: str
    period: Period
    value: int


def due(metric: Metric, targets: Iterable[SetTarget], period: Period) -> Fraction | None:
    """What the metric is to reach within the period; None when some day of it has no target.

    What adds up over days is shared evenly over the days of its target; a rate is the mean over the days; a count of
    different people or goods cannot be cut, and is due only for exactly the days it was set for. The finest target set
    for a day is the one that counts.
    """
    mine = sorted((one for one in targets if one.metric == metric.name), key=lambda one: FINENESS.index(one.grain))
    rate = metric.unit in (Unit.RATIO, Unit.PER_MILLE)
    if not rate and not _adds_up(metric):
        return next((Fraction(one.value) for one in mine if one.period == period), None)
    shares = [_share(day, mine, rate=rate) for day in period]
    if any(share is None for share in shares):
        return None
    total = sum((share for share in shares if share is not None), Fraction(0))
    return total / period.days / PPM if rate else total


def _share(day: date, targets: list[SetTarget], *, rate: bool) -> Fraction | None:
    for one in targets:
        if day in one.period:
            return Fraction(one.value, 1 if rate else one.period.days)
    return None


def _adds_up(metric: Metric) -> bool:
    formula = metric.formula
    return isinstance(formula, Measure) and formula.aggregate in {"sum", "count"} and not formula.window
