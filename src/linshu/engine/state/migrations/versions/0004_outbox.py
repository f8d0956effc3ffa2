"""The outbox: what is to leave, and what happened to it.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates outbox and outbox_note."""
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("receiver", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_after", Instant(), nullable=False),
        sa.Column("leased_by", sa.String(64), nullable=False),
        sa.Column("leased_until", Instant()),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant()),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index("ix_outbox_due", "outbox", ["state", "run_after"])
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])
    op.create_table(
        "outbox_note",
        sa.Column("note_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("words_zh", sa.String(1000), nullable=False),
        sa.Column("words_en", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_outbox_note")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["outbox.message_id"], name=op.f("fk_outbox_note_message_id_outbox"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_outbox_note_message_id"), "outbox_note", ["message_id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_table("outbox_note")
    op.drop_table("outbox")
