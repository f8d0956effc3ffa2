"""Where the values of a question stand in it, so that one statement answers every question of the same form."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from linshu.engine.metrics.filters import typed
from linshu.kernel.table import Kind

if TYPE_CHECKING:
    from linshu.engine.metrics.comparison import Shift
    from linshu.engine.metrics.declare import Dimension
    from linshu.engine.metrics.query import Query

Bound = str | int | bool | date | datetime | list[str]


class Slot(ABC):
    """A place in a question; `of` is what stands there."""

    __slots__ = ()

    @abstractmethod
    def of(self, query: Query) -> Bound:
        """The value to bind."""

    @property
    def is_text(self) -> bool:
        """Whether it is a text, for every question of the form."""
        return False


@dataclass(frozen=True, slots=True)
class Day(Slot):
    """The first or last day of the period, or of the one it is held against, and so many days on."""

    last: bool = False
    shift: Shift | None = None
    later: int = 0

    def of(self, query: Query) -> date:
        """The day itself."""
        found = query.end if self.last else query.start
        if self.shift and query.start and query.end:
            found = self.shift.back(query.start, query.end)[self.last]
        assert found is not None, "the form of the question says which of its days there are"
        return found + timedelta(self.later)

    def plus(self, days: int) -> Day:
        """The day so many days later."""
        return replace(self, later=self.later + days)


FIRST, LAST = Day(), Day(last=True)


@dataclass(frozen=True, slots=True)
class Month(Slot):
    """The first day of the month of a day, or of one so many months later."""

    day: Day
    later: int = 0

    def of(self, query: Query) -> date:
        """That first day."""
        return month_of(self.day.of(query), self.later)


def month_of(day: date, later: int = 0) -> date:
    """The first day of a day's month, or of one so many months later."""
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)


def months_between(first: date, last: date) -> int:
    """How many months lie between two first days."""
    return 12 * (last.year - first.year) + last.month - first.month


@dataclass(frozen=True, slots=True)
class Moment(Slot):
    """The moment as of which relations are asked."""

    def of(self, query: Query) -> datetime:
        """The moment itself."""
        assert query.moment is not None, "a question as of then has its moment"
        return query.moment


@dataclass(frozen=True, slots=True)
class Filtered(Slot):
    """One value of one filter, as the key of its dimension holds it; the name of a set as it is written."""

    filter: int
    place: int
    dimension: Dimension | None

    @property
    def is_text(self) -> bool:
        """As the dimension says."""
        return self.dimension is None or self.dimension.kind is Kind.TEXT

    def of(self, query: Query) -> Bound:
        """The value itself; raises `Misused` where it is none of the dimension's."""
        value = query.where[self.filter].values[self.place]
        return str(value) if self.dimension is None else typed(self.dimension, value)


@dataclass(frozen=True, slots=True)
class Allowed(Slot):
    """One of the ids to which the viewer's scope is restricted, in their order."""

    attribute: str
    place: int

    @property
    def is_text(self) -> bool:
        """Ids are."""
        return True

    def of(self, query: Query) -> str:
        """The id itself."""
        return AllAllowed(self.attribute).of(query)[self.place]


@dataclass(frozen=True, slots=True)
class AllAllowed(Slot):
    """All of these ids."""

    attribute: str

    def of(self, query: Query) -> list[str]:
        """The ids themselves."""
        return sorted(getattr(query.scope, self.attribute))


@dataclass(frozen=True, slots=True)
class Listed(Slot):
    """Several texts as one value."""

    values: tuple[Slot | str, ...]

    def of(self, query: Query) -> list[str]:
        """The texts themselves."""
        return [str(value_of(one, query)) for one in self.values]


def value_of(value: Slot | Bound, query: Query) -> Bound:
    """What stands in a slot; anything else is itself."""
    return value.of(query) if isinstance(value, Slot) else value
