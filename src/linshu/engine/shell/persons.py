"""What those who answer for privacy ask about the people in the data; nothing of it is kept anywhere once it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Whom:
    """Somebody, or a record that speaks of somebody: `member:M1`, `orders:O1`."""

    table: str
    key: str

    def __str__(self) -> str:
        return f"{self.table}:{self.key}"


@dataclass(frozen=True, slots=True)
class Said:
    """What a record says of a person, in one column: masked, or as it is."""

    column: str
    title: Text
    value: str | None


@dataclass(frozen=True, slots=True)
class Trace:
    """What a table holds of a person: how many rows, and the titles of what is lost in them when the person is erased."""

    table: str
    title: Text
    rows: int
    lost: tuple[Text, ...]  # empty: the rows stay as they are


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands against erasing somebody, and what to do about it."""

    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Rules:
    """What the company allows itself."""

    reveals_per_hour: int
    export_days: int


@dataclass(frozen=True, slots=True)
class Span:
    """How long something of people is kept, counted from a moment of its row, and why."""

    name: str
    title: Text
    goes: Text
    reason: Text
    table: str
    moment: str
    days: int  # 0 = without limit


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of texts under heads, for a file."""

    heads: tuple[Text, ...]
    rows: Sequence[tuple[str, ...]]


class Persons(Protocol):
    """The people in the data."""

    @property
    def rules(self) -> Rules:
        """What the company allows itself."""

    def masked(self, whom: Whom) -> tuple[Said, ...]:
        """What may be shown to everybody of a record; Missing when there is none."""

    def opened(self, whom: Whom, columns: Sequence[str]) -> tuple[Said, ...]:
        """The same as it is, of these columns; opened for this answer alone."""

    def within(self, whom: Whom, scope: Scope) -> bool:
        """Whether a person belongs to what somebody bound to a scope sees."""

    def by_phone(self, phone: str) -> tuple[Whom, ...]:
        """Everybody with that number, by the blind index."""

    def accounts(self, member: str) -> tuple[str, ...]:
        """Every account of the person that one account stands for; Missing when nobody is known by it."""

    def together(self, whom: Whom) -> tuple[Whom, ...]:
        """Whoever and whatever is erased with somebody: all accounts of a person; Missing when nobody is known by it."""

    def erased(self, persons: Sequence[Whom]) -> bool:
        """Whether all of them were erased."""

    def traces(self, persons: Sequence[Whom]) -> tuple[Trace, ...]:
        """What the company holds of them, table by table."""

    def hindrance(self, persons: Sequence[Whom]) -> Hindrance | None:
        """Why they cannot be erased yet; None when they can."""

    def erase(self, persons: Sequence[Whom], *, by: str, why: str) -> str:
        """Erase them for good; the batch that says so."""

    def all_of(self, accounts: Sequence[str]) -> Cells:
        """Everything the company holds of them, opened, one line a value."""

    def listed(self, table: str, days: tuple[date, date] | None) -> Cells:
        """A table of people, or the receivers of orders of some days, opened."""

    def keep(self, name: str, content: bytes) -> str:
        """Keep a file sealed; what opens it again, itself sealed."""

    def kept(self, name: str, size: int, opener: str) -> bytes:
        """The content of a kept file; Missing when it is gone."""

    def drop(self, names: Sequence[str]) -> None:
        """Throw kept files away."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """How long what is kept, as the company set it."""

    def old(self, span: Span, before: date) -> int:
        """How many rows, or persons, of a span are older than a day and still tell who somebody is."""

    def let_go(self, span: Span, before: date, *, why: str) -> int:
        """Take that away from them, for good; how many."""

    def forget_again(self) -> int:
        """Erase again whoever stands on the erasure list and is known here; how many."""

    def land(self, table: str, rows: Sequence[Mapping[str, object]]) -> str:
        """Take in rows of a standard table that somebody entered by hand; the batch."""
