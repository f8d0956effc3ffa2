"""Work orders, all that happened to them, and the small files that belong to them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import LongSaid, Said
from linshu.engine.state.tables.base import metadata
from linshu.engine.state.tables.places import place_columns

work_order = Table(
    "work_order",
    metadata,
    Column("order_id", String(16), primary_key=True),
    Column("key", String, nullable=False, unique=True),  # what it was opened for: opened once
    Column("title_zh", Said(200), nullable=False),
    Column("title_en", Said(200), nullable=False),
    Column("what", LongSaid(), nullable=False),
    Column("severity", String(10), nullable=False),
    Column("origin", String(10), nullable=False),  # hand, alert, proposal
    Column("origin_id", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("owner", String(64), nullable=False),  # an account, "" = nobody yet
    Column("created_by", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("blocked_at", Instant),
    Column("done_at", Instant),
    Column("done_by", String(64), nullable=False),
    Column("result", Said(1000), nullable=False),
    Column("result_link", String(300), nullable=False),
    Column("level", Integer, nullable=False),  # how often its being late was passed on
    *place_columns(),
    Index("ix_work_order_state", "state", "due_at"),
    Index("ix_work_order_owner", "owner", "state"),
    Index("ix_work_order_origin", "origin", "origin_id"),
)

work_order_step = Table(
    "work_order_step",
    metadata,
    Column("step_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("order_id", String(16), ForeignKey("work_order.order_id"), nullable=False, index=True),
    Column("act", String(10), nullable=False),
    Column("before", String(10), nullable=False),
    Column("after", String(10), nullable=False),
    Column("account", String(64), nullable=False),
    Column("to", String(64), nullable=False),
    Column("words", LongSaid(), nullable=False),
    Column("at", Instant, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
)

work_order_file = Table(
    "work_order_file",
    metadata,
    Column("file_id", String(16), primary_key=True),
    Column("order_id", String(16), ForeignKey("work_order.order_id"), nullable=False, index=True),
    Column("name", Said(200), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("account", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)
