"""Which modules a company uses, and which pages its people open: counts by day, never what was on them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from linshu.engine.state.instant import Instant
from linshu.engine.state.tables.base import metadata

# What is not here was never touched, and is on.
module_switch = Table(
    "module_switch",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("account", String(64), nullable=False),
    Column("changed_at", Instant, nullable=False),
)

page_visit = Table(
    "page_visit",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("page", String(64), primary_key=True),  # the route, never an address with what was asked
    Column("day", String(10), primary_key=True),  # the company day
    Column("times", Integer, nullable=False),
    Index("ix_page_visit_day", "day"),
)

# Whoever closed the list of first tasks.
task_closed = Table(
    "task_closed",
    metadata,
    Column("user_id", String(32), primary_key=True),
    Column("closed_at", Instant, nullable=False),
)
