"""Lines by day, kept: whoever moves a period on, or looks at a longer one, has only the days computed that are new."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from linshu.engine.metrics.catalog import Catalog

DAY, LEAP = timedelta(1), 366
MOST = 128
ASKED_AT_ONCE = 32  # so many different lines, mostly


def holds(query: Query, catalog: Catalog) -> bool:
    """Whether each day of the answer is the same whatever days are asked for beside it, and every day has its row.

    Not so where days are held against others, run from the first one, or begin a way that is followed further.
    """
    plain = Query(
        metrics=query.metrics, start=query.start, end=query.end, grain=Grain.DAY, where=query.where, as_of=query.as_of,
        moment=query.moment, fiscal_start=query.fiscal_start, scope=query.scope, fill=True,
    )  # fmt: skip
    if query != plain or query.start is None or query.end is None:
        return False
    leaves = {leaf for name in query.metrics for leaf in catalog.leaves(name)}
    return not any(catalog.measure(leaf).then for leaf in leaves)


@dataclass(frozen=True, slots=True)
class Line:
    """The rows of consecutive days, one each."""

    first: date
    rows: pa.Table

    @property
    def last(self) -> date:
        """The newest of its days."""
        return self.first + timedelta(self.rows.num_rows - 1)

    def between(self, start: date, end: date) -> pa.Table:
        """The rows of some of its days."""
        return self.rows.slice((start - self.first).days, (end - start).days + 1)

    def lacking(self, start: date, end: date) -> tuple[date, date] | None:
        """Which of these days must be asked for: none, those before or behind what is known, or else all of them."""
        if self.first <= start and end <= self.last:
            return None
        if start < self.first <= end + DAY and end <= self.last:
            return start, self.first - DAY
        if self.first <= start <= self.last + DAY and end > self.last:
            return self.last + DAY, end
        return start, end

    def reaching(self, start: date, end: date, most: int = LEAP) -> tuple[date, date]:
        """As many days again as are known, up to so many, where they go on: so that one who moves day by day asks seldom."""
        more = max(timedelta(min(self.rows.num_rows, most) - 1), end - start)
        if end + DAY == self.first:
            return end - more, end
        return (start, start + more) if start == self.last + DAY else (start, end)

    def with_more(self, more: Line) -> Line:
        """Both as one where one follows on the other, else the newer alone."""
        if more.last + DAY == self.first:
            return Line(more.first, pa.concat_tables([more.rows, self.rows]))
        if self.last + DAY == more.first:
            return Line(self.first, pa.concat_tables([self.rows, more.rows]))
        return more


@dataclass(eq=False)
class Lines:
    """The latest lines, each of one version of the data; the one unused longest goes first."""

    size: int = MOST
    room: int | None = None  # how many bytes all of them may take
    reach: int = LEAP  # how many days more than needed are asked for at most
    _kept: OrderedDict[tuple[object, ...], tuple[int, Line]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)
    _asking: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(ASKED_AT_ONCE)))

    def of(
        self, query: Query, catalog: Catalog, version: int, ask: Callable[[Query], pa.Table], *way: object
    ) -> pa.Table:
        """The rows of a question that `holds`; `ask` is asked for days that are not known. `way` tells how it is asked.

        Who lacks days while another asks for such of the same line waits, and asks for what is lacking then.
        """
        assert query.start is not None
        assert query.end is not None
        key, span = (*replace(query, start=None, end=None).key(catalog), *way), (query.start, query.end)
        known = self._known(key, version)
        if known is None or known.lacking(*span):
            with self._asking[hash(key) % ASKED_AT_ONCE]:
                known = self._known(key, version)
                lacking = known.lacking(*span) if known else span
                if lacking:
                    first, last = known.reaching(*lacking, self.reach) if known else lacking
                    more = Line(first, ask(replace(query, start=first, end=last)))
                    assert more.last == last, "a line has one row a day"
                    known = self._keep(key, version, known.with_more(more) if known else more)
        assert known is not None
        return known.between(*span)

    def _known(self, key: tuple[object, ...], version: int) -> Line | None:
        with self._lock:
            found = self._kept.get(key)
            if found is None or found[0] != version:
                return None
            self._kept.move_to_end(key)
            return found[1]

    def _keep(self, key: tuple[object, ...], version: int, line: Line) -> Line:
        with self._lock:
            self._kept[key] = version, line
            self._kept.move_to_end(key)
            while len(self._kept) > self.size or self._are_too_large():
                self._kept.popitem(last=False)
        return line

    def _are_too_large(self) -> bool:
        return self.room is not None and sum(line.rows.nbytes for _, line in self._kept.values()) > self.room
