"""Which modules are switched off, how often whom opened which page, and who closed the first tasks.

Revision: 0015, after 0012.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0015"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "module_switch",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_module_switch")),
    )
    op.create_table(
        "page_visit",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("page", sa.String(64), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "page", "day", name=op.f("pk_page_visit")),
    )
    op.create_index("ix_page_visit_day", "page_visit", ["day"])
    op.create_table(
        "task_closed",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_task_closed")),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("task_closed")
    op.drop_table("page_visit")
    op.drop_table("module_switch")
