"""Requests about personal data that need two persons.

Revision: 0012, after 0013.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "privacy_request",
        sa.Column("request_id", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("said", sa.String(500), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("opener", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_privacy_request")),
    )
    op.create_index("ix_privacy_request_state", "privacy_request", ["state", "asked_at"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index("ix_privacy_request_state", table_name="privacy_request")
    op.drop_table("privacy_request")
