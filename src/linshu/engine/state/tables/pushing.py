"""Where messages go: group robots, mail, other systems, and how fast each may be written to."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# `sealed` holds address and secrets, under a key outside the project.
push_channel = Table(
    "push_channel",
    metadata,
    Column("channel_id", String(32), primary_key=True),
    Column("name", Said(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # wecom, dingtalk, feishu, mail, webhook
    Column("sealed", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("quiet_from", String(5), nullable=False),  # "22:00"; "" = none
    Column("quiet_to", String(5), nullable=False),
    Column("language", String(8), nullable=False),
    Column("scope", Text, nullable=False),  # JSON: the rows whoever reads there may see; {} = all
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)

# When a channel was written to lately, and until when its receiver takes nothing: so a restart keeps to the limits.
push_pace = Table(
    "push_pace",
    metadata,
    Column("channel_id", String(32), ForeignKey("push_channel.channel_id", ondelete="CASCADE"), primary_key=True),
    Column("sent", Text, nullable=False),  # JSON: instants of the last minute
    Column("blocked_until", Instant),
)
