"""Statements kept under the form of their question: one that differs in values alone is filled in, not written anew."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from linshu.engine.metrics.binding import MANY
from linshu.engine.metrics.comparison import SHIFTED, shift
from linshu.engine.metrics.filters import is_unknown
from linshu.engine.metrics.query import EVERYTHING
from linshu.engine.metrics.slots import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linshu.engine.metrics.binding import Value
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.query import Query
    from linshu.engine.metrics.result import Column
    from linshu.engine.metrics.serving import Choice, Held, Served
    from linshu.engine.metrics.slots import Bound
    from linshu.engine.warehouse.rollups import Standing
    from linshu.kernel.text import Text

FORMS, EACH = 512, 6  # so many forms are kept, and so many statements of each


@dataclass(frozen=True, slots=True)
class Compiled:
    """One statement, the values bound to its `$1`, `$2` ..., its result columns, and the tables it reads."""

    sql: str
    params: tuple[Bound, ...]
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    served: tuple[Served, ...] = ()  # where the rows of each scan come from


@dataclass(frozen=True, slots=True)
class Template:
    """One statement for all questions of a form for which the rollups hold the same."""

    sql: str
    slots: tuple[Value, ...]
    columns: tuple[Column, ...]
    tables: tuple[str, ...]
    served: tuple[Served, ...]
    decided: tuple[tuple[Choice, Held | Text], ...]

    def fits(self, query: Query, rollups: Mapping[str, Standing] | None) -> bool:
        """Whether it would be written the same for another question of its form, as the rollups stand now."""
        return rollups is None or all(choice.of(query, rollups) == held for choice, held in self.decided)

    def filled(self, query: Query) -> Compiled:
        """The statement with the values of a question."""
        params = tuple(value_of(one, query) for one in self.slots)
        return Compiled(self.sql, params, self.columns, self.tables, self.served)


def form(query: Query) -> tuple[object, ...]:
    """Everything of a question but its values: all that its statement may hang on, the standing of rollups aside."""
    valueless = replace(query, start=None, end=None, moment=None, where=(), scope=EVERYTHING)
    there = (query.start is not None, query.end is not None, query.moment is not None)
    where = tuple((one.dimension, one.operator, tuple(map(is_unknown, one.values))) for one in query.where)
    scope = tuple((name, min(len(allowed), MANY)) for name, allowed in query.scope.restrictions())
    back = None
    if query.compare in SHIFTED and query.start and query.end:
        back = shift(query.compare, query.start, query.end, query.grain)
    return (valueless, there, where, scope, back)


class Templates:
    """The statements written last, least recently used form first to go."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], tuple[Template, ...]] = OrderedDict()
        self._lock = Lock()
        self._writing = Lock()

    def of(
        self,
        query: Query,
        catalog: Catalog,
        rollups: Mapping[str, Standing] | None,
        write: Callable[[], Template],
        *kind: object,
    ) -> Template:
        """The kept statement that fits a question, else the one written now; who comes meanwhile waits for it.

        `kind` tells which statement about the question it is, where it is another than its answer.
        """
        key = (catalog.edition, rollups is None, *form(query), *kind)
        found = self._fitting(key, query, rollups)
        if found is None:
            with self._writing:
                found = self._fitting(key, query, rollups)
                if found is None:
                    found = write()
                    self._keep(key, found)
        return found

    def _fitting(
        self, key: tuple[object, ...], query: Query, rollups: Mapping[str, Standing] | None
    ) -> Template | None:
        with self._lock:
            kept = self._kept.get(key, ())
            if kept:
                self._kept.move_to_end(key)
        return next((one for one in kept if one.fits(query, rollups)), None)

    def _keep(self, key: tuple[object, ...], made: Template) -> None:
        with self._lock:
            self._kept[key] = (made, *self._kept.get(key, ()))[:EACH]
            while len(self._kept) > FORMS:
                self._kept.popitem(last=False)
