"""What is to leave this application: messages to people, calls of other systems, files, work orders."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# Written in the transaction of the act that wants it, delivered afterwards; `key` makes asking twice the same as once.
outbox = Table(
    "outbox",
    metadata,
    Column("message_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),  # push, webhook, file, work_order
    Column("receiver", String(200), nullable=False),
    Column("subject", Said(200), nullable=False),
    Column("body", Text, nullable=False),  # JSON; never a personal value
    Column("key", String(200), nullable=False, unique=True),
    Column("state", String(12), nullable=False),  # waiting, sending, sent, failed, dead, cancelled
    Column("attempts", Integer, nullable=False),
    Column("run_after", Instant, nullable=False),
    Column("leased_by", String(64), nullable=False),
    Column("leased_until", Instant),
    Column("error", Said(1000), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant),
    Index("ix_outbox_due", "state", "run_after"),
    Index("ix_outbox_created_at", "created_at"),
)

# What happened to a message, one line per attempt.
outbox_note = Table(
    "outbox_note",
    metadata,
    Column("note_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("message_id", String(32), ForeignKey("outbox.message_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("words_zh", Said(1000), nullable=False),
    Column("words_en", Said(1000), nullable=False),
)
