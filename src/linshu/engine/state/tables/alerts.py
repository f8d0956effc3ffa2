"""Rules that watch figures, the alerts they raised, and what was told to be quiet about."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata
from linshu.engine.state.tables.places import place_columns

# A company's own rules, and ready ones whose numbers it changed; what is not here stands as declared.
alert_rule = Table(
    "alert_rule",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("account", String(64), nullable=False),
    Column("changed_at", Instant, nullable=False),
)

alert = Table(
    "alert",
    metadata,
    Column("alert_id", String(16), primary_key=True),
    Column("rule", String(64), nullable=False),
    Column("group_id", String, nullable=False),  # "" = the company as a whole
    Column("group_zh", Said(120), nullable=False),
    Column("group_en", Said(120), nullable=False),
    # rule and group while it is open, nothing afterwards: one open alert for each.
    Column("open_key", String, unique=True),
    Column("state", String(10), nullable=False),
    Column("bucket", String(10), nullable=False),
    Column("first", String(10), nullable=False),
    Column("in_row", Integer, nullable=False),
    Column("value", Float),
    Column("expected", Float),
    Column("low", Float),
    Column("high", Float),
    Column("since", Instant, nullable=False),
    Column("rang_at", Instant),
    Column("seen_at", Instant),
    Column("seen_by", String(64), nullable=False),
    Column("ended_at", Instant),
    Column("level", Integer, nullable=False),
    Column("note", Said(500), nullable=False),
    *place_columns(),
    Index("ix_alert_state", "state", "rang_at"),
    Index("ix_alert_rule", "rule", "rang_at"),
)

# Nobody is told of a rule, or one group of it, until then; the alert itself goes on.
alert_silence = Table(
    "alert_silence",
    metadata,
    Column("silence_id", String(16), primary_key=True),
    Column("rule", String(64), nullable=False, index=True),
    Column("group_id", String, nullable=False),  # "" = every group
    Column("until", Instant, nullable=False),
    Column("why", Said(500), nullable=False),
    Column("account", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
)
