"""What pages ask of the desk where data comes in: the books of batches, files that were sent, and their imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from linshu.engine.intake.batches import Wanted
    from linshu.engine.intake.withdrawal import Effect
    from linshu.kernel.errors import LinshuError
    from linshu.kernel.table import Column, Table
    from linshu.kernel.text import Language


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a file: what it is taken for, how sure that is, why, and what stands in it."""

    name: str
    role: str  # "" = not used; where a mapping is known, the heading it knows the column by
    title: Text
    sureness: float
    reason: Text
    confirm: bool
    sample: tuple[str, ...] = ()  # what is personal in it is masked


@dataclass(frozen=True, slots=True)
class Wrong:
    """The same problem of one column: how often, what it says there, and what may stand there instead."""

    table: str
    column: str  # of the file; of the standard where the file has none
    standard: str
    code: str
    rows: int
    text: Text
    said: tuple[tuple[str, int], ...]  # the commonest texts, and in how many rows they stand
    choices: tuple[tuple[str, Text], ...] = ()
    likely: Mapping[str, str] = field(default_factory=dict)  # text > the choice nearest to it
    mendable: bool = True
    shown: str = ""  # the columns of the file it is reckoned from, where they are several


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file that has problems."""

    key: int  # names the row to the desk
    number: int | None  # as people count it in the file
    cells: Mapping[str, str | None]
    wrong: Mapping[str, tuple[Text, ...]]  # by column of the file; "" = the row as a whole


@dataclass(frozen=True, slots=True)
class Becoming:
    """The first rows of one table of the standard as they would be."""

    table: Table
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a sheet would become, tried in memory with everything that was said and mended so far."""

    rows: int
    good: int
    bad: int
    waiting: int
    not_data: int
    whole: bool  # every row was tried, not the first ones alone
    mended: int  # rows that were mended here
    wrong: tuple[Wrong, ...] = ()
    lines: tuple[Line, ...] = ()
    columns: tuple[str, ...] = ()  # of the file, in its order, as far as `lines` show them
    becoming: tuple[Becoming, ...] = ()
    known: str = ""  # the batch that brought the same file under the same mapping before


@dataclass(frozen=True, slots=True)
class Sheet:
    """How one sheet of a file would be read."""

    name: str
    how: str  # named, saved, layout, template, guessed; "" when it cannot be read yet
    mapping: str
    title: str
    reason: Text
    sureness: float
    headings: tuple[Heading, ...]
    table: str  # whose columns a person may choose from; "" when the mapping is not theirs to change
    told: Mapping[str, str]  # what the file does not tell: the word it is asked under, and what was said
    trial: Trial | None = None
    refused: LinshuError | None = None  # why it cannot be read
    left_out: bool = False
    changed: bool = False  # a person said of a known layout that its columns are others
    notes: tuple[Text, ...] = ()  # how its rows and orders are understood, where that is not plain
    doubts: tuple[Text, ...] = ()  # what a person should look at beside the columns
    lasts: bool = True  # other files of these headings can be read alike

    @property
    def unsure(self) -> tuple[Heading, ...]:
        """The columns a person should look at first."""
        return tuple(each for each in self.headings if each.confirm)


Phase = Literal["waiting", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did."""

    batches: tuple[
        Mapping[str, Any], ...
    ]  # landing_id, rows_in, good, bad, waiting, unchanged, not_data, already_known
    tables: tuple[Mapping[str, Any], ...]
    mended: int
    failed: tuple[str, ...]  # published tables that could not be built
    answerable: tuple[str, ...]  # metrics that can be answered now and could not before
    days: tuple[date, date] | None = None  # of the orders it brought


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """How far long work is; it runs on when nobody looks."""

    phase: Phase = "waiting"
    fraction: float = 0.0
    words: str = ""
    outcome: T | None = None
    error: LinshuError | None = None
    stopping: bool = False  # it was called off, and what it did is being taken back


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of some days, before a batch was taken back and after."""

    name: str
    before: int | float | None
    after: int | float | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """The days of the orders that stand by a batch, with their figures; other batches have their part in these too."""

    first: date
    last: date
    days: int
    orders: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a batch back did."""

    landing_id: str  # of the batch that says so
    touched: Touched | None
    failed: tuple[str, ...]  # published tables that could not be built


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person says of one sheet: another mapping, another table, columns, what the file does not tell, mends."""

    mapping: str = ""  # "" = as recognised; GUESS = by its columns; else the name of a mapping
    table: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # heading > role or column, "" = not used
    told: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Mapping[str, Any], ...] = ()
    cells: Mapping[tuple[int, str], str] = field(default_factory=dict)  # (row, column of the file) > text
    left_out: bool = False


GUESS = "guess"  # a mapping that is made up from the columns


class Receiving(Protocol):
    """A file on its way in."""

    def write(self, data: bytes) -> None:
        """Some more bytes."""

    def finish(self) -> Any:
        """All bytes are there; what was received has an `upload_id`."""

    def abandon(self) -> None:
        """The bytes stopped coming."""


class Course(Protocol):
    """One file that was sent, on its way from recognised to imported."""

    @property
    def upload_id(self) -> str:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def job(self) -> Job[Outcome]:
        """How far its import is."""

    def sheets(self) -> tuple[Sheet, ...]:
        """How each sheet would be read, tried with all that was said; Invalid when there is no table in it."""

    def asked(self, sheet: int) -> Asked:
        """What was said of a sheet so far."""

    def ask(self, sheet: int, asked: Asked) -> None:
        """Say something else of a sheet."""

    def meanings(self, sheet: int) -> tuple[tuple[str, Text], ...]:
        """What a column may be: what the mapping knows, roles of an order file, or columns of another table."""

    def mappings(self) -> tuple[tuple[str, str], ...]:
        """The mappings one may choose by hand: name and title."""

    def learn(self, sheet: int, name: str) -> str:
        """Keep how a sheet is read as a mapping of the project; the name it got."""

    def start(self, language: Language) -> None:
        """Begin the import, if it did not begin yet."""

    def cancel(self) -> None:
        """Call the import off: nothing of it stays, and it can begin again."""


class Undoing(Protocol):
    """One batch on its way back."""

    @property
    def job(self) -> Job[Undone]:
        """How far it is."""

    def start(self, by: str, why: str, language: Language) -> None:
        """Begin; a second time changes nothing."""

    def cancel(self) -> None:
        """Call it off: the batch stays."""


class Desk(Protocol):
    """Where data comes in, as pages see it."""

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""

    def batches(self, wanted: Wanted) -> tuple[pa.Table, int]:
        """A page of the batches, and how many there are in all."""

    def batch(self, landing_id: str) -> dict[str, Any]:
        """One batch: its books, counts by table, notes on reading, problems and lines left aside; Missing for none."""

    def effect(self, landing_id: str) -> tuple[Effect, ...]:
        """What taking a batch back would do to each table; nothing is changed."""

    def seconds(self, landing_id: str) -> float:
        """How long taking a batch back may take, roughly."""

    def touched(self, landing_id: str) -> Touched | None:
        """The days of the orders that stand by a batch, and the figures of those days as they are; None for none."""

    def undoing(self, landing_id: str) -> Undoing:
        """The taking back of a batch, as if it had never come, which may run already."""

    def receive(self, name: str, by: str, expected: int = 0) -> Receiving:
        """Begin to take a file in; Invalid when it is announced to be too large."""

    def courses(self, by: str) -> tuple[Course, ...]:
        """The files a person sent that still are here, oldest first."""

    def course(self, upload_id: str, by: str) -> Course:
        """One of them; Missing when it is another's, or has expired."""

    def drop(self, upload_id: str, by: str) -> None:
        """Throw a file away."""
