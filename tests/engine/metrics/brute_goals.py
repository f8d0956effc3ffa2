"""What figures are to reach, day by day over plain lists with exact fractions; written without looking at any SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.declare import Clock, Fact, Measure, Metric, Unit
from linshu.engine.metrics.expression import Col, Op
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from tests.engine.metrics.brute import Brute, Row

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.query import Query

UNKNOWN = "(未知)"


@dataclass(frozen=True)
class SetTarget:
    """A target as it was set: for these days, in the metric's stored unit."""

    metric: str
    fineness: int
    start: date
    end: date
    value: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def due(metric: Metric, catalog: Catalog, targets: list[SetTarget], days: list[date]) -> Fraction | None:
    """What the metric is to reach on these days taken together; None when it cannot be said."""
    mine = sorted((one for one in targets if one.metric == metric.name), key=lambda one: (one.fineness, one.start))
    rate = metric.unit in (Unit.RATIO, Unit.PER_MILLE)
    if not rate and not _adds(metric, catalog):
        exact = [Fraction(one.value) for one in mine if (one.start, one.end) == (days[0], days[-1])]
        return exact[0] if exact else None
    total = Fraction(0)
    for day in days:
        found = next((one for one in mine if one.start <= day <= one.end), None)
        if found is None:
            return None
        total += Fraction(found.value, 1 if rate else found.days)
    if not rate:
        return total
    return total / len(days) / (1_000_000 if metric.unit is Unit.RATIO else 1_000)


def _adds(metric: Metric, catalog: Catalog) -> bool:
    formula = metric.formula
    if isinstance(formula, Measure):
        return formula.aggregate in ("sum", "count") and formula.window == 0
    parts = formula.args if isinstance(formula, Op) and formula.name in "+-" else (formula,)
    return all(isinstance(part, Col) and _adds(catalog.metric(part.name), catalog) for part in parts)


def goals(brute: Brute, query: Query, buckets: dict[Any, list[date]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """What each metric is to reach by bucket and group, under the names `<metric>__due`."""
    parts = _parts(brute, query)
    if parts is None:
        return {}
    by_part: dict[tuple[Any, ...], list[SetTarget]] = {}
    for row in brute.tables["fct_targets"]:
        if row["parts"] != ("|".join(parts) or "*"):
            continue
        keys = tuple(_key(brute, name, row[f"value_{at + 1}"]) for at, name in enumerate(parts))
        if None in keys or not _seen(brute, query, dict(zip(parts, keys, strict=True))):
            continue
        target = SetTarget(row["metric"], row["fineness"], row["period_start"], row["period_end"], row["target_value"])
        by_part.setdefault(tuple(keys[parts.index(name)] for name in query.by), []).append(target)
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for group, targets in by_part.items():
        for bucket, days in buckets.items():
            for name in query.metrics:
                value = due(brute.catalog.metric(name), brute.catalog, targets, days)
                if value is not None:
                    found.setdefault((*bucket, *group), {})[f"{name}__due"] = float(value)
    return found


def _parts(brute: Brute, query: Query) -> list[str] | None:
    names = set(query.by)
    for one in query.where:
        if one.dimension in brute.catalog.memberships:
            return None  # nobody sets targets for a segment
        if one.operator not in ("in", "not in") or UNKNOWN in one.values:
            return None
        if one.dimension not in query.by and (one.operator != "in" or len(one.values) != 1):
            return None
        names.add(one.dimension)
    if len(names) > 3 or any(brute.catalog.dimension(name).kind is not Kind.TEXT for name in names):
        return None
    return sorted(names)


def _key(brute: Brute, name: str, value: str) -> Any:
    """The key a target's value names: the key itself, or the one key of that name, of the dimension's own level."""
    dimension = brute.catalog.dimension(name)
    if not dimension.table:
        return value
    keys = {row[dimension.key]: row for row in brute.tables[dimension.table]}
    for via in dimension.of:
        if brute.catalog.dimension(via.dimension).table == dimension.table:
            own = {row[via.column] for row in brute.tables[dimension.table]}
            keys = {key: row for key, row in keys.items() if key in own}
            break
    if value in keys:
        return value
    named = [key for key, row in keys.items() if dimension.label and row[dimension.label] == value]
    return named[0] if len(named) == 1 else None


def _seen(brute: Brute, query: Query, part: Row) -> bool:
    """Whether the filters ask for the part and the viewer's scope holds all of it."""
    if not all(brute._matches(one)(part[one.dimension]) for one in query.where):
        return False
    clock = Clock("set", Text("", ""), "")
    fact = Fact(
        f"part {sorted(part)}", "", clock.title, (), (clock,), {name: name for name in part}, lasting=tuple(part)
    )
    row = dict(part)
    for attribute, allowed in query.scope.restrictions():
        levels = [one.name for one in brute.catalog.dimensions.values() if one.scope == attribute]
        reached = [name for name in levels if brute._distance(fact, name, "now") is not None]
        if not any(brute._key(fact, row, name, "now", None) in allowed for name in reached):
            return False
    return True


def buckets(query: Query, name: Any) -> dict[Any, list[date]]:
    """The asked days by bucket."""
    assert query.start
    assert query.end
    found: dict[Any, list[date]] = {}
    for step in range((query.end - query.start).days + 1):
        day = query.start + timedelta(step)
        found.setdefault((name(query, day),) if query.grain else (), []).append(day)
    return found
