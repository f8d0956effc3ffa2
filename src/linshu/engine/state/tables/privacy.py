"""Requests about personal data that need two persons: erasures, and files that leave the house."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

privacy_request = Table(
    "privacy_request",
    metadata,
    Column("request_id", String(16), primary_key=True),
    Column("kind", String(10), nullable=False),  # erase, export
    Column("subject", String, nullable=False),  # member:M1, or list:member
    Column("what", Text, nullable=False),  # JSON: accounts, days, what was shown to go and to stay; nothing opened
    Column("why", Said(500), nullable=False),
    Column("state", String(10), nullable=False),  # waiting, agreed, done, refused, withdrawn, expired
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", Instant),
    Column("said", Said(500), nullable=False),
    Column("done_at", Instant),
    Column("result", Text, nullable=False),  # JSON: the batch, or rows and bytes of the file
    Column("opener", String(200), nullable=False),  # opens the kept file, sealed; "" = there is none (any more)
    Column("size", Integer, nullable=False),
    Column("expires_at", Instant),
    Index("ix_privacy_request_state", "state", "asked_at"),
)
