"""Saying that persons, or what is too old, are to be forgotten: it lands as a batch, so that a rebuilt warehouse forgets too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake import landing as l
from linshu.engine.intake import quoting as q
from linshu.engine.intake.forgetting import BEFORE, PERSON, SCHEMA, STEM
from linshu.engine.intake.layout import SEALED, is_sealed
from linshu.engine.intake.registry import LANDING
from linshu.engine.intake.selecting import selections
from linshu.engine.intake.succession import in_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from linshu.engine.intake.intake import Intake
    from linshu.engine.intake.receipt import Receipt
    from linshu.engine.intake.stage import Selection
    from linshu.kernel.table import Column

SOURCE = "linshu"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: what they are to the company, and under which id."""

    kind: str  # member, leader, ...
    person_id: str

    @property
    def subject(self) -> str:
        """What the vault calls them."""
        return f"{self.kind}:{self.person_id}"


@dataclass(frozen=True, slots=True)
class Before:
    """What a table says of persons in rows whose `moment` lies before a day."""

    table: str
    moment: str
    day: date


def held(intake: Intake, persons: Sequence[Person]) -> tuple[str, ...]:
    """Everybody who ever held the places of these persons, as far as landing tells, as the vault calls them.

    A place that is nobody else's has nobody to tell. Known are only digests: of every number, and of every name.
    """
    found: dict[str, None] = {}
    for kind in dict.fromkeys(one.kind for one in persons):
        table = intake.tables.get(kind)
        columns = [one for one in table.columns if one.in_turn] if table else []
        if not table or not columns:
            continue
        asked = q.texts(one.person_id for one in persons if one.kind == kind)
        for selection in _said_of(intake, kind):
            there = [one for one in columns if _place(one) in selection.staged]
            if not there:
                continue
            words = q.names([table.key[0], *map(_place, there)])
            rows = intake.warehouse.query(
                f"SELECT DISTINCT {words} FROM ({selection.select()}) WHERE {q.name(table.key[0])} IN ({asked})"
            )
            for key, *said in zip(*(each.to_pylist() for each in rows.columns), strict=True):
                for column, word in zip(there, said, strict=True):
                    if word:
                        digest = word if is_sealed(column) else intake.sealer.index(word)
                        found[in_place(f"{kind}:{key}", digest)] = None
    return tuple(found)


def _place(column: Column) -> str:
    return column.name + SEALED[1] if is_sealed(column) else column.name


def _said_of(intake: Intake, table: str) -> Iterator[Selection]:
    """What every batch says of a table, those that were taken back included."""
    batches = intake.warehouse.query(
        f"SELECT landing_id FROM {LANDING} WHERE list_contains(tables, $1) OR status = 'withdrawn' ORDER BY 1", [table]
    )
    for landing_id in batches["landing_id"].to_pylist():
        folder = intake.folder / landing_id
        one = selections(folder, l.label_of(folder), intake.tables).by_table.get(table)
        if one:
            yield one


def forget(intake: Intake, what: Sequence[Person | Before], *, by: str = "", why: str = "") -> Receipt:
    """Forget persons, or what is older than it may be kept, for good; the keys of persons are not destroyed by this."""
    label = intake.label(SOURCE, "erasure", brought_by=by, why=why)
    rows = [
        (PERSON, one.kind, one.person_id, "")
        if isinstance(one, Person)
        else (BEFORE, one.table, one.day.isoformat(), one.moment)
        for one in what
    ]
    with intake.writing(label) as writer:
        writer.write(STEM, pa.table([list(each) for each in zip(*rows, strict=True)], schema=SCHEMA))
    return intake.merge(label.landing_id)
