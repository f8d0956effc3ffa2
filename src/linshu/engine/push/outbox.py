"""The outbox: an act writes here what is to leave, in its own transaction; a courier delivers it afterwards.

So nothing leaves for an act that was undone, and nothing that was decided is forgotten by a crash. `put` with a key that
is there already changes nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from sqlalchemy import insert, select, update

from linshu.engine.state.once import insert_all_once
from linshu.engine.state.tables import outbox, outbox_note
from linshu.kernel.errors import Conflict, Missing
from linshu.kernel.personal import all_masked
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

Kind = Literal["push", "webhook", "file", "work_order"]
State = Literal["waiting", "sending", "sent", "failed", "dead", "cancelled"]
STATES: tuple[State, ...] = ("waiting", "sending", "sent", "failed", "dead", "cancelled")
STOPPABLE = ("waiting", "failed", "dead")


@dataclass(frozen=True, slots=True)
class Message:
    """What is to leave, to whom, and the key under which it leaves once.

    `receiver` by kind: push = the channel, webhook = the address or its channel, file = the folder below data/outbox/,
    work_order = the team or person. `body` is JSON that the sender of the kind understands; it holds no personal value.
    `after`, when given, is the first moment at which it may leave (an undo window, say).
    """

    kind: Kind
    receiver: str
    subject: str
    body: dict[str, Any]
    key: str
    after: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it stands in the outbox."""

    message_id: str
    kind: str
    receiver: str
    subject: str
    body: dict[str, Any]
    key: str
    state: State
    attempts: int
    run_after: datetime
    error: str
    created_at: datetime
    sent_at: datetime | None
    notes: tuple[Note, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Note:
    """One line of what happened to a message."""

    at: datetime
    state: str
    words: Text


def put(connection: Connection, message: Message, *, at: datetime) -> str:
    """Write the message into the outbox within the transaction of the act; its id.

    The same key again gives the id of the first. A key that is there with other content is refused: it would be lost.
    """
    return put_all(connection, (message,), at=at)[0]


def put_all(connection: Connection, messages: Sequence[Message], *, at: datetime) -> tuple[str, ...]:
    """The same for many messages of one act, in their order."""
    rows = {message.key: _row(message, at) for message in messages}
    insert_all_once(connection, outbox, list(rows.values()))
    columns = (outbox.c.key, outbox.c.message_id, outbox.c.kind, outbox.c.receiver, outbox.c.body)
    there = {one.key: one for one in connection.execute(select(*columns).where(outbox.c.key.in_(rows)))}
    for message in messages:
        kept_as = there[message.key]
        if (kept_as.kind, kept_as.receiver, kept_as.body) != (
            message.kind,
            message.receiver,
            _json(all_masked(message.body)),
        ):
            raise Conflict(
                Text("同一个键下已有另一条消息", "another message is there under the same key"),
                where=Text(message.key, message.key),
                mend=Text("内容不同的消息要用不同的键。", "Give messages of different content different keys."),
            )
    return tuple(str(there[message.key].message_id) for message in messages)


def _row(message: Message, at: datetime) -> dict[str, Any]:
    return {
        "message_id": uuid4().hex, "kind": message.kind, "receiver": message.receiver, "subject": message.subject[:200],
        "body": _json(all_masked(message.body)), "key": message.key, "state": "waiting", "attempts": 0,
        "run_after": message.after or at, "leased_by": "", "leased_until": None, "error": "", "created_at": at,
        "sent_at": None,
    }  # fmt: skip


def cancel(connection: Connection, message_id: str, *, at: datetime, words: Text) -> bool:
    """Keep a message from leaving; False when it has left, is leaving, or was cancelled before."""
    stopped = connection.execute(
        update(outbox)
        .where(outbox.c.message_id == message_id, outbox.c.state.in_(STOPPABLE))
        .values(state="cancelled")
        .returning(outbox.c.message_id)
    ).first()
    if stopped is not None:
        note(connection, message_id, "cancelled", words, at=at)
    return stopped is not None


def retry(connection: Connection, message_id: str, *, at: datetime, words: Text) -> bool:
    """Try a message that was given up, or waits for its next attempt, anew and at once; False for any other."""
    taken = connection.execute(
        update(outbox)
        .where(outbox.c.message_id == message_id, outbox.c.state.in_(("failed", "dead")))
        .values(state="waiting", attempts=0, run_after=at)
        .returning(outbox.c.message_id)
    ).first()
    if taken is not None:
        note(connection, message_id, "waiting", words, at=at)
    return taken is not None


def note(connection: Connection, message_id: str, state: str, words: Text, *, at: datetime) -> None:
    """Add a line to what happened to a message."""
    connection.execute(
        insert(outbox_note),
        [
            {
                "message_id": message_id,
                "at": at,
                "state": state,
                "words_zh": words.zh[:1000],
                "words_en": words.en[:1000],
            }
        ],
    )


def find(connection: Connection, *, key: str = "", message_id: str = "") -> Kept:
    """One message with what happened to it, by its key or its id."""
    by = outbox.c.key == key if key else outbox.c.message_id == message_id
    row = connection.execute(select(outbox).where(by)).mappings().first()
    if row is None:
        name = key or message_id
        raise Missing(Text(f"待发箱里没有消息 {name}", f"there is no message {name} in the outbox"))
    notes = connection.execute(
        select(outbox_note).where(outbox_note.c.message_id == row["message_id"]).order_by(outbox_note.c.note_id)
    ).mappings()
    return kept(dict(row), [Note(one["at"], one["state"], Text(one["words_zh"], one["words_en"])) for one in notes])


def kept(row: Mapping[str, Any], notes: Sequence[Note] = ()) -> Kept:
    """A row of the table as a message."""
    return Kept(
        row["message_id"], row["kind"], row["receiver"], row["subject"], json.loads(row["body"]), row["key"],
        row["state"], row["attempts"], row["run_after"], row["error"], row["created_at"], row["sent_at"], tuple(notes),
    )  # fmt: skip


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
