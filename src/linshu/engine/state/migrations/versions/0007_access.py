"""Own roles with their permissions, the row scope of people, second factors, access tokens and one-time links.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from linshu.engine.state.instant import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates their tables; log-ins get a stage."""
    op.create_table(
        "role",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("title_en", sa.String(64), nullable=False),
        sa.Column("base", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_role")),
    )
    op.create_table(
        "role_permission",
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("permission", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("role", "permission", name=op.f("pk_role_permission")),
        sa.ForeignKeyConstraint(["role"], ["role.name"], name=op.f("fk_role_permission_role_role"), ondelete="CASCADE"),
    )
    op.create_table(
        "user_scope",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("attribute", sa.String(16), nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "attribute", name=op.f("pk_user_scope")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.user_id"], name=op.f("fk_user_scope_user_id_users"), ondelete="CASCADE"
        ),
    )
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.String(256), nullable=False),
        sa.Column("confirmed_at", Instant()),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
        _of_user("second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("used_at", Instant()),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_code")),
        _of_user("recovery_code"),
    )
    op.create_table(
        "api_token",
        sa.Column("token_id", sa.String(16), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("permissions", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
        sa.Column("revoked_at", Instant()),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
        _of_user("api_token"),
    )
    op.create_index(op.f("ix_api_token_user_id"), "api_token", ["user_id"])
    op.create_table(
        "login_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", sa.String(32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant()),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_link")),
        _of_user("login_link"),
    )
    op.create_index(op.f("ix_login_link_user_id"), "login_link", ["user_id"])
    with op.batch_alter_table("login_session") as table:
        table.add_column(sa.Column("stage", sa.String(8), nullable=False, server_default="open"))
        table.add_column(sa.Column("seen_as", sa.String(32), nullable=False, server_default=""))


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_user_id_users")
    return sa.ForeignKeyConstraint(["user_id"], ["users.user_id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Drops them."""
    with op.batch_alter_table("login_session") as table:
        table.drop_column("seen_as")
        table.drop_column("stage")
    for name in ("login_link", "api_token", "recovery_code", "second_factor"):
        op.drop_table(name)
    op.drop_table("user_scope")
    op.drop_table("role_permission")
    op.drop_table("role")
