"""Codes to log in by, and the channel that reaches a person.

Revision: 0014, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0014"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates login_code and users.channel."""
    op.create_table(
        "login_code",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_login_code")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name=op.f("fk_login_code_user_id_users"), ondelete="CASCADE"
        ),
    )
    op.add_column("users", sa.Column("channel", sa.String(32), nullable=False, server_default=""))


def downgrade() -> None:
    """Drops them."""
    op.drop_column("users", "channel")
    op.drop_table("login_code")
