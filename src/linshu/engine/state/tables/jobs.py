"""What runs when: jobs with their log, and what is known of schedules."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from linshu.engine.state.instant import Instant
from linshu.engine.state.said import Said
from linshu.engine.state.tables.base import metadata

# One row per thing that was to run once; (kind, key) says what "once" means: a scheduled moment, a company day.
job = Table(
    "job",
    metadata,
    Column("job_id", String(32), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("scheduled_at", Instant),  # the moment of the schedule it stands for
    Column("day", Date),  # the company day it works on
    Column("after", String(32)),  # the job that must be done before; "" is never used, NULL = none
    Column("state", String(12), nullable=False),  # queued, running, done, failed, cancelled, dead
    Column("attempts", Integer, nullable=False),
    Column("run_after", Instant, nullable=False),
    Column("leased_by", String(64), nullable=False),
    Column("leased_until", Instant),
    Column("progress", Integer, nullable=False),  # in thousandths
    Column("words_zh", Said(300), nullable=False),
    Column("words_en", Said(300), nullable=False),
    Column("input", Text, nullable=False),  # JSON, masked
    Column("result", Text),  # JSON, masked
    Column("error_zh", Said(2000), nullable=False),
    Column("error_en", Said(2000), nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    UniqueConstraint("kind", "key", name="uq_job_kind_key"),
    Index("ix_job_due", "state", "run_after"),
    Index("ix_job_created_at", "created_at"),
)

# What a job said while it ran, and what was done to it.
job_log = Table(
    "job_log",
    metadata,
    Column("log_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("job_id", String(32), ForeignKey("job.job_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("level", String(8), nullable=False),  # info, warn, error
    Column("words_zh", Said(1000), nullable=False),
    Column("words_en", Said(1000), nullable=False),
)

# Schedules are declared in code; here is since when each counts, and whether a person switched it off.
job_schedule = Table(
    "job_schedule",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("changed_by", String(64), nullable=False),
)

# What people planned: a kind of job with an input, at a rhythm.
job_plan = Table(
    "job_plan",
    metadata,
    Column("plan_id", String(32), primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("name", Said(80), nullable=False, unique=True),
    Column("rhythm", String(10), nullable=False),
    Column("input", Text, nullable=False),  # JSON
    Column("active", Boolean, nullable=False),
    Column("since", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
)

# What a plan has dealt with, such as the files of a folder; mark = what tells a changed one from the one dealt with.
job_plan_item = Table(
    "job_plan_item",
    metadata,
    Column("plan_id", String(32), ForeignKey("job_plan.plan_id", ondelete="CASCADE"), primary_key=True),
    Column("name", Said(500), primary_key=True),
    Column("mark", String(80), nullable=False),
    Column("well", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("words_zh", Said(1000), nullable=False),
    Column("words_en", Said(1000), nullable=False),
)
