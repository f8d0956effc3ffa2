"""Events that were told: which were taken in, what of them is not landed yet, which were bad, and how many a minute."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# One row per event taken in: its id counts once, and its place and state are what alerts count by.
event = Table(
    "event",
    metadata,
    Column("source", String(40), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("digest", String(64), nullable=False),  # keyed, so that no number can be tried out
    Column("kind", String(40), nullable=False),
    Column("what", String(40), nullable=False),  # the state it tells: paid, cancelled; "" where its kind has none
    Column("subject", String(200), nullable=False),  # the row it is about
    Column("at", Instant, nullable=False),  # when it happened
    Column("taken_at", Instant, nullable=False),
    Column("community", String, nullable=False),
    Column("leader", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("warehouse", String, nullable=False),
    Column("channel", String, nullable=False),
    PrimaryKeyConstraint("source", "event_id"),
    Index("ix_event_at", "kind", "at"),
    Index("ix_event_subject", "kind", "subject"),
    Index("ix_event_taken_at", "taken_at"),
)

# The rows of events that were acknowledged, sealed, until they are a landing batch, and a day longer.
event_part = Table(
    "event_part",
    metadata,
    Column("part_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("table_name", String(64), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # an Arrow stream
    Column("taken_at", Instant, nullable=False),
    Column("mark", String(32), nullable=False, index=True),  # of the landing batch it goes into; "" = none yet
    Column("landed_at", Instant, index=True),
)

# An event that could not be taken in, sealed as a whole, until somebody mends it or lets it be.
event_dead = Table(
    "event_dead",
    metadata,
    Column("dead_id", String(16), primary_key=True),
    Column("source", String(40), nullable=False),
    Column("event_id", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("code", String(10), nullable=False),  # bad, conflict, outside
    Column("problems", Text, nullable=False),  # JSON: where and what, in two languages; nothing personal
    Column("body", Text, nullable=False),  # sealed
    Column("sent_by", String(64), nullable=False),
    Column("came_at", Instant, nullable=False),
    Column("state", String(10), nullable=False),  # open, mended, dismissed, overtaken
    Column("settled_at", Instant),
    Column("settled_by", String(64), nullable=False),
    Column("why", Said(500), nullable=False),
    Index("ix_event_dead_state", "state", "came_at"),
    Index("ix_event_dead_event", "source", "event_id"),
)

event_minute = Table(
    "event_minute",
    metadata,
    Column("minute", Instant, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("dead", Integer, nullable=False),
    PrimaryKeyConstraint("minute", "kind"),
)
