"""Who did what and when: a chain of entries that nobody can change unseen."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.tables.base import metadata

# One row per act, never changed and never deleted (triggers refuse it); `hash` covers the row and the hash before it.
audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3, ... without gaps
    Column("at", Instant, nullable=False),
    Column("user_id", String(32), nullable=False),
    Column("account", String(64), nullable=False),
    Column("via", String(8), nullable=False),  # web, api, cli, job
    Column("address", String(64), nullable=False),
    Column("act", String(64), nullable=False),  # "user.add", "proposal.approve"
    Column("subject", String(200), nullable=False),  # "user:wang", "batch:2026..."
    Column("details", Text, nullable=False),  # canonical JSON; never a personal value
    Column("hash", String(64), nullable=False, unique=True),
    Index("ix_audit_at", "at"),
    Index("ix_audit_subject", "subject"),
)

# Where the chain ends now: one row, which every writer locks, so that entries follow one another.
audit_head = Table(
    "audit_head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)

# Signed summaries of the chain up to an entry, also written outside the project: they tell a chain made anew from the true one.
audit_root = Table(
    "audit_root",
    metadata,
    Column("last_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("root", String(64), nullable=False),  # over the hashes of all entries from first to last
    Column("head", String(64), nullable=False),  # the hash of the last one
    Column("made_at", Instant, nullable=False),
    Column("signature", String(128), nullable=False),
)
