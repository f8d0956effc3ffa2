"""From acknowledged to landed: what was kept since the last time becomes one landing batch, once, whatever is killed when."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
from sqlalchemy import delete, func, select, update

from linshu.engine.events.keeping import unpacked
from linshu.engine.events.reading import SOURCE
from linshu.engine.state import crash
from linshu.engine.state.tables import event_part as part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from linshu.engine.intake.receipt import Receipt
    from linshu.engine.state import State

MOST_ROWS = 50_000  # of one landing batch
KEPT = timedelta(days=1)  # after it landed: a backup may hold the state of now and the landing of a moment ago


@dataclass(frozen=True, slots=True)
class Landed:
    """What became a landing batch: its rows by table, and since when the oldest of them waited."""

    landing_id: str
    rows: dict[str, pa.Table]
    since: datetime


@dataclass(frozen=True, slots=True)
class Lander:
    """Lands what was kept; one at a time.

    First the parts get the mark of their batch, then the batch lands under that mark, then they are noted as landed. A
    kill between finds the mark again, and a batch with a mark that landed before is not landed twice.
    """

    state: State
    land: Callable[[str, list[tuple[str, pa.Table]], str], Receipt]  # source, rows, mark
    known: Callable[[Collection[str]], frozenset[str]]  # which of these marks landed
    now: Callable[[], datetime]

    def land_next(self) -> Landed | None:
        """Land what waits; None when nothing does."""
        mark = self._mark()
        if not mark:
            return None
        crash.point("events.marked")
        with self.state.reading() as connection:
            asked = select(part.c.table_name, part.c.body, part.c.taken_at).where(part.c.mark == mark)
            found = connection.execute(asked.order_by(part.c.part_id)).all()
        by_table: dict[str, list[pa.Table]] = {}
        for row in found:
            by_table.setdefault(row.table_name, []).append(unpacked(row.body))
        rows = {name: pa.concat_tables(some, promote_options="default") for name, some in by_table.items()}
        receipt = self.land(SOURCE, list(rows.items()), mark)
        crash.point("events.landed")
        with self.state.writing() as connection:
            connection.execute(update(part).where(part.c.mark == mark).values(landed_at=self.now()))
        crash.point("events.noted")
        return Landed(receipt.landing_id, rows, min(row.taken_at for row in found))

    def recall(self) -> int:
        """After a restore: parts said to have landed, of whose batch landing knows nothing, wait again; how many."""
        with self.state.writing() as connection:
            marks = set(
                connection.execute(select(part.c.mark).where(part.c.landed_at.is_not(None)).distinct()).scalars()
            )
            lost = marks - self.known(marks)
            for mark in lost:
                connection.execute(update(part).where(part.c.mark == mark).values(landed_at=None))
        return len(lost)

    def _mark(self) -> str:
        """The mark of the next batch: one that was given before a kill, else a new one; "" when nothing waits."""
        with self.state.writing() as connection:
            waits = part.c.landed_at.is_(None)
            marked = connection.execute(select(part.c.mark).where(waits, part.c.mark != "").limit(1)).scalar()
            if marked:
                return str(marked)
            ids, rows = [], 0
            asked = select(part.c.part_id, part.c.row_count).where(waits).order_by(part.c.part_id)
            for row in connection.execute(asked):
                ids.append(row.part_id)
                rows += row.row_count
                if rows >= MOST_ROWS:
                    break
            if not ids:
                return ""
            mark = secrets.token_hex(16)
            connection.execute(update(part).where(part.c.part_id <= ids[-1], waits).values(mark=mark))
            return mark


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """Rows that were acknowledged and are not landed yet, and since when the oldest of them waits."""
    asked = select(func.coalesce(func.sum(part.c.row_count), 0), func.min(part.c.taken_at))
    rows, since = connection.execute(asked.where(part.c.landed_at.is_(None))).one()
    return int(rows), since


def sweep(connection: Connection, before: datetime) -> int:
    """Forget parts that landed before then; how many."""
    return connection.execute(delete(part).where(part.c.landed_at < before)).rowcount
