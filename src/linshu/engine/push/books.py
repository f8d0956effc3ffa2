"""Reading the outbox: which messages there are, how many of each state, what is left of old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select

from linshu.engine.push.outbox import Kept, Note, kept
from linshu.engine.state.tables import outbox, outbox_note
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; empty = all."""

    state: str = ""
    kind: str = ""
    words: str = ""  # of receiver or subject


def listed(connection: Connection, wanted: Filter, *, limit: int = 50, offset: int = 0) -> tuple[list[Kept], int]:
    """A page of messages, newest first, each with its last note, and how many there are."""
    total = connection.execute(_where(select(func.count()).select_from(outbox), wanted)).scalar_one()
    newest = _where(select(outbox), wanted).order_by(outbox.c.created_at.desc(), outbox.c.message_id)
    rows = connection.execute(newest.limit(limit).offset(offset)).mappings().all()
    last = (
        select(func.max(outbox_note.c.note_id))
        .where(outbox_note.c.message_id.in_([row["message_id"] for row in rows]))
        .group_by(outbox_note.c.message_id)
    )
    notes = {
        row.message_id: Note(row.at, row.state, Text(row.words_zh, row.words_en))
        for row in connection.execute(select(outbox_note).where(outbox_note.c.note_id.in_(last)))
    }
    return [
        kept(dict(row), [notes[row["message_id"]]] if row["message_id"] in notes else ()) for row in rows
    ], int(total)  # fmt: skip


def counts(connection: Connection) -> dict[str, int]:
    """How many messages stand in each state."""
    found = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {str(row[0]): int(row[1]) for row in found}


def sweep(connection: Connection, before: datetime) -> int:
    """Forget messages that left, or were kept from leaving, before that moment; how many."""
    over = outbox.c.state.in_(("sent", "cancelled"))
    old = delete(outbox).where(over, outbox.c.created_at < before).returning(outbox.c.message_id)
    return len(connection.execute(old).all())


def _where(query: Select[Any], wanted: Filter) -> Select[Any]:
    if wanted.state:
        query = query.where(outbox.c.state == wanted.state)
    if wanted.kind:
        query = query.where(outbox.c.kind == wanted.kind)
    if wanted.words:
        named = (outbox.c.receiver, outbox.c.subject)
        query = query.where(or_(*(one.icontains(wanted.words, autoescape=True) for one in named)))
    return query
