"""Rules that watch figures, the alerts they raised, and silences.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("group_zh", sa.String(length=120), nullable=False),
        sa.Column("group_en", sa.String(length=120), nullable=False),
        sa.Column("open_key", sa.String(length=140), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("bucket", sa.String(length=10), nullable=False),
        sa.Column("first", sa.String(length=10), nullable=False),
        sa.Column("in_row", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("expected", sa.Float(), nullable=True),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("rang_at", Instant(), nullable=True),
        sa.Column("seen_at", Instant(), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("regions", sa.String(length=300), nullable=False),
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("leader", sa.String(length=64), nullable=False),
        sa.Column("supplier", sa.String(length=64), nullable=False),
        sa.Column("warehouse", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name=op.f("pk_alert")),
        sa.UniqueConstraint("open_key", name=op.f("uq_alert_open_key")),
    )
    op.create_index("ix_alert_rule", "alert", ["rule", "rang_at"], unique=False)
    op.create_index("ix_alert_state", "alert", ["state", "rang_at"], unique=False)
    op.create_table(
        "alert_rule",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_alert_rule")),
    )
    op.create_table(
        "alert_silence",
        sa.Column("silence_id", sa.String(length=16), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.String(length=64), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("silence_id", name=op.f("pk_alert_silence")),
    )
    op.create_index(op.f("ix_alert_silence_rule"), "alert_silence", ["rule"], unique=False)


def downgrade() -> None:
    """Drops them."""
    op.drop_index(op.f("ix_alert_silence_rule"), table_name="alert_silence")
    op.drop_table("alert_silence")
    op.drop_table("alert_rule")
    op.drop_index("ix_alert_state", table_name="alert")
    op.drop_index("ix_alert_rule", table_name="alert")
    op.drop_table("alert")
