"""Rows for every table there is, made up from the columns: whatever tables a migration adds, they are filled too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, DateTime, Float, Integer, LargeBinary, MetaData, Table, func, insert, select
from sqlalchemy.types import JSON

from linshu.engine.state import State

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
ROWS = 3


def fill(state: State) -> None:
    """Some rows into every table of the database as it is now."""
    with state.writing() as connection:
        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name != "alembic_version" and not connection.scalar(select(func.count()).select_from(table)):
                zoned = connection.dialect.name != "sqlite"
                connection.execute(insert(table), [row(table, number, zoned=zoned) for number in range(1, ROWS + 1)])


def row(table: Table, number: int, *, zoned: bool) -> dict[str, Any]:
    """One row; every third optional value is missing, texts hold what breaks careless copies."""
    given: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable and number % 3 == 0:
            given[column.name] = None
        elif isinstance(column.type, Boolean):
            given[column.name] = number % 2 == 0
        elif isinstance(column.type, Integer):
            given[column.name] = number
        elif isinstance(column.type, Float):
            given[column.name] = number / 7
        elif isinstance(column.type, DateTime):
            given[column.name] = (NOW if zoned else NOW.replace(tzinfo=None)) + timedelta(days=number)
        elif isinstance(column.type, Date):
            given[column.name] = date(2026, 11, number)
        elif isinstance(column.type, LargeBinary):
            given[column.name] = bytes([0, number, 255])
        elif isinstance(column.type, JSON):
            given[column.name] = {"名": [number, None]}
        else:
            length = getattr(column.type, "length", None) or 100
            given[column.name] = f"{number}“翠”\n\t\"'\\|%"[:length]
    return given
