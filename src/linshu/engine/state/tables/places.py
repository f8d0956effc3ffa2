"""The columns that say where a row belongs, for row scope."""

from __future__ import annotations

from sqlalchemy import Column, String


def place_columns() -> tuple[Column[str], ...]:
    """Fresh columns for a table: every region that contains it ("|42|4201|"), and one id of each other kind, however long."""
    others = ("community", "leader", "supplier", "warehouse", "channel")
    return (
        Column("regions", String, nullable=False),
        *(Column(name, String, nullable=False) for name in others),
    )
