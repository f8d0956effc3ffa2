"""The role of those who pick and drive is called what the field calls it: dispatch, no longer warehouse.

Revision: 0018, after 0017.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OLD, NEW = "warehouse", "dispatch"
# Where the name of a role is kept: people, roles built upon it, the team of a work order, who a rule's alerts go to.
NAMED = (("users", "role"), ("role", "base"), ("work_order", "team"))


def upgrade() -> None:
    """The new name everywhere."""
    _rename(OLD, NEW)


def downgrade() -> None:
    """The old one again."""
    _rename(NEW, OLD)


def _rename(before: str, after: str) -> None:
    for table, column in NAMED:
        op.execute(f"UPDATE {table} SET {column} = '{after}' WHERE {column} = '{before}'")
    op.execute(f"""UPDATE alert_rule SET body = replace(body, '"owner": "{before}"', '"owner": "{after}"')""")
