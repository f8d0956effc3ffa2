"""The audit as a book: read by filters, summed up in signed roots, and checked from the first entry to the last."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, or_, select

from linshu.engine.audit.checking import Report, check
from linshu.engine.audit.roots import Root, Seal, append, read
from linshu.engine.state.instant import utc_now
from linshu.engine.state.tables import audit, audit_head, audit_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import ColumnElement, Connection

    from linshu.engine.state import State

PAGE_ROWS = 50
BATCH = 2_000  # entries read at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are wanted: "" and None = any. `act` may be a noun alone ("user"), `words` occur in the subject."""

    person: str = ""
    act: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None  # exclusive

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same as conditions on the rows."""
        made: list[ColumnElement[bool]] = []
        if self.person:
            made.append(audit.c.account == self.person)
        if self.act:
            exactly = audit.c.act == self.act
            made.append(exactly if "." in self.act else or_(exactly, audit.c.act.startswith(f"{self.act}.")))
        if self.words:
            made.append(audit.c.subject.icontains(self.words, autoescape=True))
        if self.since:
            made.append(audit.c.at >= self.since)
        if self.until:
            made.append(audit.c.at < self.until)
        return made


@dataclass(frozen=True, slots=True)
class Book:
    """The audit of one project; without a seal it can be read and its chain checked, but no root signed."""

    state: State
    seal: Seal | None = field(default=None, repr=False)
    anchor: Path | None = None
    now: Callable[[], datetime] = utc_now

    def listed(self, wanted: Wanted, *, limit: int = PAGE_ROWS, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """A page of entries, newest first, and how many there are in all."""
        where = wanted.conditions()
        rows = select(audit).where(*where).order_by(audit.c.seq.desc()).limit(limit).offset(offset)
        with self.state.reading() as connection:
            total = connection.execute(select(func.count()).select_from(audit).where(*where)).scalar_one()
            return [dict(row) for row in connection.execute(rows).mappings()], total

    def people(self) -> tuple[str, ...]:
        """Every account that stands in it."""
        with self.state.reading() as connection:
            found = connection.execute(select(audit.c.account).distinct().order_by(audit.c.account))
            return tuple(found.scalars())

    def acts(self) -> tuple[str, ...]:
        """Every kind of act that stands in it."""
        with self.state.reading() as connection:
            return tuple(connection.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())

    def last_root(self) -> Root | None:
        """The newest signed root."""
        with self.state.reading() as connection:
            return _last(connection)

    def sum_up(self) -> Root | None:
        """Signs what came since the last root and writes it to the anchor; None when nothing came, or without a seal."""
        if self.seal is None or self.anchor is None:
            return None
        with self.state.writing() as connection:
            # Whoever else sums up at this moment waits here, and then finds nothing new.
            head = connection.execute(select(audit_head).with_for_update()).one()
            before = _last(connection)
            first = before.last + 1 if before else 1
            if head.seq < first:
                return None
            hashes = connection.execute(select(audit.c.hash).where(audit.c.seq >= first).order_by(audit.c.seq))
            made = self.seal.signed(first, head.seq, hashes.scalars(), head.hash, self.now())
            row = {
                "first_seq": made.first, "last_seq": made.last, "root": made.root, "head": made.head,
                "made_at": datetime.fromisoformat(made.made_at), "signature": made.signature,
            }  # fmt: skip
            connection.execute(insert(audit_root), [row])
            # Before the commit: a root that stands in the anchor only is checked like any other.
            append(self.anchor, made)
        return made

    def verify(self) -> Report:
        """Walks the whole chain and holds it against its end, the signed roots and the anchor."""
        anchored, broken = read(self.anchor) if self.anchor else ([], 0)
        with self.state.reading() as connection:
            head = connection.execute(select(audit_head)).one()
            roots = [_root(row) for row in connection.execute(select(audit_root).order_by(audit_root.c.last_seq))]
            rows = connection.execution_options(yield_per=BATCH).execute(select(audit).order_by(audit.c.seq))
            return check(
                map(dict, rows.mappings()), (head.seq, head.hash), roots, anchored, broken=broken, seal=self.seal,
                is_anchored=self.anchor is not None,
            )  # fmt: skip


def _last(connection: Connection) -> Root | None:
    row = connection.execute(select(audit_root).order_by(audit_root.c.last_seq.desc()).limit(1)).first()
    return None if row is None else _root(row)


def _root(row: Any) -> Root:
    made = row.made_at.astimezone(UTC).isoformat()
    return Root(row.first_seq, row.last_seq, row.root, row.head, made, row.signature)
