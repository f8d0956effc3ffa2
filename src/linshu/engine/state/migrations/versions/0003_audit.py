"""The audit: a chain of entries, its end, and triggers that keep it as it was written.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSED = "the audit is never changed"
SQLITE = f"CREATE TRIGGER audit_keeps_{{0}} BEFORE {{0}} ON audit BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
POSTGRESQL = f"""
CREATE FUNCTION audit_keeps() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$ LANGUAGE plpgsql;
CREATE TRIGGER audit_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keeps()
"""


def upgrade() -> None:
    """Creates audit and audit_head, and shuts audit to changes."""
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("via", sa.String(8), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject", "audit", ["subject"])
    op.create_table(
        "audit_head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_audit_head")),
    )
    op.execute("INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '')")
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(change))
    else:
        op.execute(POSTGRESQL)


def downgrade() -> None:
    """Drops them."""
    op.drop_table("audit")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_keeps()")
