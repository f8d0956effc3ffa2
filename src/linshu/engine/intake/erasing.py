"""Saying that persons, or what is too old, are to be forgotten: it lands as a batch, so that a rebuilt warehouse forgets too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from linshu.engine.intake.forgetting import BEFORE, PERSON, SCHEMA, STEM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linshu.engine.intake.intake import Intake
    from linshu.engine.intake.receipt import Receipt

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
