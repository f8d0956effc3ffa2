"""What is not to be known any more: persons who were erased, and what is older than it may be kept.

It lands as a batch like every other change, so that a rebuilt warehouse forgets the same. The standard tables lose what
tells who somebody is; keys, amounts and days stay, so that every figure is what it was. What comes later about the same
person, from a new file or an old one, is made as empty before it is merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake import landing as l
from linshu.engine.intake import quoting as q
from linshu.engine.intake.door import subject_kind
from linshu.engine.intake.layout import SEALED, is_sealed
from linshu.engine.intake.registry import FORGOTTEN
from linshu.engine.intake.stage import read_parts
from linshu.kernel.table import Privacy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from linshu.engine.warehouse.engine import Session
    from linshu.kernel.table import Column, Table

STEM = "forgetting"  # of the parts that say it
SCHEMA = pa.schema([(name, pa.string()) for name in ("kind", "what", "value", "moment")])
PERSON, BEFORE = "person", "before"
NOTHING_LEFT = "x1::****"  # the token of a value that cannot be opened, which tells nothing of it


@dataclass(frozen=True, slots=True)
class Owned:
    """A column that says something of a person, and the column that says of whom."""

    column: Column
    kind: str
    by: str


def forgotten(session: Session, kind: str) -> frozenset[str]:
    """The ids of everybody of a kind who is forgotten."""
    found = session.query(f"SELECT DISTINCT value FROM {FORGOTTEN} WHERE kind = $1 AND what = $2", [PERSON, kind])
    return frozenset(found["value"].to_pylist())


def holders(session: Session, table: Table) -> dict[str, list[str]]:
    """Who holds a place of the table now that is held in turn, after somebody in it was erased: digests of their numbers."""
    numbers = [one.name for one in table.columns if one.in_turn and is_sealed(one)]
    if not numbers:
        return {}
    key, said = q.name(table.key[0]), ", ".join(q.name(one + SEALED[1]) for one in numbers)
    found = session.query(
        f"SELECT {key} AS id, [{said}] AS numbers FROM std.{table.name} WHERE {key} IN"
        f" (SELECT value FROM {FORGOTTEN} WHERE kind = $1 AND what = $2) AND ({_sealed_in(numbers)})",
        [PERSON, table.name],
    ).to_pylist()
    return {row["id"]: [one for one in row["numbers"] if one] for row in found}


def owned(table: Table) -> tuple[Owned, ...]:
    """The columns of a table that tell who somebody is or what they said, each with whom it is about."""
    return tuple(_owned(table))


def _owned(table: Table) -> Iterator[Owned]:
    own = table.key[0] if table.key == (f"{table.name}_id",) else ""
    for column in table.columns:
        if column.subject:
            yield Owned(column, subject_kind(table, column), column.subject)
        elif column.privacy in (Privacy.PERSONAL, Privacy.SENSITIVE) and own and column.name not in table.key:
            yield Owned(column, table.name, own)


def apply(
    session: Session, label: l.Label, folder: Path, tables: Mapping[str, Table], only: Collection[str] | None = None
) -> set[str]:
    """Let books and tables forget what the batch says; the tables of persons that changed."""
    landing = q.text(label.landing_id)
    session.execute(f"DELETE FROM {FORGOTTEN} WHERE landing_id = {landing}")
    said = f"SELECT {landing}, kind, what, value, moment FROM {read_parts(l.parts(folder)[STEM])}"
    session.execute(f"INSERT INTO {FORGOTTEN} {said}")
    asked = [table for table in tables.values() if only is None or table.name in only]
    return {table.name for table in asked if _empty(session, table, _Place(f"std.{table.name}", landing))}


def keep_out(session: Session, table: Table, stage: str, staged: Collection[str]) -> None:
    """What just came and is not to be known is emptied before it is merged."""
    _empty(session, table, _Place(stage, staged=frozenset(staged)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where rows of a table lie: in the standard, for one batch that says what to forget, or staged, for all of them."""

    relation: str
    landing: str = ""  # SQL text of the batch's id
    staged: frozenset[str] = frozenset()  # the columns there are; of the standard's tables all

    def has(self, column: str) -> bool:
        """Whether there is such a column."""
        return bool(self.landing) or column in self.staged

    def said(self, kind: str, what: str) -> str:
        """The condition for what is to be forgotten here."""
        one = f" AND landing_id = {self.landing}" if self.landing else ""
        return f"kind = '{kind}' AND what = {q.text(what)}{one}"


def _empty(session: Session, table: Table, place: _Place) -> bool:
    """Empty what is about forgotten persons, or too old; whether rows of the persons themselves changed.

    Those rows carry the batch from now on, so that tables built from them are built again. Rows of what persons did keep
    the batch they came by: nothing that is published is built from what they lose.
    """
    columns = owned(table)
    changed = False
    for kind, by in dict.fromkeys((one.kind, one.by) for one in columns if place.has(one.by)):
        persons = f"SELECT value FROM {FORGOTTEN} WHERE {place.said(PERSON, kind)}"
        emptied = _emptied([one.column for one in columns if (one.kind, one.by) == (kind, by)], place)
        if not emptied or not session.query(f"SELECT 1 FROM ({persons}) LIMIT 1").num_rows:
            continue
        is_person = bool(place.landing) and kind == table.name
        marked = [f"landing_id = {place.landing}"] if is_person else []
        if not place.landing and all(one.column.in_turn for one in columns):
            _keep_successors(session, table, place, persons)
            continue
        rows = session.execute(
            f"UPDATE {place.relation} SET {', '.join(emptied + marked)} WHERE {q.name(by)} IN ({persons})"
        )
        changed |= is_person and rows > 0
    emptied = _emptied([one.column for one in columns], place)
    if emptied:
        days = (
            f"SELECT moment, max(value) AS day FROM {FORGOTTEN} WHERE {place.said(BEFORE, table.name)} GROUP BY moment"
        )
        for one in session.query(days).to_pylist():
            if place.has(one["moment"]):
                day = f"TIMESTAMPTZ {q.text(one['day'] + ' 00:00:00+00')}"
                session.execute(
                    f"UPDATE {place.relation} SET {', '.join(emptied)} WHERE {q.name(one['moment'])} < {day}"
                )
    return changed


def _keep_successors(session: Session, table: Table, place: _Place, persons: str) -> None:
    """Of a place held in turn, what came is emptied unless it is about somebody new; who holds it now goes on doing so.

    The door sealed the number of somebody new, and only theirs, under a key of their own. What had landed before the last
    erasure is about somebody erased, whatever it says.
    """
    key = q.name(table.key[0])
    numbers = [one.name for one in table.columns if one.in_turn and is_sealed(one)]
    last = f"(SELECT max(landing_id) FROM {FORGOTTEN} f WHERE {place.said(PERSON, table.name)} AND f.value = s.{key})"
    told = _sealed_in([one for one in numbers if place.has(one)], "s.")
    stale = f"s.{key} IN ({persons}) AND NOT coalesce(s._landing > {last} AND ({told}), false)"
    columns = [one for one in table.columns if one.in_turn]
    session.execute(f"UPDATE {place.relation} AS s SET {', '.join(_emptied(columns, place))} WHERE {stale}")
    names = [name for name in _stored(columns) if place.has(name)]
    back = ", ".join(f"{q.name(name)} = t.{q.name(name)}" for name in names)
    held = f"t.{key} = s.{key} AND ({_sealed_in(numbers, 't.')})"
    session.execute(f"UPDATE {place.relation} AS s SET {back} FROM std.{table.name} t WHERE {held} AND {stale}")


def _sealed_in(columns: Sequence[str], prefix: str = "") -> str:
    """SQL of whether any of these was sealed under somebody's key."""
    return " OR ".join(f"{prefix}{q.name(one)} LIKE 'v1:%'" for one in columns) or "false"


def _stored(columns: Sequence[Column]) -> Iterator[str]:
    for column in columns:
        for ending in SEALED if is_sealed(column) else SEALED[:1]:
            yield column.name + ending


def _emptied(columns: Sequence[Column], place: _Place) -> list[str]:
    """What is set. That something was there stays known: a share of rows with a phone is a figure too."""
    made = []
    for column in columns:
        endings = SEALED if is_sealed(column) else SEALED[:1]
        for ending, left in zip(endings, (NOTHING_LEFT if is_sealed(column) else "", "", "****"), strict=False):
            name = column.name + ending
            if place.has(name):
                value = f"CASE WHEN {q.name(name)} IS NOT NULL THEN '{left}' END" if left else "NULL"
                made.append(f"{q.name(name)} = {value}")
    return made
