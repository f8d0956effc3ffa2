"""The slow truth: every figure row by row over plain lists, written without looking at any SQL."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.engine.metrics.company import CATALOG, Row, Tables

from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain

UNKNOWN = "(未知)"
FACT_TABLE = {
    "lines": "fct_lines",
    "orders": "fct_orders",
    "refunds": "fct_refunds",
    "chat": "fct_chat",
    "stock": "fct_stock",
}
LABELLED = {"channel": ("dim_channel", "channel_id"), "community": ("dim_community", "community_id"),
            "district": ("dim_region", "region_id"), "city": ("dim_region", "region_id"),
            "leader": ("dim_leader", "leader_id"), "sku": ("dim_sku", "sku_id")}  # fmt: skip
SCOPE = {
    "regions": ("district", "city"),
    "communities": ("community",),
    "leaders": ("leader",),
    "suppliers": ("supplier",),
    "channels": ("channel",),
}


class Brute:
    """Answers questions about one small company."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.by_key = {
            name: {row[key]: row for row in tables[name]}
            for name, key in [
                ("dim_community", "community_id"),
                ("dim_leader", "leader_id"),
                ("dim_sku", "sku_id"),
                ("dim_region", "region_id"),
                ("dim_channel", "channel_id"),
            ]
        }

    # -- dimensions

    def key(self, fact: str, row: Row, dimension: str, as_of: str) -> Any:
        if dimension == "leader":
            return self._community(row).get("leader_id") if as_of == "now" else row["leader_id"]
        if dimension == "tier":
            return self._tier(fact, row, as_of)
        if dimension in ("district", "city"):
            return self._community(row).get(f"{dimension}_id")
        if dimension in ("category", "supplier"):
            column = "category" if dimension == "category" else "supplier_id"
            return self.by_key["dim_sku"].get(row["sku_id"], {}).get(column)
        column = {"self_order": "is_self_order", "mode": "mode", "kind": "kind", "paid_date": "paid_date"}.get(
            dimension
        )
        return row[column or f"{dimension}_id"]

    def _community(self, row: Row) -> Row:
        return self.by_key["dim_community"].get(row["community_id"], {})

    def _tier(self, fact: str, row: Row, as_of: str) -> Any:
        leader = self.key(fact, row, "leader", as_of)
        if as_of == "now":
            return self.by_key["dim_leader"].get(leader, {}).get("tier")
        moment = row["paid_at" if fact == "refunds" else "placed_at"]
        for version in self.tables["dim_leader_version"]:
            until = version["valid_to"]
            if version["leader_id"] == leader and version["valid_from"] <= moment and (until is None or moment < until):
                return version["tier"]
        return None

    def label(self, dimension: str, key: Any) -> str:
        table, _ = LABELLED[dimension]
        row = self.by_key[table].get(key)
        return row["name"] if row and row["name"] is not None else UNKNOWN

    # -- rows

    def passes(self, fact: str, row: Row, query: Query) -> bool:
        for one in query.where:
            key = self.key(fact, row, one.dimension, query.as_of)
            if not self._matches(one, key):
                return False
        for attribute, allowed in query.scope.restrictions():
            if not any(self.key(fact, row, name, "ordered") in allowed for name in SCOPE[attribute]):
                return False
        return True

    def _matches(self, one: Any, key: Any) -> bool:
        if one.operator in ("in", "not in"):
            wanted = [_typed(one.dimension, value) for value in one.values]
            hit = key is None if UNKNOWN in wanted and key is None else key in wanted
            if one.dimension in LABELLED and key is not None:
                hit = hit or any(value == self.label(one.dimension, key) and value != UNKNOWN for value in wanted)
            return hit == (one.operator == "in")
        if key is None:
            return False
        value = _typed(one.dimension, one.values[0])
        return {"<": key < value, "<=": key <= value, ">": key > value, ">=": key >= value}[one.operator]

    # -- figures

    def answer(self, query: Query) -> list[Row]:
        groups: dict[tuple[Any, ...], dict[str, Any]] = {}
        leaves = {leaf for name in query.metrics for leaf in CATALOG.leaves(name)}
        periods = [("", query.start, query.end, None)]
        if query.compare:
            periods.append(("__before", *_before(query)))
        for suffix, start, end, move in periods:
            for leaf in leaves:
                for group, value in self._leaf(leaf, query, start, end, move).items():
                    groups.setdefault(group, {})[leaf + suffix] = value
        if not query.by and not query.grain:
            groups.setdefault((), {})
        return [self._row(group, found, query) for group, found in groups.items()]

    def _row(self, group: tuple[Any, ...], found: dict[str, Any], query: Query) -> Row:
        row: Row = {}
        keys = list(group)
        if query.grain:
            row[query.grain.value] = keys.pop(0)
        for name, key in zip(query.by, keys, strict=True):
            row[name] = _shown(key)
            if name in LABELLED:
                row[f"{name}_name"] = self.label(name, key)
        for name in query.metrics:
            row[name] = _figure(name, found, "")
            if query.compare:
                before = _figure(name, found, "__before")
                row[f"{name}_{query.compare}"] = before
                known = row[name] is not None and before
                row[f"{name}_change"] = (row[name] - before) / abs(before) if known else None
        return row

    def _leaf(self, leaf: str, query: Query, start: Any, end: Any, move: Any) -> dict[tuple[Any, ...], Any]:
        measure = CATALOG.measure(leaf)
        fact = CATALOG.facts[measure.fact]
        clock = fact.clock(measure.clock)
        taken: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.tables[FACT_TABLE[fact.name]]:
            day = row[clock.day]
            if day is None or not _holds(fact.where, row) or not _holds(measure.where, row):
                continue
            if not self.passes(fact.name, row, query):
                continue
            moment = row[clock.at] if clock.at else None
            for bucket in _buckets(day, moment, measure, query, start, end, move):
                keys = tuple(self.key(fact.name, row, name, query.as_of) for name in query.by)
                taken.setdefault((*bucket, *keys), []).append(row)
        return {group: _aggregate(measure, rows) for group, rows in taken.items()}


def _typed(dimension: str, value: Any) -> Any:
    if dimension == "self_order" and isinstance(value, str) and value != UNKNOWN:
        return value in ("true", "是")
    if dimension == "paid_date" and isinstance(value, str) and value != UNKNOWN:
        return date.fromisoformat(value)
    return {"自提": "pickup", "到家": "home"}.get(value, value) if dimension == "mode" else value


def _shown(key: Any) -> str:
    if key is None:
        return UNKNOWN
    return str(key).lower() if isinstance(key, bool) else str(key)


def _figure(name: str, found: dict[str, Any], suffix: str) -> Any:
    formula = CATALOG.metric(name).formula
    if isinstance(formula, Measure):
        empty = None if formula.aggregate in ("min", "max") else 0
        return found.get(name + suffix, empty)
    return _calculate(formula, lambda inner: _figure(inner, found, suffix))


def _calculate(formula: Expression, read: Callable[[str], Any]) -> Any:
    if isinstance(formula, Col):
        return read(formula.name)
    if isinstance(formula, Val):
        return formula.value
    assert isinstance(formula, Op)
    args = [_calculate(arg, read) for arg in formula.args]
    return OPERATIONS[formula.name](*args)


def _null(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: None if any(arg is None for arg in args) else function(*args)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": _null(lambda a, b: a + b),
    "-": _null(lambda a, b: a - b),
    "*": _null(lambda a, b: a * b),
    "/": _null(lambda a, b: a / b if b else None),
    "=": _null(lambda a, b: a == b),
    "<": _null(lambda a, b: a < b),
    ">": _null(lambda a, b: a > b),
    "and": lambda a, b: False if a is False or b is False else None if a is None or b is None else True,
    "or": lambda a, b: True if a is True or b is True else None if a is None or b is None else False,
    "not": _null(lambda a: not a),
    "in": _null(lambda a, *values: a in values),
    "known": lambda a: a is not None,
}


def _holds(where: Expression | None, row: Row) -> bool:
    return where is None or _calculate(where, row.__getitem__) is True


def _aggregate(measure: Measure, rows: list[Row]) -> Any:
    if measure.aggregate == "count":
        return len(rows)
    assert measure.value is not None
    values = [value for row in rows if (value := _calculate(measure.value, row.__getitem__)) is not None]
    if measure.at_least:
        return sum(_often(measure, rows, value) >= measure.at_least for value in set(values))
    if measure.aggregate == "distinct":
        return len(set(values))
    if measure.aggregate == "sum":
        return sum(values)
    return (min if measure.aggregate == "min" else max)(values, default=None)


def _often(measure: Measure, rows: list[Row], value: Any) -> int:
    assert isinstance(measure.value, Col)
    own = [row for row in rows if row[measure.value.name] == value]
    return len({row[measure.each] for row in own} - {None}) if measure.each else len(own)


# -- time


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _last(day: date) -> bool:
    return (day + timedelta(1)).day == 1


def _before(query: Query) -> tuple[date, date, tuple[str, int]]:
    """The compared period and how its days are moved forward."""
    assert query.start
    assert query.end
    whole = query.start.day == 1 and _last(query.end)
    months = {"last_year": 12, "last_month": 1}.get(query.compare or "", 0)
    if query.compare == "previous" and whole and query.grain is not Grain.WEEK:
        months = (query.end.year - query.start.year) * 12 + query.end.month - query.start.month + 1
    if months and query.grain is not Grain.WEEK:
        end = _add_months(query.end, -months)
        while whole and not _last(end):
            end += timedelta(1)
        return _add_months(query.start, -months), end, ("months", months)
    length = (query.end - query.start).days + 1
    weeks = -(-length // 7) * 7 if query.grain is Grain.WEEK else length
    days = {"last_week": 7, "last_month": 28, "last_year": 364}.get(query.compare or "", weeks)
    return query.start - timedelta(days), query.end - timedelta(days), ("days", days)


def _forward(day: date, move: tuple[str, int] | None) -> date:
    if move is None:
        return day
    return day + timedelta(move[1]) if move[0] == "days" else _add_months(day, move[1])


def _bucket(grain: Grain, day: date) -> str:
    if grain is Grain.WEEK:
        return str(day - timedelta(day.weekday()))
    return {
        Grain.DAY: f"{day}",
        Grain.MONTH: f"{day:%Y-%m}",
        Grain.QUARTER: f"{day.year}-Q{(day.month + 2) // 3}",
        Grain.YEAR: f"{day.year}",
    }[grain]


def _buckets(
    day: date, moment: datetime | None, measure: Measure, query: Query, start: Any, end: Any, move: Any
) -> list[tuple[str, ...]]:
    """The buckets a row counts in: none, one, or for moving windows several."""
    if measure.window:
        return _window(day, measure.window, query, start, end, move)
    if (start and day < start) or (end and day > end):
        return []
    if not query.grain:
        return [()]
    if query.grain in (Grain.DAY, Grain.HOUR) and not _counterpart(day, move):
        return []
    if query.grain is Grain.HOUR:
        assert moment
        there = moment + (_forward(day, move) - day) if move is None or move[0] == "days" else None
        if there is None:
            there = datetime.combine(_add_months(moment.date(), move[1]), moment.timetz())
        return [(f"{there + timedelta(hours=8):%Y-%m-%dT%H:00}+08:00",)]
    return [(_bucket(query.grain, _forward(day, move)),)]


def _counterpart(day: date, move: Any) -> bool:
    return move is None or move[0] == "days" or _add_months(_forward(day, move), -move[1]) == day


def _window(day: date, window: int, query: Query, start: date, end: date, move: Any) -> list[tuple[str, ...]]:
    if not query.grain:
        return [()] if end - timedelta(window - 1) <= day <= end else []
    found = []
    for offset in range(window):
        last = day + timedelta(offset)
        here = _forward(last, move) if move and move[0] == "days" else last
        closes = (
            query.grain is Grain.DAY
            or last == end
            or _bucket(query.grain, here) != _bucket(query.grain, here + timedelta(1))
        )
        if start <= last <= end and closes and (query.grain is not Grain.DAY or _counterpart(last, move)):
            found.append((_bucket(query.grain, _forward(last, move)),))
    return found
