"""Work orders, what happened to them, and their files.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "work_order",
        sa.Column("order_id", sa.String(16), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("origin_id", sa.String(64), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("blocked_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.String(64), nullable=False),
        sa.Column("result", sa.String(1000), nullable=False),
        sa.Column("result_link", sa.String(300), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("regions", sa.String(300), nullable=False),
        sa.Column("community", sa.String(64), nullable=False),
        sa.Column("leader", sa.String(64), nullable=False),
        sa.Column("supplier", sa.String(64), nullable=False),
        sa.Column("warehouse", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_work_order")),
        sa.UniqueConstraint("key", name=op.f("uq_work_order_key")),
    )
    op.create_index("ix_work_order_state", "work_order", ["state", "due_at"])
    op.create_index("ix_work_order_owner", "work_order", ["owner", "state"])
    op.create_index("ix_work_order_origin", "work_order", ["origin", "origin_id"])
    op.create_table(
        "work_order_step",
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.String(16), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("before", sa.String(10), nullable=False),
        sa.Column("after", sa.String(10), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("to", sa.String(64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_work_order_step")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.order_id"], name=op.f("fk_work_order_step_order_id_work_order")
        ),
    )
    op.create_index(op.f("ix_work_order_step_order_id"), "work_order_step", ["order_id"])
    op.create_table(
        "work_order_file",
        sa.Column("file_id", sa.String(16), nullable=False),
        sa.Column("order_id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_work_order_file")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["work_order.order_id"], name=op.f("fk_work_order_file_order_id_work_order")
        ),
    )
    op.create_index(op.f("ix_work_order_file_order_id"), "work_order_file", ["order_id"])


def downgrade() -> None:
    """Drops them."""
    op.drop_index(op.f("ix_work_order_file_order_id"), table_name="work_order_file")
    op.drop_table("work_order_file")
    op.drop_index(op.f("ix_work_order_step_order_id"), table_name="work_order_step")
    op.drop_table("work_order_step")
    for name in ("origin", "owner", "state"):
        op.drop_index(f"ix_work_order_{name}", table_name="work_order")
    op.drop_table("work_order")
