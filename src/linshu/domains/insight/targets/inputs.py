"""The targets that were set, and what the metric layer says of each: the days of late, and the sum so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.targets.decide import DAY, LOOKED_BACK
from linshu.engine.metrics.goals import SCALE, adds_up
from linshu.kernel.errors import LinshuError

if TYPE_CHECKING:
    from linshu.engine.metrics.declare import Metric
    from linshu.engine.shell.asking import Shop
    from linshu.kernel.text import Text

WHEN = {
    "": "period_start <= ? AND period_end >= ?",
    "coming": "period_start > ? AND period_end > ?",
    "over": "period_start < ? AND period_end < ?",
}
SET = "SELECT metric, dimension, dimension_value, period_grain, period_start, period_end, target_value FROM fct_targets"


@dataclass(frozen=True, slots=True)
class Target:
    """One target, its value in the metric's own unit."""

    metric: str
    dimension: str
    part: str
    grain: str
    start: date
    end: date
    kept: int  # as it was set


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the figure a target is set for."""

    value: float | None = None
    days: dict[date, float] | None = None  # only for what adds up over days
    problem: Text | None = None


def targets(shop: Shop, when: str, today: date, limit: int, offset: int) -> tuple[tuple[Target, ...], int]:
    """A page of the targets that run, come or are over on a day, the nearest first; and how many there are."""
    where = WHEN[when]
    order = "period_end DESC" if when == "over" else "period_end"
    try:
        total = shop.read(f"SELECT count(*) AS many FROM fct_targets WHERE {where}", (today, today)).to_pylist()[0][
            "many"
        ]
        rows = shop.read(
            f"{SET} WHERE {where} ORDER BY {order}, metric, dimension, dimension_value LIMIT ? OFFSET ?",
            (today, today, limit, offset),
        ).to_pylist()
    except LinshuError:
        return (), 0  # nothing was built yet
    return tuple(Target(*row.values()) for row in rows), int(total)


def goal(one: Target, metric: Metric) -> float:
    """The value to reach, as the metric counts."""
    return one.kept / SCALE.get(metric.unit, 1)


def standing(shop: Shop, one: Target, metric: Metric, last: date) -> Standing:
    """The figure of the period so far, and its days as far as they say where it is going."""
    until = min(one.end, last)
    where: dict[str, Any] = {}
    if one.dimension != "*":
        where = dict(zip(one.dimension.split("|"), one.part.split("|"), strict=False))
    try:
        if not adds_up(metric, shop.catalog):
            if until < one.start:
                return Standing()
            row = shop.query(metric.name, start=one.start, end=until, where=where).rows()
            found = row[0][metric.name] if row else None
            return Standing(None if found is None else float(found))
        begin = min(one.start, last - (LOOKED_BACK - 1) * DAY)
        answer = shop.query(metric.name, start=begin, end=last, grain="day", where=where, fill=True)
    except LinshuError as error:
        return Standing(problem=error.what)
    days = {date.fromisoformat(str(row["day"])): float(row[metric.name] or 0) for row in answer.rows()}
    first = min((day for day, value in days.items() if value), default=last)  # before it there was nothing to sell
    days = {day: value for day, value in days.items() if day >= first}
    return Standing(sum(value for day, value in days.items() if one.start <= day <= until), days)
