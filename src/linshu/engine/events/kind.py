"""A kind of event: which standard table its rows belong to, so that what it may hold is declared in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linshu.kernel.table import Choice, Table
    from linshu.kernel.text import Text

LINES = "lines"  # under which an event tells the rows of `parts`


@dataclass(frozen=True, slots=True)
class EventKind:
    """One thing that happens in a company: a whole row of `table`, and the rows of `parts` that belong to it."""

    name: str
    title: Text
    table: Table
    parts: Table | None = None
    state: str = ""  # the column whose value tells what happened: an order was paid, was cancelled

    @property
    def states(self) -> tuple[Choice, ...]:
        """What can have happened."""
        return self.table.column(self.state).choices if self.state else ()

    @property
    def subject(self) -> str:
        """The column that names what the event is about."""
        return self.table.key[0]
