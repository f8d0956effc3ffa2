"""The ledger of decisions: what was proposed, on which inputs, under which policy, what people did with it, what it brought."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# What the company decided about a kind of proposals; a change is a new version, so that an old proposal keeps its own.
policy = Table(
    "policy",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("why", Said(500), nullable=False),
    Column("account", String(64), nullable=False),
    Column("set_at", Instant, nullable=False),
)

# The numbers a rule read, frozen; named by their hash, so that the same numbers are kept once.
snapshot = Table(
    "snapshot",
    metadata,
    Column("inputs_hash", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)

proposal = Table(
    "proposal",
    metadata,
    Column("proposal_id", String(20), primary_key=True),  # from kind, subject and day
    Column("kind", String(64), nullable=False),
    Column("subject", String, nullable=False),
    Column("title_zh", Said(200), nullable=False),
    Column("title_en", Said(200), nullable=False),
    Column("day", String(10), nullable=False),  # a company day
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("lines", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("policy_version", Integer, nullable=False),
    Column("inputs_hash", String(64), ForeignKey("snapshot.inputs_hash"), nullable=False),
    Column("edited_by", String(32), nullable=False),
    Column("first_by", String(32), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("snoozed_until", Instant),
    Column("applied_at", Instant),
    Column("undo_until", Instant),
    Column("gain", Float),  # fen, once measured
    # Row scope: which viewers may see it.
    Column("regions", String, nullable=False),  # "|42|4201|420106|": every level that contains it
    Column("community", String, nullable=False),
    Column("leader", String, nullable=False),
    Column("supplier", String, nullable=False),
    Column("warehouse", String, nullable=False),
    Column("channel", String, nullable=False),
    Index("ix_proposal_state", "state", "kind", "day"),
    Index("ix_proposal_kind", "kind", "day"),
    Index("ix_proposal_subject", "subject"),
)

# Every change of the lines, the machine's first one included.
proposal_version = Table(
    "proposal_version",
    metadata,
    Column("proposal_id", String(20), ForeignKey("proposal.proposal_id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("lines", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False),
    Column("inputs_hash", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("why", Said(500), nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Every turn from state to state; `audit_seq` leads to the entry of the audit under which it happened.
proposal_step = Table(
    "proposal_step",
    metadata,
    Column("step_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("proposal_id", String(20), ForeignKey("proposal.proposal_id"), nullable=False, index=True),
    Column("act", String(10), nullable=False),
    Column("before", String(10), nullable=False),
    Column("after", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("account", String(64), nullable=False),
    Column("why", Said(500), nullable=False),
    Column("at", Instant, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
)

# What the proposals of one kind and day brought, against what, and how sure that is.
outcome = Table(
    "outcome",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("how", String(10), nullable=False),
    Column("offered", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("applied", Integer, nullable=False),
    Column("promised", BigInteger, nullable=False),  # by those applied
    Column("gain", Float, nullable=False),
    Column("low", Float),
    Column("high", Float),
    Column("measured_at", Instant, nullable=False),
)
