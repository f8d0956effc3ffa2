"""How dimensions, facts and metrics are declared; pages, commands, API, documents and checks derive from these."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from linshu.engine.metrics.expression import Col, Expression
from linshu.kernel.table import Choice, Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from linshu.engine.metrics.comparison import Compare

AsOf = Literal["ordered", "now", "then"]  # then: as relations stood at a moment


class Unit(StrEnum):
    """What a figure is counted in."""

    FEN = "fen"  # money; an integer unless the metric divides
    COUNT = "count"  # orders, members, leaders, cases ...
    QTY = "qty"  # pieces in the SKU's base unit
    RATIO = "ratio"  # a share or rate: 0.25 is 25 %
    TIMES = "times"  # how many times, such as return on cost
    DAYS = "days"
    SECONDS = "seconds"
    SCORE = "score"  # 0 to 100
    PER_MILLE = "per_mille"  # per thousand


class Better(StrEnum):
    """Which direction is good news."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Via:
    """Through which other dimension's table a dimension is reached, and the column there that holds its key."""

    dimension: str
    column: str


@dataclass(frozen=True, slots=True)
class Versions:
    """A table with a value's history: one row per `key` and time, `valid_from` <= instant < `valid_to` (NULL = still)."""

    table: str
    key: str
    column: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to cut a figure.

    With `table`, that table has one row per `key` and shows it as `label`. Without `of` the key lies on the facts
    themselves; with `of` it is a column in the table of another dimension: the nearest one a fact reaches, of equally
    near ones the first.
    `of_clock` makes the key the company day by which a figure is counted, whichever clock that is: every fact has one.
    `versions` gives the value at the time of the fact (as ordered); `now` says where the present value is found instead,
    and `past` the history behind it, by the key of that other dimension.
    """

    name: str
    title: Text
    table: str = ""
    key: str = ""
    label: str = ""
    of: tuple[Via, ...] = ()
    of_clock: bool = False
    versions: Versions | None = None
    now: Via | None = None
    past: Versions | None = None
    kind: Kind = Kind.TEXT
    parent: str = ""  # the next coarser level of its hierarchy
    scope: str = ""  # the attribute of a viewer's scope that restricts it
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Alignment:
    """A comparison day by day: a table with one row per company day, `held` being the day it is held against.

    No day is held against twice, so that nothing is counted twice. `compare=name` asks for it.
    """

    name: Compare
    title: Text
    table: str
    day: str
    held: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Sets that something belongs to, several at once: a question can be restricted by them, never cut.

    `table` says which `key` of the dimension `of` belongs to which `value`, shown as `label`; with `history` each row
    holds from `valid_from` (included) to `valid_to` (excluded).
    """

    name: str
    title: Text
    of: str
    table: str
    key: str
    value: str
    label: str = ""
    history: bool = False


@dataclass(frozen=True, slots=True)
class Targets:
    """The table of targets, in the columns that `goals` reads."""

    table: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One way a fact tells time: the instant (UTC) and the company day; `at` is empty when only days are known."""

    name: str
    title: Text
    day: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A published table that figures are counted on, one row per `grain`.

    The first clock is the usual one. `keys` maps dimensions to the fact's columns; everything else is reached through
    them. `where` holds for every figure. `happened` is the instant at which versioned dimensions are looked up.
    `ranked` names the columns whose values belong to one row each, a case of its own (an order's amount, a case's time),
    so that a percentile over the rows says something; a column that repeats or splits a value must not stand there.
    `lasting` names the dimensions that belong to the row itself and so are the same as ordered and as now.
    """

    name: str
    table: str
    title: Text
    grain: tuple[str, ...]
    clocks: tuple[Clock, ...]
    keys: Mapping[str, str]
    where: Expression | None = None
    happened: str = ""
    lasting: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()

    def clock(self, name: str = "") -> Clock:
        """The named clock, or the usual one; KeyError when the fact has no such clock."""
        if not name:
            return self.clocks[0]
        for clock in self.clocks:
            if clock.name == name:
                return clock
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Rollup:
    """A fact added up beforehand: one row per company day of a clock and combination of `keys`.

    The keys are dimensions whose key lies on the fact itself. Which figures it carries follows from the metrics. With
    `months` its days are added up to months too, for questions that look no closer; worth it where a day has many rows.
    With `counts`, the name of a metric that counts different values, it holds how many of each day's values were last seen
    on which day before, so that those of any period can be added up; with one key so for each of its values. Of a metric
    that tells how things stand it holds what each day's rows come to that hold until which day after.
    """

    name: str
    fact: str
    keys: tuple[str, ...] = ()
    clock: str = ""
    months: bool = False
    counts: str = ""


Aggregate = Literal["sum", "count", "distinct", "min", "max", "last", "percentile", "entered", "converted"]
UNKNOWN_WHEN_EMPTY = ("min", "max", "percentile")  # the others are zero where there is no row


@dataclass(frozen=True, slots=True)
class Later:
    """What must follow a first event for it to count as converted: a row of another fact, within some days.

    `entity` there names whom it happened to; `match` is the column of the first event that says so in the same words,
    where the counted one does not. Both instants known, the days are spans of 24 hours from the first event on;
    otherwise company days, the first event's being the first. The answer is final, and only then counted, when the
    data reach that far: up to the last moment of the later fact, or of the fact `seen_by`.
    """

    fact: str
    entity: str
    within_days: int
    where: Expression | None = None
    clock: str = ""
    match: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate on one fact: how, of what, over which rows.

    `window` > 0 looks at that many days ending with the last day of the period (or of each bucket of a time grain):
    7 = the last seven days, 1 = the state on the last day.
    `at_least` > 0 counts only the distinct values that occur in at least so many rows, or, with `each`, with at least
    so many different values of that column.
    `last` adds the last known row of each key `per` (or counts these keys, without a value): the last one within the
    period or bucket, or, where that has none, up to `back` days before its first day. The conditions of the measure
    and of the question are put to that row, so that what has gone does not come back through an older one.
    `percentile` is the value at the nearest rank: the least one that at least `rank` per cent of the values reach.
    `entered` and `converted` look at the first event of each entity in the period or bucket, under whose dimensions it
    counts; entered are those whose time for `then` is over, converted those for whom it came. The conditions of the
    question are put to that first event.
    """

    fact: str
    aggregate: Aggregate
    value: Expression | None = None
    where: Expression | None = None
    clock: str = ""
    window: int = 0
    at_least: int = 0
    each: str = ""
    per: tuple[str, ...] = ()
    back: int = 0
    rank: int = 0
    then: Later | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a new version of a metric means differently, and from which day on it is told so."""

    version: int
    day: date
    what: Text


@dataclass(frozen=True, slots=True)
class Want:
    """A published table from which a figure would be known better, and what is said beside it while that is empty."""

    table: str
    text: Text


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of the dictionary: a measure, or a formula over other metrics (`Col` names a metric).

    What a measure `wants` is also said of every formula over it.
    """

    name: str
    title: Text
    definition: Text
    unit: Unit
    formula: Measure | Expression
    owner: str
    better: Better = Better.HIGHER
    version: int = 1
    note: Text = field(default=Text("", ""))  # said beside the figure, for instance that it is estimated
    wants: tuple[Want, ...] = ()
    place: str = ""  # of a company's own metric: the file and line that declare it
    history: tuple[Change, ...] = ()  # what each version after the first changed, oldest first


def total(
    fact: str, value: Expression, where: Expression | None = None, *, clock: str = "", window: int = 0
) -> Measure:
    """The sum of a column or product of columns; zero where there is no row."""
    return Measure(fact, "sum", value, where, clock, window)


def rows(fact: str, where: Expression | None = None, *, clock: str = "", window: int = 0) -> Measure:
    """The number of the fact's rows."""
    return Measure(fact, "count", None, where, clock, window)


def distinct(fact: str, column: str, where: Expression | None = None, *, clock: str = "", window: int = 0) -> Measure:
    """The number of different known values of a column, counted anew at every grain."""
    return Measure(fact, "distinct", Col(column), where, clock, window)


def frequent(  # noqa: PLR0913 - a measure's own words
    fact: str,
    column: str,
    at_least: int,
    where: Expression | None = None,
    *,
    each: str = "",
    clock: str = "",
    window: int = 0,
) -> Measure:
    """The number of different values that occur in at least so many rows, or with so many values of `each`."""
    return Measure(fact, "distinct", Col(column), where, clock, window, at_least, each)


def smallest(fact: str, value: Expression, where: Expression | None = None, *, clock: str = "") -> Measure:
    """The least value; unknown where there is no row."""
    return Measure(fact, "min", value, where, clock)


def largest(fact: str, value: Expression, where: Expression | None = None, *, clock: str = "") -> Measure:
    """The greatest value; unknown where there is no row."""
    return Measure(fact, "max", value, where, clock)


def last(
    fact: str,
    value: Expression | None,
    where: Expression | None = None,
    *,
    per: tuple[str, ...],
    back: int = 0,
    clock: str = "",
) -> Measure:
    """The last known row of each key, added up; without a value the number of keys whose last row satisfies `where`."""
    return Measure(fact, "last", value, where, clock, per=per, back=back)


def percentile(
    fact: str, value: Expression, rank: int, where: Expression | None = None, *, clock: str = "", window: int = 0
) -> Measure:
    """The value at the nearest rank, one that really occurs; unknown where there is no row."""
    return Measure(fact, "percentile", value, where, clock, window, rank=rank)


def entered(fact: str, entity: str, then: Later, where: Expression | None = None, *, clock: str = "") -> Measure:
    """The entities whose first event lies in the period and whose time for the later one is over."""
    return Measure(fact, "entered", Col(entity), where, clock, then=then)


def converted(fact: str, entity: str, then: Later, where: Expression | None = None, *, clock: str = "") -> Measure:
    """Of those that entered, the ones for whom the later event came in time."""
    return Measure(fact, "converted", Col(entity), where, clock, then=then)


def ratio(top: str, bottom: str) -> Expression:
    """One metric divided by another: sums first, division at the very edge, unknown where the divisor is zero."""
    return Col(top) / Col(bottom)
