"""Figures of any period put together from its days, which are kept: another period asks only for days that are new.

Sums and counts follow from those of each day, different values from when they were last seen before (`seen`). The figures
themselves are reckoned from the trees of which statements are written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.metrics.comparison import SHIFTED, shift
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.figures import Figures
from linshu.engine.metrics.plan import BEFORE
from linshu.engine.metrics.query import Query
from linshu.engine.metrics.reckon import fitting, reckoning, understood
from linshu.engine.metrics.rollup import ADDED
from linshu.engine.metrics.seen import opening, stands, together
from linshu.kernel.period import Grain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.comparison import Compare
    from linshu.engine.metrics.reckon import Number, Reckoning
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.warehouse.rollups import Standing

MOST_DAYS = 366  # longer periods read months that were added up beforehand
FORMS = 512  # metrics whose figures are kept as trees
DAY = timedelta(1)

Span = tuple[date, date]
Columns = dict[str, "list[Number]"]


def spans(query: Query) -> tuple[Span, ...]:
    """The period and the one it is held against; none for a question with keys other than days, or figures across rows."""
    start, end = query.start, query.end
    if start is None or end is None or (end - start).days >= MOST_DAYS:
        return ()
    if query.grain is Grain.DAY and query.order in ((), (Grain.DAY.value,)) and (query.limit or MOST_DAYS) >= MOST_DAYS:
        query = replace(query, order=(), limit=None)
    plain = Query(
        metrics=query.metrics, start=query.start, end=query.end, where=query.where, compare=query.compare,
        as_of=query.as_of, moment=query.moment, fiscal_start=query.fiscal_start, scope=query.scope, totals=query.totals,
        show=query.show,
    )  # fmt: skip
    if query not in (plain, replace(plain, grain=Grain.DAY, fill=True)):
        return ()
    if query.compare is None:
        return ((start, end),)
    if query.compare not in SHIFTED:
        return ()
    back = shift(query.compare, start, end, query.grain)
    # Held against other months day by day, some days have no counterpart.
    return () if query.grain and back.months else ((start, end), back.back(start, end))


@dataclass(frozen=True, slots=True)
class Sums:
    """The figures of a question that can be put together from days; `rest` is the question about the other metrics."""

    query: Query
    spans: tuple[Span, ...]
    figures: tuple[tuple[str, Reckoning], ...]
    added: tuple[str, ...]  # the leaves whose own figures add up, each with how
    counted: tuple[tuple[str, Rolled], ...]  # those that count values seen, or how things stand
    rest: Query | None
    catalog: Catalog

    @classmethod
    def of(cls, query: Query, catalog: Catalog, standings: Mapping[str, Standing]) -> Sums | None:
        """None where nothing of the question can."""
        asked = spans(query)
        figures = {name: _figures(name, query, catalog, standings, asked) for name in query.metrics} if asked else {}
        able = [name for name, found in figures.items() if found]
        if not able:
            return None
        leaves = dict.fromkeys(leaf for name in able for leaf in catalog.leaves(name))
        others = tuple(name for name in query.metrics if name not in able)
        shown = {name for found in figures.values() for name, _ in found}
        rest = replace(query, metrics=others, show=tuple(one for one in query.show if one not in shown))
        return cls(
            query,
            asked,
            tuple(one for name in able for one in figures[name]),
            tuple(sorted(leaf for leaf in leaves if adds_up(catalog.measure(leaf)))),
            tuple((leaf, catalog.counted[leaf]) for leaf in leaves if not adds_up(catalog.measure(leaf))),
            rest if others and (rest.show or not query.show) else None,
            catalog,
        )

    def columns(self, days: Callable[[Query], pa.Table], seen: Callable[[Rolled, date, date], pa.Table]) -> Columns:
        """The figures; raises `Beyond` where a whole number does not fit."""
        measured: Columns = {}
        for suffix, span in zip(("", BEFORE), self.spans, strict=False):
            added, counted = self._added(span, days), self._counted(span, seen)
            measured |= {leaf + suffix: values for leaf, values in (*added, *counted)}
        number = len(self._buckets(self.spans[0]))
        rows = [{leaf: values[place] for leaf, values in measured.items()} for place in range(number)]
        return {name: [reckoned(row) for row in rows] for name, reckoned in self.figures}

    def _buckets(self, span: Span) -> list[Span]:
        if not self.query.grain:
            return [span]
        return [(day, day) for day in (span[0] + timedelta(place) for place in range((span[1] - span[0]).days + 1))]

    def _added(self, span: Span, days: Callable[[Query], pa.Table]) -> Iterator[tuple[str, list[Number]]]:
        """The figures of the leaves that add up, from all days of both periods where these lie side by side."""
        if not self.added:
            return
        first, last = min(self.spans)[0], max(one[1] for one in self.spans)
        if (last - first).days >= 2 * len(self.spans) * ((span[1] - span[0]).days + 1):
            first, last = span
        asked = self.query
        rows = days(
            Query(
                self.added, start=first, end=last, grain=Grain.DAY, fill=True, where=asked.where, as_of=asked.as_of,
                moment=asked.moment, scope=asked.scope,
            )
        ).slice((span[0] - first).days, (span[1] - span[0]).days + 1)  # fmt: skip
        for leaf in self.added:
            values: list[Number] = rows[leaf].to_pylist()
            yield leaf, values if asked.grain else [_TOGETHER[self.catalog.measure(leaf).aggregate](values)]

    def _counted(
        self, span: Span, seen: Callable[[Rolled, date, date], pa.Table]
    ) -> Iterator[tuple[str, list[Number]]]:
        """How many values were seen, or how things stood."""
        for leaf, rolled in self.counted:
            measure = self.catalog.measure(leaf)
            periods = [(opening(*bucket, measure), bucket[1]) for bucket in self._buckets(span)]
            # What lies between both periods is few rows, and next to the days of whoever moves on.
            every = [opening(*bucket, measure) for one in self.spans for bucket in self._buckets(one)]
            first, last = min(every), max(end for _, end in self.spans)
            yield leaf, [fitting(one) for one in together(rolled, seen(rolled, first, last), first, periods)]


def _figures(
    name: str, query: Query, catalog: Catalog, standings: Mapping[str, Standing], asked: tuple[Span, ...]
) -> tuple[tuple[str, Reckoning], ...]:
    """The columns of a metric, if all its leaves can be put together from days; otherwise none."""
    plain = not query.where and not query.scope.restrictions()
    for leaf in catalog.leaves(name):
        measure, counted = catalog.measure(leaf), catalog.counted.get(leaf) if plain else None
        if adds_up(measure):
            continue
        firsts = (opening(start, start if query.grain else end, measure) for start, end in asked)
        if not counted or not all(
            stands(counted, standings, first, end) for first, (_, end) in zip(firsts, asked, strict=True)
        ):
            return ()
    return _written(name, query.compare, query.show, catalog)


@lru_cache(FORMS)
def _written(
    name: str, compare: Compare | None, show: tuple[str, ...], catalog: Catalog
) -> tuple[tuple[str, Reckoning], ...]:
    """How the columns of a metric follow, none where one of them is not understood; the same whatever the days."""
    found = tuple(Figures(Query((name,), compare=compare, show=show), catalog, "").shown())
    return tuple((name, reckoning(node)) for name, node in found) if all(understood(node) for _, node in found) else ()


@lru_cache(FORMS)
def adds_up(measure: Measure) -> bool:
    """Whether its figure of a period follows from those of the days."""
    return measure.aggregate in ADDED and measure == Measure(
        measure.fact, measure.aggregate, measure.value, measure.where, measure.clock
    )


def _total(values: list[Number]) -> Number:
    return fitting(sum(value for value in values if value is not None))


_TOGETHER: dict[str, Callable[[list[Number]], Number]] = {
    "sum": _total,
    "count": _total,
    "min": lambda values: min((value for value in values if value is not None), default=None),
    "max": lambda values: max((value for value in values if value is not None), default=None),
}
