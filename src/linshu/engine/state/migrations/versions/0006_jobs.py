"""Jobs, their log, and what is known of schedules.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates job, job_log and job_schedule."""
    op.create_table(
        "job",
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("scheduled_at", Instant()),
        sa.Column("day", sa.Date()),
        sa.Column("after", sa.String(32)),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("run_after", Instant(), nullable=False),
        sa.Column("leased_by", sa.String(64), nullable=False),
        sa.Column("leased_until", Instant()),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("words_zh", sa.String(300), nullable=False),
        sa.Column("words_en", sa.String(300), nullable=False),
        sa.Column("input", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("error_zh", sa.String(2000), nullable=False),
        sa.Column("error_en", sa.String(2000), nullable=False),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("started_at", Instant()),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        sa.UniqueConstraint("kind", "key", name="uq_job_kind_key"),
    )
    op.create_index("ix_job_due", "job", ["state", "run_after"])
    op.create_index("ix_job_created_at", "job", ["created_at"])
    op.create_table(
        "job_log",
        sa.Column("log_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job_id", sa.String(32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("words_zh", sa.String(1000), nullable=False),
        sa.Column("words_en", sa.String(1000), nullable=False),
        sa.PrimaryKeyConstraint("log_id", name=op.f("pk_job_log")),
        sa.ForeignKeyConstraint(["job_id"], ["job.job_id"], name=op.f("fk_job_log_job_id_job"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_job_log_job_id"), "job_log", ["job_id"])
    op.create_table(
        "job_schedule",
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_job_schedule")),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("job_schedule")
    op.drop_table("job_log")
    op.drop_table("job")
