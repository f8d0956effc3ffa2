"""What a rule reads: the figures of every group, bucket by bucket, and where each group belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.engine.access.place import Place
from linshu.engine.alerts.judge import Point
from linshu.engine.alerts.rule import HISTORY, Rule
from linshu.kernel.period import Grain, Period, bucket
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linshu.engine.shell.asking import Shop

WHOLE = Text("全公司", "The whole company")
# Where a group of a dimension belongs: the table that says so, and its key.
HOMES: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("province", "city", "district", "street"), ("dim_region", "region_id")),
    "community": ("dim_community", "community_id"),
    "leader": ("dim_leader", "leader_id"),
}
LEVELS = ("province_id", "city_id", "district_id", "street_id")
DIRECT = ("warehouse", "supplier", "channel")  # the id is the place


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a rule: its name and its figures by the first day of each bucket."""

    group_id: str
    title: Text
    points: Mapping[date, Point] = field(default_factory=dict)


def last_bucket(rule: Rule, today: date) -> date:
    """The first day of the newest bucket that is over."""
    grain = Grain(rule.grain)
    return bucket(grain, bucket(grain, today) - timedelta(days=1))


def buckets(rule: Rule, last: date, count: int) -> tuple[date, ...]:
    """The first days of so many buckets, ending with `last`, oldest first."""
    grain, found = Grain(rule.grain), [last]
    while len(found) < count:
        found.append(bucket(grain, found[-1] - timedelta(days=1)))
    return tuple(reversed(found))


def groups(shop: Shop, rule: Rule, last: date, more: int = 0) -> tuple[Group, ...]:
    """Every group with its figures up to the bucket `last`, so far back as the rule looks, and `more` buckets further.

    A bucket without rows is zero where that is what the figure means; a group counts from its first bucket with rows on.
    """
    known = buckets(rule, last, HISTORY[rule.grain] + more)
    grain = Grain(rule.grain)
    end = Period(last, last).shift(1, grain).start - timedelta(days=1) if grain is not Grain.DAY else last
    metrics = (rule.metric, rule.sample) if rule.sample and rule.sample != rule.metric else (rule.metric,)
    answer = shop.query(
        metrics,
        (rule.by,) if rule.by else (),
        start=known[0],
        end=end,
        grain=rule.grain,
        where=list(rule.where) or None,
    )
    absent = 0.0 if shop.catalog.counts_nothing(rule.metric) else None
    by_group: dict[str, dict[date, Point]] = {}
    titles: dict[str, Text] = {}
    for row in answer.rows():
        group_id = str(row[rule.by] or "") if rule.by else ""
        if rule.by and not group_id:
            continue
        name = str(row.get(f"{rule.by}_name") or group_id) if rule.by else ""
        titles[group_id] = Text(name, name) if rule.by else WHOLE
        start = _day(row[rule.grain], grain)
        sample = row[rule.sample] if rule.sample else None
        by_group.setdefault(group_id, {})[start] = Point(start, _number(row[rule.metric]), _number(sample))
    return tuple(Group(one, titles[one], _whole(points, known, absent)) for one, points in sorted(by_group.items()))


def _whole(points: dict[date, Point], known: tuple[date, ...], absent: float | None) -> dict[date, Point]:
    if absent is None:
        return points
    first = min(points)
    return {day: points.get(day, Point(day, absent, 0.0)) for day in known if day >= first}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _day(value: Any, grain: Grain) -> date:
    if isinstance(value, date):
        return value
    text = str(value)
    return date.fromisoformat(f"{text}-01" if grain is Grain.MONTH else text[:10])


def places(shop: Shop, rule: Rule) -> Mapping[str, Place]:
    """Where each group of the rule belongs; a group that is not here belongs to nobody who is bound to a scope."""
    if rule.by not in HOMES:
        return {}
    table, key = HOMES[rule.by]
    extra = {"dim_community": ", warehouse_id, channel_id, leader_id", "dim_leader": ", community_id"}.get(table, "")
    rows = shop.read(f"SELECT {key} AS id, {', '.join(LEVELS)}{extra} FROM {table}").to_pylist()
    return {row["id"]: _place(rule.by, row) for row in rows}


def place_of(rule: Rule, group_id: str, known: Mapping[str, Place]) -> Place:
    """The place of one group."""
    if rule.by in DIRECT:
        direct = dict.fromkeys(DIRECT, "") | {rule.by: group_id}
        return Place(warehouse=direct["warehouse"], supplier=direct["supplier"], channel=direct["channel"])
    return known.get(group_id, Place())


def _place(by: str, row: Mapping[str, Any]) -> Place:
    regions = tuple(filter(None, (row[level] for level in LEVELS)))
    if by == "community":
        return Place(regions, row["id"], row["leader_id"] or "", "", row["warehouse_id"] or "", row["channel_id"] or "")
    if by == "leader":
        return Place(regions, row["community_id"] or "", row["id"])
    return Place(regions)


# Where a group of live events has its name: the table and its key.
NAMED: Mapping[str, tuple[str, str]] = {
    "community": ("dim_community", "community_id"), "leader": ("dim_leader", "leader_id"),
    "supplier": ("dim_supplier", "supplier_id"), "warehouse": ("dim_warehouse", "warehouse_id"),
    "channel": ("dim_channel", "channel_id"),
}  # fmt: skip


def names_of(shop: Shop, by: str, ids: Collection[str]) -> dict[str, Text]:
    """What groups are called; one that is not here goes by its id."""
    if by not in NAMED or not ids:
        return {"": WHOLE}
    table, key = NAMED[by]
    marks = ", ".join(f"${number}" for number in range(1, len(ids) + 1))
    rows = shop.read(f"SELECT {key} AS id, name FROM {table} WHERE {key} IN ({marks})", list(ids)).to_pylist()
    return {row["id"]: Text(row["name"], row["name"]) for row in rows if row["name"]}
