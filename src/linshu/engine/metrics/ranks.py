"""The best of a dimension put together from how much each of its keys had on each day, which is kept.

A ranking asks for figures of all keys to show a few; of a period next to one asked before all days but some are known.
Sums and counts of each key follow from those of its days, different values from when they were last seen (`seen`), and
the figures of the few to be shown are reckoned as those without keys are (`sums`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from linshu.engine.metrics import best, seen
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.figures import Figures
from linshu.engine.metrics.plan import BEFORE
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.reckon import Beyond, reckoning, understood
from linshu.engine.metrics.sums import adds_up, spans
from linshu.kernel.period import Grain
from linshu.kernel.table import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.reckon import Reckoning
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.metrics.sums import Columns, Span
    from linshu.engine.warehouse.rollups import Standing

MOST_ROWS = 200  # of more rows than these it takes longer to reckon the figures than to ask for them
EXACT = 2**53  # numbers are added up as doubles, which are whole numbers up to there


@dataclass(frozen=True, slots=True)
class Group:
    """A row of a ranking: its key, None where it is not known, or all other keys together."""

    key: str | None
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Needed:
    """The figure of a measure for each key over some days, under the name by which figures are reckoned from it."""

    column: str
    leaf: str
    first: date
    last: date
    rolled: Rolled | None  # where it counts different values


@dataclass(frozen=True, slots=True)
class Ranks:
    """A question for the best keys of a dimension that can be answered from days."""

    query: Query
    spans: tuple[Span, ...]
    needed: tuple[Needed, ...]
    figures: tuple[tuple[str, Reckoning], ...]
    by: str  # the column by which keys are ranked, none: by themselves
    descending: bool

    @classmethod
    def of(cls, query: Query, catalog: Catalog, standings: Mapping[str, Standing]) -> Ranks | None:
        """None where it cannot."""
        asked = _spans(query, catalog)
        order = _order(query, catalog) if asked else None
        if order is None:
            return None
        figures = tuple(Figures(replace(query, show=()) if query.top else query, catalog, "").shown())
        if not all(understood(node) for _, node in figures):
            return None
        names = {column.name for _, node in figures for column in node.find_all(exp.Column)}
        needed = []
        for leaf in dict.fromkeys(leaf for name in query.metrics for leaf in catalog.leaves(name)):
            for suffix, span in zip(("", BEFORE), asked, strict=False):
                if leaf + suffix in names:
                    found = _needed(leaf, leaf + suffix, span, query, catalog, standings)
                    if found is None:
                        return None
                    needed.append(found)
        shown = (one for one in figures if not query.show or one[0] in query.show)
        by, descending = order
        if by and by not in names:
            return None
        reckoned = tuple((name, reckoning(node)) for name, node in shown)
        return cls(query, asked, tuple(needed), reckoned, by, descending)

    def groups(
        self,
        days: Callable[[Query], pa.Table],
        counted: Callable[[Rolled, date, date], pa.Table],
        keys: Sequence[str | None],
    ) -> tuple[list[Group], Columns]:
        """The rows in their order and their figures; `keys` are those of which rows hold the numbers, more as days are read.

        Raises `Beyond` where a whole number does not fit.
        """
        read = [(one, self._read(one, days, counted)) for one in self.needed]
        many = len(keys)
        totals = {one.column: _totals(one, rows, many) for one, rows in read}
        present = np.zeros(many, dtype=bool)
        for there, _ in totals.values():
            present |= there
        codes = np.flatnonzero(present)
        order = totals[self.by][1][codes] if self.by else np.zeros(len(codes), dtype=np.int64)
        most = self.query.top or self.query.limit or MOST_ROWS
        first = _best(codes, -order if self.descending else order, keys, most)
        rows = [{name: int(values[code]) for name, (_, values) in totals.items()} for code in first]
        groups = [Group(keys[code]) for code in first]
        others = np.setdiff1d(codes, first) if self.query.top else codes[:0]
        if len(others):
            rows.append({name: int(values[others].sum()) for name, (_, values) in totals.items()})
            groups.append(Group(None, rest=True))
        shown = slice(self.query.limit)
        return groups[shown], {name: [found(row) for row in rows[shown]] for name, found in self.figures}

    def _read(
        self, one: Needed, days: Callable[[Query], pa.Table], counted: Callable[[Rolled, date, date], pa.Table]
    ) -> pa.Table:
        """The rows of its days; of sums those of both periods at once where these lie side by side."""
        if one.rolled:
            return counted(one.rolled, one.first, one.last)
        first, last = min(self.spans)[0], max(span[1] for span in self.spans)
        if (last - first).days >= 2 * len(self.spans) * ((one.last - one.first).days + 1):
            first, last = one.first, one.last
        asked = self.query
        rows = days(
            Query(
                (one.leaf,), by=asked.by, start=first, end=last, grain=Grain.DAY, where=asked.where, as_of=asked.as_of,
                moment=asked.moment, scope=asked.scope,
            )
        )  # fmt: skip
        return rows.slice((one.first - first).days, (one.last - one.first).days + 1)


def _spans(query: Query, catalog: Catalog) -> tuple[Span, ...]:
    """The period and the one it is held against; none for a question of another form than a few keys of one dimension."""
    if len(query.by) != 1 or not 0 < (query.top or query.limit or 0) <= MOST_ROWS:
        return ()
    if catalog.dimension(query.by[0]).kind is not Kind.TEXT or query.grain:
        return ()
    return spans(replace(query, by=(), order=(), limit=None, top=0))


def _order(query: Query, catalog: Catalog) -> tuple[str, bool] | None:
    """By which measure keys are ranked, and whether the greatest comes first; None where it is no single measure."""
    if query.top:
        known = {name for metric in query.metrics for name, _ in Figures(query, catalog, "").of(metric)}
        order = best.order(query, known)
        order = order if set(query.order) <= set(order) else ()
    else:
        order = query.order
    if len(order) != 1:
        return None if order or query.top else ("", False)
    name = order[0].removeprefix("-")
    if name not in query.metrics or not isinstance(catalog.metric(name).formula, Measure):
        return None
    return name, order[0].startswith("-")


def _needed(
    leaf: str, column: str, span: Span, query: Query, catalog: Catalog, standings: Mapping[str, Standing]
) -> Needed | None:
    """None where the figures of keys do not follow from those of days."""
    measure, (start, end) = catalog.measure(leaf), span
    if measure.aggregate in ("sum", "count") and adds_up(measure):
        return Needed(column, leaf, start, end, None)
    rolled = catalog.counted_by.get((leaf, query.by[0]))
    if rolled is None or query.top or query.where or query.scope.restrictions():
        return None
    way = catalog.way(rolled.fact, query.by[0], query.as_of)
    if way is None or way.joins or way.column != rolled.table.keys[0]:
        return None
    first = seen.opening(start, end, measure)
    return Needed(column, leaf, first, end, rolled) if seen.stands(rolled, standings, first, end) else None


def _totals(one: Needed, rows: pa.Table, keys: int) -> tuple[np.ndarray, np.ndarray]:
    """Which keys have rows on some days, and what these come to."""
    found = {name: seen.flat(rows[name]) for name in rows.column_names}
    key, many = found["key"], found["many"]
    there = np.bincount(key, minlength=keys) > 0
    if one.rolled:
        within = seen.counting(one.rolled, found["other"], one.first, one.last)
        key, many = key[within], many[within]
    weights = many.astype(np.float64)
    if np.abs(weights).sum() >= EXACT:
        raise Beyond
    return there, np.bincount(key, weights=weights, minlength=keys).astype(np.int64)


def _best(codes: np.ndarray, order: np.ndarray, keys: Sequence[str | None], most: int) -> list[int]:
    """The first of them, the least `order` before, then the least key; the unknown key is the last."""
    if most < len(codes):
        codes, order = codes[within := order <= np.partition(order, most - 1)[most - 1]], order[within]
    ranked = sorted(zip(order.tolist(), codes.tolist(), strict=True), key=lambda one: (one[0], _last(keys[one[1]])))
    return [code for _, code in ranked[:most]]


def _last(key: str | None) -> tuple[bool, str]:
    return key is None, key or ""
