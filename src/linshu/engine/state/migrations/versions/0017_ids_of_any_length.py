"""Ids that come from the company's own data are as long as they are: PostgreSQL refused what SQLite never counted.

Revision: 0017, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None

PLACE = {"community": 64, "leader": 64, "supplier": 64, "warehouse": 64, "channel": 64}
WIDENED = {
    "event": PLACE,
    "proposal": {"subject": 200, "regions": 300, **PLACE},
    "alert": {"group_id": 64, "open_key": 140, "regions": 300, **PLACE},
    "alert_silence": {"group_id": 64},
    "work_order": {"key": 120, "regions": 300, **PLACE},
    "privacy_request": {"subject": 120},
}


def upgrade() -> None:
    """Takes the limits away."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in WIDENED.items():
            for name in columns:
                op.alter_column(table, name, type_=sa.String())


def downgrade() -> None:
    """Sets them again; what is longer is cut."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in WIDENED.items():
            for name, length in columns.items():
                op.alter_column(table, name, type_=sa.String(length), postgresql_using=f"left({name}, {length})")
