"""A row that is written once however often it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


def insert_once(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Write the row unless one with the same unique key is there; whether it was written.

    Of two transactions at once that write the same key, the second waits for the first and then finds its row.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    written = dialect.insert(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(written).first() is not None


def insert_all_once(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """The same for many rows in one go; which of them were there already is for the caller to read."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
