"""What pages ask of the door for SQL: which tables there are, and the rows of one SELECT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from linshu.kernel.errors import Misused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import pyarrow as pa

    from linshu.kernel.text import Text

SECONDS = 30.0  # how long a statement may take unless more is asked for
MOST_SECONDS = 300.0


class SqlMistake(Misused):
    """A statement that cannot be run as written, and where in it the mistake stands; line 0 = nobody knows."""

    def __init__(self, what: Text, *, where: Text, mend: Text, line: int = 0, column: int = 0) -> None:
        super().__init__(what, where=where, mend=mend)
        self.line, self.column = line, column


@dataclass(frozen=True, slots=True)
class Readable:
    """A table the door leads to: what a row of it is, and its columns with their types and meanings."""

    name: str
    grain: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """The rows of a statement; `more` says that there are others beyond the limit."""

    table: pa.Table
    more: bool
    ms: int


@dataclass(frozen=True, slots=True)
class Tried:
    """A statement somebody ran before, as it was written down: names and numbers in it are blotted out."""

    at: datetime
    sql: str
    outcome: str  # "ok", or what went wrong
    rows: int
    ms: int


class Door(Protocol):
    """The door for SQL of one project."""

    def readable(self) -> Sequence[Readable]:
        """Every table it leads to."""

    def history(self, by: str) -> Sequence[Tried]:
        """What this person ran lately, newest first."""

    def ask(self, statement: str, *, by: str, seconds: float, rows: int, offset: int = 0) -> Looked:
        """The rows of one SELECT; SqlMistake, Misused or Forbidden for anything else, Throttled when it takes too long."""
