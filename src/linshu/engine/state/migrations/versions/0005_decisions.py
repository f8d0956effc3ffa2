"""The ledger of decisions: policies, frozen inputs, proposals with their versions and steps, outcomes.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates them."""
    op.create_table(
        "outcome",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("promised", sa.BigInteger(), nullable=False),
        sa.Column("gain", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("measured_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "day", name=op.f("pk_outcome")),
    )
    op.create_table(
        "policy",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_policy")),
    )
    op.create_table(
        "snapshot",
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("inputs_hash", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("title_zh", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("edited_by", sa.String(length=32), nullable=False),
        sa.Column("first_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("snoozed_until", Instant(), nullable=True),
        sa.Column("applied_at", Instant(), nullable=True),
        sa.Column("undo_until", Instant(), nullable=True),
        sa.Column("gain", sa.Float(), nullable=True),
        sa.Column("regions", sa.String(length=300), nullable=False),
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("leader", sa.String(length=64), nullable=False),
        sa.Column("supplier", sa.String(length=64), nullable=False),
        sa.Column("warehouse", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["inputs_hash"], ["snapshot.inputs_hash"], name=op.f("fk_proposal_inputs_hash_snapshot")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
    )
    op.create_index("ix_proposal_kind", "proposal", ["kind", "day"], unique=False)
    op.create_index("ix_proposal_state", "proposal", ["state", "kind", "day"], unique=False)
    op.create_index("ix_proposal_subject", "proposal", ["subject"], unique=False)
    op.create_table(
        "proposal_step",
        sa.Column("step_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("audit_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.proposal_id"], name=op.f("fk_proposal_step_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_proposal_step")),
    )
    op.create_index(op.f("ix_proposal_step_proposal_id"), "proposal_step", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_version",
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.proposal_id"], name=op.f("fk_proposal_version_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "version", name=op.f("pk_proposal_version")),
    )


def downgrade() -> None:
    """Drops them."""
    op.drop_table("proposal_version")
    op.drop_index(op.f("ix_proposal_step_proposal_id"), table_name="proposal_step")
    op.drop_table("proposal_step")
    op.drop_index("ix_proposal_subject", table_name="proposal")
    op.drop_index("ix_proposal_state", table_name="proposal")
    op.drop_index("ix_proposal_kind", table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("snapshot")
    op.drop_table("policy")
    op.drop_table("outcome")
