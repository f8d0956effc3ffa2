"""The door for events: each is read, sealed in memory and held against the rules of its tables, as every import is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from linshu.engine.events.kind import LINES
from linshu.engine.events.placing import ROAD, SCOPED
from linshu.engine.events.problem import Problem
from linshu.engine.events.rows import rows_of
from linshu.engine.intake import quoting as q
from linshu.engine.intake import validate
from linshu.engine.intake.door import seal_rows
from linshu.engine.intake.geography import has_place
from linshu.engine.intake.landing import Label
from linshu.engine.intake.layout import ROW, SEALED, day_sources, is_sealed, own_columns
from linshu.engine.intake.stage import SYSTEM, Reading, Selection
from linshu.engine.warehouse.schema import stored_columns
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.events.kind import EventKind
    from linshu.engine.events.reading import Event
    from linshu.engine.intake.ports import Sealer
    from linshu.kernel.company_day import CompanyDay
    from linshu.kernel.table import Table

EVENT = "linshu.event"  # which event of the batch a row came with, and which of its rows it is
PART = "linshu.event_part"
_TICKS = 1_000  # a moment told in milliseconds keeps the order of arrival in its microseconds
MOST_FORMS = 200  # sets of columns whose statement is kept
_RELATION, _STAGE = "event_rows", "event_stage"
_PROBLEM = (
    "landing_id, landing_row, table_name, key_text, code, column_name, source_column, original, zh, en, updated_at, status,"
    " settled_by"
)


@dataclass(slots=True)
class Judged:
    """An event and what is wrong with it; with problems it cannot be taken in."""

    event: Event
    problems: list[Problem] = field(default_factory=list)
    at: datetime | None = None  # when what it tells was true
    subject: str = ""  # the row it is about
    place: dict[str, str] = field(default_factory=dict)  # what its row says of where it belongs, by column


@dataclass(frozen=True, slots=True)
class Batch:
    """Events that were judged together, and the sealed rows of those whose values could be read."""

    judged: list[Judged]
    rows: dict[str, tuple[pa.Table, list[int]]]  # by table: its rows, and the event each came with

    def of(self, events: set[int]) -> dict[str, pa.Table]:
        """The rows of some of the events."""
        found = {}
        for name, (rows, came) in self.rows.items():
            wanted = [each in events for each in came]
            if any(wanted):
                found[name] = rows if all(wanted) else rows.filter(pa.array(wanted))
        return found


class _Told(Selection):
    """Rows that stand in no file: the event itself says where a problem is."""

    def place(self, columns: str = "") -> Text:  # noqa: ARG002 - the same call as for files
        return Text("", "")


class Judge:
    """Judges events by one thread at a time; works in memory alone, so that nothing plain is ever written."""

    def __init__(self, kinds: Mapping[str, EventKind], sealer: Sealer, company_day: CompanyDay) -> None:
        self.kinds, self.sealer = kinds, sealer
        self._label = Label("event", "", "rows", "2000-01-01T00:00:00+00:00", 1, company_day.cut_off, company_day.zone)
        self._ticks = count()
        self._written: dict[tuple[str, tuple[str, ...]], _Questions] = {}

    def judge(self, events: Sequence[Event], now: datetime) -> Batch:
        """Every event, with what is wrong with it and the rows it brings."""
        judged = [Judged(one, list(one.problems)) for one in events]
        told: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for at, one in enumerate(judged):
            if one.problems:
                continue
            one.at = self._moment(one.event.at, now)
            rows, problems = rows_of(one.event, self.kinds[one.event.kind])
            one.problems += problems
            if problems:
                continue
            for name, found in rows.items():
                for part, row in enumerate(found):
                    row |= {"source": one.event.source, "updated_at": one.at, EVENT: at, PART: part}
                    told[name].append(row)
        tables = {each.name: each for kind in self.kinds.values() for each in (kind.table, kind.parts) if each}
        return Batch(judged, {name: self._hold(tables[name], found, judged) for name, found in told.items()})

    @cached_property
    def _sql(self) -> duckdb.DuckDBPyConnection:
        # No folder to spill into: what does not fit in memory fails instead of lying on disk in plain.
        made = duckdb.connect(":memory:", config={"temp_directory": "", "threads": 1})
        made.execute("PRAGMA disable_optimizer")  # a few rows at a time: planning well costs more than it saves
        return made

    def close(self) -> None:
        """Let go of the memory."""
        self._sql.close()

    def _moment(self, at: datetime | None, now: datetime) -> datetime:
        moment = at or now
        if moment.microsecond % _TICKS:
            return moment
        return moment + timedelta(microseconds=next(self._ticks) % _TICKS)

    def _hold(self, table: Table, told: list[dict[str, Any]], judged: list[Judged]) -> tuple[pa.Table, list[int]]:
        """Seal the rows of one table and hold them against its rules."""
        sealed = seal_rows(self.sealer, table, table_of(table, told))
        events, parts = ([row[name] for row in told] for name in (EVENT, PART))
        kind = next((one for one in self.kinds.values() if one.table.name == table.name), None)
        if kind is not None:
            wanted = [name for name in (kind.subject, *places(table)) if name in sealed.column_names]
            for at, row in zip(events, sealed.select(dict.fromkeys(wanted)).to_pylist(), strict=True):
                judged[at].subject = row.get(kind.subject) or ""
                judged[at].place = {name: value for name, value in row.items() if value}
        for problem in self._broken(table, sealed):
            at = problem["landing_row"] - 1
            path = "data" if kind is not None else f"data.{LINES}.{parts[at]}"
            column = problem["column_name"]
            words = Text(problem["zh"], problem["en"])
            judged[events[at]].problems.append(Problem(f"{path}.{column}" if column else path, words))
        return sealed, events

    def _broken(self, table: Table, sealed: pa.Table) -> list[dict[str, Any]]:
        rows = sealed.append_column(ROW, pa.array(range(1, sealed.num_rows + 1), pa.int64()))
        questions = self._questions(table, rows)
        if questions.held and not self._may_be_bad(questions, rows):
            return []
        self._sql.register(_RELATION, rows)
        try:
            self._sql.execute(questions.stage)
            found: list[dict[str, Any]] = self._sql.sql(questions.explain).to_arrow_table().to_pylist()
            return found
        finally:
            self._sql.unregister(_RELATION)

    def _may_be_bad(self, questions: _Questions, rows: pa.Table) -> bool:
        """Quick, and never lets a bad row pass: asked of a table that stays, by a statement planned once."""
        self._sql.from_arrow(rows).insert_into(questions.held)
        try:
            return self._sql.execute(f"EXECUTE {questions.held}").fetchone() is not None
        finally:
            self._sql.execute(f"TRUNCATE {questions.held}")

    def _questions(self, table: Table, rows: pa.Table) -> _Questions:
        """The statements for rows of one table with these columns, written once."""
        form = table.name, tuple(rows.column_names)
        known = self._written.get(form)
        if known is None:
            known = _questions(_selection(table, self._label, form[1]), f"held_{len(self._written)}")
            if len(self._written) >= MOST_FORMS:  # senders make up forms without end: these are asked at length
                return replace(known, held="")
            if known.glance:
                self._sql.from_arrow(rows.slice(0, 0)).create(known.held)
                self._sql.execute(f"PREPARE {known.held} AS {known.glance}")
            self._written[form] = known
        return known


@dataclass(frozen=True, slots=True)
class _Questions:
    """What is asked of the rows of one table: whether any may be bad, which are, and what is wrong with these."""

    held: str  # where rows lie to be glanced at, and the name of the statement that does; "" where there is none
    glance: str  # quick, and never lets a bad row pass
    stage: str
    explain: str


def _questions(selection: Selection, held: str) -> _Questions:
    stage = f"SELECT _row, _landing, _state FROM ({selection.select()}) WHERE _state = 'bad'"
    explained = f"SELECT landing_row, column_name, zh, en FROM ({selection.explain(_STAGE)}) AS t({_PROBLEM})"
    glance = _glance(selection, held)
    return _Questions(held if glance else "", glance, f"CREATE OR REPLACE TEMP TABLE {_STAGE} AS {stage}", explained)


def _glance(selection: Selection, held: str) -> str:
    """A row that breaks a rule as it came; values that are only derived later are left to the full question."""
    table, given = selection.table, set(selection.readings)
    broken = f"{validate.broken_always(selection.rules)} OR {validate.broken_living(selection.rules)}"
    derived = [day for day, instant in day_sources(table).items() if instant in given and day in broken]
    if derived or (has_place(table) and "geo_system" in given):
        return ""
    absent = [
        f"CAST(NULL AS {each.sql_type}) AS {q.name(each.name)}" for each in own_columns(table) if each.name not in given
    ]
    return f"SELECT 1 FROM (SELECT {', '.join(['*', *absent])} FROM {held}) WHERE {broken} LIMIT 1"


def places(table: Table) -> tuple[str, ...]:
    """The columns of a table that say where a row belongs, or which other row says so."""
    return tuple(
        column.name
        for column in table.columns
        if column.name in SCOPED.values() or column.references.partition(".")[0] == ROAD
    )


def table_of(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows of one table as Arrow, in the types they are stored in; columns that none of them has are left out."""
    types = {each.name: each.arrow_type for each in stored_columns(table)}
    given = dict.fromkeys(name for row in rows for name in row if name in types)
    return pa.table({name: pa.array([row.get(name) for row in rows], types[name]) for name in given})


def _selection(table: Table, label: Label, columns: Sequence[str]) -> Selection:
    own = {each.name for each in stored_columns(table)}
    readings = {name: Reading(q.name(name)) for name in columns if name in own or name in SYSTEM}
    for column in table.columns:
        if is_sealed(column) and column.name in readings:
            readings[column.name] = replace(readings[column.name], original=q.name(column.name + SEALED[2]))
    return _Told(table, label, _RELATION, readings)
