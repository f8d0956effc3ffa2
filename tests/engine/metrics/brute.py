"""The slow truth: every figure row by row over plain lists, written without looking at any SQL."""

from __future__ import annotations

import operator
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from tests.engine.metrics import brute_time as timing
from tests.engine.metrics.brute_goals import buckets, goals

from linshu.engine.metrics.catalog import Catalog
from linshu.engine.metrics.declare import Alignment, Clock, Dimension, Fact, Measure, Versions, Via
from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain
from linshu.kernel.table import Kind

Row = dict[str, Any]
Tables = dict[str, list[Row]]
When = str | datetime  # as ordered, as now, or the moment as of which relations are asked
UNKNOWN = "(未知)"
REST = "(其他)"
TRUE = ("true", "是")
OTHERS = object()  # the key of all groups that are not among the best
Groups = dict[tuple[Any, ...], dict[str, Any]]


class Brute:
    """Answers questions about one small company: its rows by table, and the declarations that say what they mean."""

    def __init__(self, tables: Tables, catalog: Catalog) -> None:
        self.tables, self.catalog = tables, catalog
        self._by_key: dict[str, dict[Any, Row]] = {}
        self._far: dict[tuple[str, str, When], int | None] = {}
        self._keys: dict[tuple[str, str, When, int, date | None], Any] = {}
        self._counted: dict[str, list[Row]] = {}

    # -- dimensions

    def key(self, fact: Fact, row: Row, name: str, as_of: When, day: date | None = None) -> Any:
        """The value of a dimension for one row of a fact; `day` is that of the clock it is counted by."""
        place = (fact.name, name, as_of, id(row), day)
        if place not in self._keys:
            self._keys[place] = self._key(fact, row, name, as_of, day)
        return self._keys[place]

    def _key(self, fact: Fact, row: Row, name: str, as_of: When, day: date | None) -> Any:
        dimension = self.catalog.dimension(name)
        if self._is_now(fact, dimension, as_of):
            assert dimension.now
            anchor = self.key(fact, row, dimension.now.dimension, as_of, day)
            if isinstance(as_of, datetime):
                assert dimension.past, f"{name} has no history"
                return self._version(dimension.past, anchor, as_of)
            return self._looked_up(dimension.now, anchor)
        if dimension.of_clock:
            return day
        if name in fact.keys:
            return row[fact.keys[name]]
        via = self._nearest(fact, dimension, as_of)
        assert via, f"{fact.name} does not reach {name}"
        anchor = self.key(fact, row, via.dimension, as_of, day)
        if dimension.versions and as_of != "now":
            moment = as_of if isinstance(as_of, datetime) else row[fact.happened]
            return self._version(dimension.versions, anchor, moment)
        return self._looked_up(via, anchor)

    def _is_now(self, fact: Fact, dimension: Dimension, as_of: When) -> bool:
        return as_of != "ordered" and dimension.now is not None and dimension.name not in fact.lasting

    def _nearest(self, fact: Fact, dimension: Dimension, as_of: When) -> Via | None:
        """Through which dimension it is reached with the fewest tables between; of equals the first."""
        far = [(self._distance(fact, via.dimension, as_of), at) for at, via in enumerate(dimension.of)]
        reached = [(hops, at) for hops, at in far if hops is not None]
        return dimension.of[min(reached)[1]] if reached else None

    def _distance(self, fact: Fact, name: str, as_of: When) -> int | None:
        """How many tables lie between a fact and a dimension; None when there is no way."""
        place = (fact.name, name, as_of)
        if place not in self._far:
            dimension = self.catalog.dimension(name)
            if self._is_now(fact, dimension, as_of):
                assert dimension.now
                before = self._distance(fact, dimension.now.dimension, as_of)
                self._far[place] = None if before is None else before + 1
            elif dimension.of_clock or name in fact.keys:
                self._far[place] = 0
            elif dimension.versions and as_of == "ordered" and not fact.happened:
                self._far[place] = None
            else:
                via = self._nearest(fact, dimension, as_of)
                self._far[place] = None if via is None else (self._distance(fact, via.dimension, as_of) or 0) + 1
        return self._far[place]

    def _looked_up(self, via: Via, anchor: Any) -> Any:
        dimension = self.catalog.dimension(via.dimension)
        return self._rows_of(dimension).get(anchor, {}).get(via.column)

    def _rows_of(self, dimension: Dimension) -> dict[Any, Row]:
        if dimension.table not in self._by_key:
            self._by_key[dimension.table] = {row[dimension.key]: row for row in self.tables[dimension.table]}
        return self._by_key[dimension.table]

    def _version(self, versions: Versions, anchor: Any, moment: datetime | None) -> Any:
        for row in self.tables[versions.table]:
            if row[versions.key] != anchor or anchor is None or moment is None:
                continue
            if row["valid_from"] <= moment and (row["valid_to"] is None or moment < row["valid_to"]):
                return row[versions.column]
        return None

    def label(self, dimension: Dimension, key: Any) -> str:
        row = self._rows_of(dimension).get(key)
        return row[dimension.label] if row and row[dimension.label] is not None else UNKNOWN

    # -- rows

    def passes(self, fact: Fact, query: Query) -> Callable[[Row, date], bool]:
        """Whether a row, counted on that day, is asked for and may be seen."""
        sets = [one for one in query.where if one.dimension in self.catalog.memberships]
        matches = [(one.dimension, self._matches(one)) for one in query.where if one not in sets]
        scopes = [
            ([one.name for one in self.catalog.dimensions.values() if one.scope == attribute], set(allowed))
            for attribute, allowed in query.scope.restrictions()
        ]

        def test(row: Row, day: date) -> bool:
            return (
                all(self._belongs(fact, row, one, _when(query)) for one in sets)
                and all(match(self.key(fact, row, name, _when(query), day)) for name, match in matches)
                and all(
                    any(self.key(fact, row, name, "ordered", day) in allowed for name in levels)
                    for levels, allowed in scopes
                )
            )

        return test

    def _belongs(self, fact: Fact, row: Row, one: Filter, as_of: When) -> bool:
        """Whether what the row is about is in any of the sets, or, asked for the unknown, in none."""
        asked = self.catalog.memberships[one.dimension]
        mine = self.key(fact, row, asked.of, as_of)
        own = [each for each in self.tables[asked.table] if mine is not None and each[asked.key] == mine]
        if asked.history and as_of == "now":
            own = [each for each in own if each["valid_to"] is None]
        elif asked.history:
            moment = as_of if isinstance(as_of, datetime) else row[fact.happened]
            own = [
                each
                for each in own
                if moment is not None
                and each["valid_from"] <= moment
                and (each["valid_to"] is None or moment < each["valid_to"])
            ]
        names = {each[column] for each in own for column in (asked.value, asked.label) if column}
        hit = bool(names & {*one.values} - {UNKNOWN}) or (UNKNOWN in one.values and not own)
        return hit == (one.operator == "in")

    def _matches(self, one: Filter) -> Callable[[Any], bool]:
        dimension = self.catalog.dimension(one.dimension)
        wanted = [_typed(dimension, value) for value in one.values]
        if one.operator not in ("in", "not in"):
            value = wanted[0]
            compare = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[one.operator]
            return lambda key: key is not None and compare(key, value)

        def listed(key: Any) -> bool:
            if key is None:
                return UNKNOWN in wanted
            return key in wanted or bool(dimension.label and self.label(dimension, key) in {*wanted} - {UNKNOWN})

        return listed if one.operator == "in" else lambda key: not listed(key)

    # -- figures

    def answer(self, query: Query) -> list[Row]:
        groups, whole = self._groups(query), {}
        if query.share:
            by = () if query.share == "total" else (query.share,)
            best = query.top if query.by[-1:] == by else 0
            whole = self._groups(replace(query, by=by, share="", top=best))
        return [self._row(group, found, query, whole) for group, found in groups.items()]

    def _groups(self, query: Query) -> Groups:
        """What every measure finds in every group, now and in the compared period."""
        groups: Groups = {}
        leaves = {leaf for name in query.metrics for leaf in self.catalog.leaves(name)}
        best = self._best(query) if query.top else None
        periods = [("", query.start, query.end, None)]
        if query.compare == "target":
            groups |= goals(self, query, buckets(query, timing.bucket))
        elif query.compare:
            aligned = self.catalog.alignments.get(query.compare)
            periods.append(
                ("__before", query.start, query.end, ("aligned", self._aligned(aligned)))
                if aligned
                else ("__before", *timing.before(query))
            )
        for suffix, start, end, move in periods:
            for leaf in leaves:
                for group, value in self._leaf(leaf, query, start, end, move, best).items():
                    groups.setdefault(group, {})[leaf + suffix] = value
        if not query.by and not query.grain:
            groups.setdefault((), {})
        return groups

    def _best(self, query: Query) -> list[Any]:
        """The keys of the last dimension that come first over the whole period."""
        plain = replace(query, by=query.by[-1:], grain=None, cumulative=False, moving=0, share="", top=0)
        rows = [(key, self._row((key,), found, plain, {})) for (key,), found in self._groups(plain).items()]
        order = [one for one in query.order if one.removeprefix("-") not in (*query.by, query.grain)]
        rows.sort(key=lambda one: (one[0] is None, one[0] if one[0] is not None else 0))
        for item in reversed(order or [f"-{query.metrics[0]}"]):
            name, sign = item.removeprefix("-"), -1 if item.startswith("-") else 1
            rows.sort(key=lambda one: _last_if_unknown(one[1][name], sign))
        return [key for key, _ in rows[: query.top]]

    def _row(self, group: tuple[Any, ...], found: dict[str, Any], query: Query, whole: Groups) -> Row:
        row: Row = {}
        keys = list(group)
        if query.grain:
            row[query.grain.value] = keys.pop(0)
        for name, key in zip(query.by, keys, strict=True):
            row[name] = _shown(key)
            dimension = self.catalog.dimension(name)
            if dimension.label:
                row[f"{name}_name"] = REST if key is OTHERS else self.label(dimension, key)
        shared = whole.get(_shared(group, query), {}) if query.share else {}
        for name in query.metrics:
            if query.compare == "target":
                value, target = self._figure(name, found, ""), found.get(f"{name}__due")
                row |= {name: value, f"{name}_target": target}
                row[f"{name}_attained"] = value / target if value is not None and target else None
                continue
            row |= self._compared(name, query, lambda suffix, name=name: self._figure(name, found, suffix))
            if query.compare:
                before = row[f"{name}_{query.compare}"]
                known = row[name] is not None and before
                row[f"{name}_change"] = (row[name] - before) / abs(before) if known else None
            if query.share:
                parts = lambda suffix, name=name: _part(
                    self._figure(name, found, suffix), self._figure(name, shared, suffix)
                )
                row |= self._compared(f"{name}_share", query, parts)
        return row

    @staticmethod
    def _compared(column: str, query: Query, figure: Callable[[str], Any]) -> Row:
        now = {column: figure("")}
        return now | {f"{column}_{query.compare}": figure("__before")} if query.compare else now

    def _figure(self, name: str, found: dict[str, Any], suffix: str) -> Any:
        formula = self.catalog.metric(name).formula
        if isinstance(formula, Measure):
            empty = None if formula.aggregate in ("min", "max", "percentile") else 0
            return found.get(name + suffix, empty)
        return _calculate(formula, lambda inner: self._figure(inner, found, suffix))

    def _leaf(
        self, leaf: str, query: Query, start: Any, end: Any, move: Any, best: list[Any] | None
    ) -> dict[tuple[Any, ...], Any]:
        measure = self.catalog.measure(leaf)
        fact = self.catalog.facts[measure.fact]
        clock = fact.clock(measure.clock)
        passes = self.passes(fact, query)
        taken: dict[tuple[Any, ...], list[Row]] = {}
        if measure.aggregate == "last":
            return self._standing(leaf, query, start, end, move, best)
        if measure.then:
            return self._journeys(leaf, query, start, end, move, best)
        falls = self._falls(clock, measure, query, start, end, move)
        for row in self._countable(leaf, measure, fact):
            day = row[clock.day]
            if not falls(row) or not passes(row, day):
                continue
            keys = self._cut(fact, row, query, day, best)
            for bucket in falls(row):
                taken.setdefault((*bucket, *keys), []).append(row)
        return {group: _aggregate(measure, rows) for group, rows in taken.items()}

    def _cut(self, fact: Fact, row: Row, query: Query, day: date, best: list[Any] | None) -> tuple[Any, ...]:
        keys = [self.key(fact, row, name, _when(query), day) for name in query.by]
        if best is not None and keys[-1] not in best:
            keys[-1] = OTHERS
        return tuple(keys)

    def _countable(self, leaf: str, measure: Measure, fact: Fact) -> list[Row]:
        """The rows that the declarations let count, whatever is asked."""
        if leaf not in self._counted:
            rows = self.tables[fact.table]
            self._counted[leaf] = [row for row in rows if _holds(fact.where, row) and _holds(measure.where, row)]
        return self._counted[leaf]

    @staticmethod
    def _falls(
        clock: Clock, measure: Measure, query: Query, start: Any, end: Any, move: Any
    ) -> Callable[[Row], list[tuple[str, ...]]]:
        """The buckets of a row; held against day by day it counts as if it had happened on the other day."""

        @cache  # rows of one day fall alike, and there are many
        def at(day: date | None, moment: Any) -> list[tuple[str, ...]]:
            if day is None:
                return []
            if move is None or move[0] != "aligned":
                return timing.buckets(day, moment, measure, query, start, end, move)
            return timing.buckets(move[1][day], None, measure, query, start, end, None) if day in move[1] else []

        by_hour = clock.at if query.grain is Grain.HOUR else ""
        return lambda row: at(row[clock.day], row[by_hour] if by_hour else None)

    def _aligned(self, alignment: Alignment) -> dict[date, date]:
        return {row[alignment.held]: row[alignment.day] for row in self.tables[alignment.table]}

    def _journeys(
        self, leaf: str, query: Query, start: Any, end: Any, move: Any, best: list[Any] | None
    ) -> dict[tuple[Any, ...], Any]:
        """Whose first event of the bucket is old enough to know, and for whom the later one came in time."""
        measure = self.catalog.measure(leaf)
        fact, then = self.catalog.facts[measure.fact], measure.then
        assert then
        assert isinstance(measure.value, Col)
        clock, later = fact.clock(measure.clock), self.catalog.facts[then.fact]
        after, seen = later.clock(then.clock), self.catalog.facts[then.seen_by or then.fact]
        exact = bool(clock.at and after.at)
        now, than = (clock.at, after.at) if exact else (clock.day, after.day)
        far = seen.clock(then.clock if seen is later else "")
        newest = max((row[far.at if exact else far.day] for row in self.tables[seen.table]
                      if row[far.at if exact else far.day] is not None), default=None)  # fmt: skip
        if newest is not None and not exact:
            newest += timedelta(1)  # the last day is over
        first: dict[tuple[Any, ...], Row] = {}
        falls = self._falls(clock, measure, query, start, end, move)
        for row in sorted(
            (row for row in self._countable(leaf, measure, fact) if row[clock.day] is not None),
            key=lambda row: [(row[name] is None, row[name]) for name in (now, clock.day, *fact.grain)],
        ):
            who = row[measure.value.name]
            for bucket in falls(row) if who else ():
                first.setdefault((bucket, who), row)
        seen_later, followed = self.passes(later, replace(query, where=())), dict[Any, list[Any]]()
        for row in self.tables[later.table]:
            counts = row[than] is not None and _holds(later.where, row) and _holds(then.where, row)
            if counts and seen_later(row, row[after.day]):
                followed.setdefault(row[then.entity], []).append(row[than])
        passes, found = self.passes(fact, query), dict[tuple[Any, ...], int]()
        for (bucket, _), row in first.items():
            over = row[now] + timedelta(then.within_days)
            if newest is None or over > newest or not passes(row, row[clock.day]):
                continue
            times = (
                followed.get(row[then.match or measure.value.name], []) if row[then.match or measure.value.name] else []
            )
            came = any(row[now] <= moment < over for moment in times)
            group = (*bucket, *self._cut(fact, row, query, row[clock.day], best))
            found[group] = found.get(group, 0) + (came or measure.aggregate == "entered")
        return found

    def _standing(
        self, leaf: str, query: Query, start: date, end: date, move: Any, best: list[Any] | None
    ) -> dict[tuple[Any, ...], Any]:
        """What the newest row of each key, known at the end of each bucket, adds up to."""
        measure = self.catalog.measure(leaf)
        fact = self.catalog.facts[measure.fact]
        clock, passes = fact.clock(measure.clock).day, self.passes(fact, query)
        aligned, move = (move[1], None) if move and move[0] == "aligned" else (None, move)
        histories: dict[tuple[Any, ...], list[tuple[date, Row]]] = {}
        for row in self.tables[fact.table]:
            day = aligned.get(row[clock]) if aligned is not None else row[clock]
            if day is not None and _holds(fact.where, row):
                histories.setdefault(tuple(row[column] for column in measure.per), []).append((day, row))
        taken: dict[tuple[Any, ...], list[Row]] = {}
        for history in histories.values():
            history.sort(key=lambda known: known[0])
            for bucket, first, last in timing.spans(query, start, end, move):
                place = bisect_right(history, last, key=lambda known: known[0])
                day, row = history[place - 1] if place else (None, {})
                if day is None or day < first - timedelta(measure.back):
                    continue
                if _holds(measure.where, row) and passes(row, row[clock]):
                    keys = self._cut(fact, row, query, row[clock], best)
                    taken.setdefault((*bucket, *keys), []).append(row)
        return {group: _aggregate(measure, rows) for group, rows in taken.items()}


def _when(query: Query) -> When:
    return query.moment or query.as_of


def _typed(dimension: Dimension, value: Any) -> Any:
    """What a reader's text stands for: a choice by its title in either language, a day, a yes or no."""
    if not isinstance(value, str) or value == UNKNOWN:
        return value
    if dimension.kind is Kind.BOOL:
        return value in TRUE
    if dimension.kind is Kind.DATE:
        return date.fromisoformat(value)
    for choice in dimension.choices:
        if value in (choice.title.zh, choice.title.en):
            return choice.value
    return value


def _shared(group: tuple[Any, ...], query: Query) -> tuple[Any, ...]:
    """The group of which another is a part: the same bucket, and the same value of the dimension shared within."""
    times = group[:1] if query.grain else ()
    if query.share == "total":
        return times
    return (*times, group[len(times) + query.by.index(query.share)])


def _part(figure: Any, whole: Any) -> float | None:
    return None if figure is None or not whole else figure / whole


def _last_if_unknown(value: Any, sign: int) -> tuple[bool, Any]:
    return (True, 0) if value is None else (False, sign * value)


def _shown(key: Any) -> str:
    if key is OTHERS:
        return REST
    if key is None:
        return UNKNOWN
    return str(key).lower() if isinstance(key, bool) else str(key)


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
    "<>": _null(lambda a, b: a != b),
    "<": _null(lambda a, b: a < b),
    "<=": _null(lambda a, b: a <= b),
    ">": _null(lambda a, b: a > b),
    ">=": _null(lambda a, b: a >= b),
    "and": lambda a, b: False if a is False or b is False else None if a is None or b is None else True,
    "or": lambda a, b: True if a is True or b is True else None if a is None or b is None else False,
    "not": _null(lambda a: not a),
    "in": _null(lambda a, *values: a in values),
    "known": lambda a: a is not None,
    "coalesce": lambda *args: next((arg for arg in args if arg is not None), None),
}


def _holds(where: Expression | None, row: Row) -> bool:
    return where is None or _calculate(where, row.__getitem__) is True


def _aggregate(measure: Measure, rows: list[Row]) -> Any:
    if measure.value is None:
        return len(rows)
    values = [value for row in rows if (value := _calculate(measure.value, row.__getitem__)) is not None]
    if measure.at_least:
        return sum(_often(measure, rows, value) >= measure.at_least for value in set(values))
    if measure.aggregate == "distinct":
        return len(set(values))
    if measure.aggregate == "percentile":
        return sorted(values)[-(-measure.rank * len(values) // 100) - 1] if values else None
    if measure.aggregate in ("sum", "last"):
        return sum(values)
    return (min if measure.aggregate == "min" else max)(values, default=None)


def _often(measure: Measure, rows: list[Row], value: Any) -> int:
    assert isinstance(measure.value, Col)
    own = [row for row in rows if row[measure.value.name] == value]
    return len({row[measure.each] for row in own} - {None}) if measure.each else len(own)


def same(ours: list[Row], truth: list[Row]) -> None:
    """Asserts that two answers hold the same rows; doubles to twelve digits."""

    def order(row: Row) -> list[str]:
        return [str(value) for value in row.values() if isinstance(value, str)]

    ours, truth = sorted(ours, key=order), sorted(truth, key=order)
    assert [list(row) for row in ours] == [list(row) for row in truth]
    for one, other in zip(ours, truth, strict=True):
        for name, value in one.items():
            assert value == (pytest.approx(other[name], rel=1e-12) if isinstance(value, float) else other[name]), name
