"""The columns that say where a row belongs, for row scope."""

from __future__ import annotations

from sqlalchemy import Column, String


def place_columns() -> tuple[Column[str], ...]:
    """Fresh columns for a table: every region that contains it ("|42|4201|"), and one id of each other kind."""
    others = ("community", "leader", "supplier", "warehouse", "channel")
    return (
        Column("regions", String(300), nullable=False),
        *(Column(name, String(64), nullable=False) for name in others),
    )
