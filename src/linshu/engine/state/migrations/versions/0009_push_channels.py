"""Push channels, and the pace of each.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates push_channel and push_pace."""
    op.create_table(
        "push_channel",
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.String(5), nullable=False),
        sa.Column("quiet_to", sa.String(5), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_push_channel")),
        sa.UniqueConstraint("name", name=op.f("uq_push_channel_name")),
    )
    op.create_table(
        "push_pace",
        sa.Column("channel_id", sa.String(32), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("blocked_until", Instant()),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_push_pace")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["push_channel.channel_id"], name=op.f("fk_push_pace_channel_id_push_channel"),
            ondelete="CASCADE",
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Drops them."""
    op.drop_table("push_pace")
    op.drop_table("push_channel")
