"""Events told as they happen: taken in, waiting to be landed, bad, counted by the minute.

Revision: 0013, after 0016.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0013"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables."""
    op.create_table(
        "event",
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("community", sa.String(64), nullable=False),
        sa.Column("leader", sa.String(64), nullable=False),
        sa.Column("supplier", sa.String(64), nullable=False),
        sa.Column("warehouse", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_at", "event", ["kind", "at"])
    op.create_index("ix_event_subject", "event", ["kind", "subject"])
    op.create_index("ix_event_taken_at", "event", ["taken_at"])
    op.create_table(
        "event_part",
        sa.Column("part_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("table_name", sa.String(64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", Instant(), nullable=False),
        sa.Column("mark", sa.String(32), nullable=False),
        sa.Column("landed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("part_id", name=op.f("pk_event_part")),
    )
    op.create_index(op.f("ix_event_part_mark"), "event_part", ["mark"])
    op.create_index(op.f("ix_event_part_landed_at"), "event_part", ["landed_at"])
    op.create_table(
        "event_dead",
        sa.Column("dead_id", sa.String(16), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("event_id", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.String(64), nullable=False),
        sa.Column("came_at", Instant(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.String(64), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("dead_id", name=op.f("pk_event_dead")),
    )
    op.create_index("ix_event_dead_state", "event_dead", ["state", "came_at"])
    op.create_index("ix_event_dead_event", "event_dead", ["source", "event_id"])
    op.create_table(
        "event_minute",
        sa.Column("minute", Instant(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "kind", name=op.f("pk_event_minute")),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("event_minute")
    op.drop_index("ix_event_dead_event", table_name="event_dead")
    op.drop_index("ix_event_dead_state", table_name="event_dead")
    op.drop_table("event_dead")
    op.drop_index(op.f("ix_event_part_landed_at"), table_name="event_part")
    op.drop_index(op.f("ix_event_part_mark"), table_name="event_part")
    op.drop_table("event_part")
    for name in ("taken_at", "subject", "at"):
        op.drop_index(f"ix_event_{name}", table_name="event")
    op.drop_table("event")
