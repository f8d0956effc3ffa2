"""What people planned to be done again and again, and what each plan has dealt with.

Revision: 0016, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0016"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "job_plan",
        sa.Column("plan_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("rhythm", sa.String(10), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_job_plan")),
        sa.UniqueConstraint("name", name=op.f("uq_job_plan_name")),
    )
    op.create_table(
        "job_plan_item",
        sa.Column("plan_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("mark", sa.String(80), nullable=False),
        sa.Column("well", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("words_zh", sa.String(1000), nullable=False),
        sa.Column("words_en", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "name", name=op.f("pk_job_plan_item")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["job_plan.plan_id"], name=op.f("fk_job_plan_item_plan_id_job_plan"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("job_plan_item")
    op.drop_table("job_plan")
