"""The state database as plain lines: the same from SQLite and PostgreSQL, and fit to be read into either.

Tables are found in the database itself, never in a list, so that a table of a later migration is copied too, and a copy
of an older database stays as it was until it is read in and brought up to date.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from linshu.kernel.errors import Conflict, Invalid
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Column, Connection

    from linshu.engine.state.database import State

ENDING = ".jsonl"
MOST_ROWS = 1_000  # written at once
_VERSIONS = "alembic_version"
_WIDE = 1 << 256


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and a sum over them that is the same in whatever order they come."""

    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: the migration it stands at, and its tables."""

    revision: str
    tables: Mapping[str, Content]


def write_out(state: State, folder: Path) -> Copied:
    """All tables as of one moment, a file of lines each; nothing of a database that was never used."""
    with state.reading() as connection:
        found = {}
        for table in _tables(connection):
            with (folder / (table.name + ENDING)).open("w", encoding="utf-8") as file:
                found[table.name] = _content(_noted(line, file.write) for line in _lines(connection, table))
        return Copied(state.revision_of(connection) or "", found)


def contents(state: State) -> dict[str, Content]:
    """What every table holds now."""
    with state.reading() as connection:
        return {table.name: _content(_lines(connection, table)) for table in _tables(connection)}


def read_in(state: State, folder: Path, copied: Copied) -> None:
    """Fill an empty database from a copy, compare every table with it, and only then bring the tables up to date.

    Invalid names the tables that differ; Conflict when the database holds something, or the copy is of a later version.
    """
    expect_empty(state)
    if not state.knows(copied.revision):
        raise Conflict(
            Text("备份来自更新版本的邻数", "the backup was made by a later version of Linshu"),
            mend=Text("请先升级邻数，再恢复。", "Upgrade Linshu first, then restore."),
        )
    try:
        state.upgrade(copied.revision)
        with state.writing() as connection:
            _fill(connection, folder)
        _expect_same(state, copied)
        state.upgrade()
    except BaseException as error:
        state.downgrade("base")  # as empty as it was
        if isinstance(error, DBAPIError):
            why = str(error.orig).partition("\n")[0]
            raise _refused(
                state,
                Text(f"状态库不收备份里的行：{why}", f"the state database does not take the rows of the backup: {why}"),
            ) from error
        raise


def expect_empty(state: State) -> None:
    """Conflict when the database holds something: nothing is ever restored over it."""
    with state.reading() as connection:
        names = inspect(connection).get_table_names()
    if set(names) - {_VERSIONS}:
        raise Conflict(
            Text(f"状态库 {state.place} 不是空的", f"the state database {state.place} is not empty"),
            mend=Text(
                "恢复从不覆盖：请给一个空数据库，或用 --state sqlite 放进新文件夹。",
                "Nothing is ever overwritten: give an empty database, or say --state sqlite to keep it in the new folder.",
            ),
        )


def _expect_same(state: State, copied: Copied) -> None:
    found = contents(state)
    differing = sorted(name for name in {*found, *copied.tables} if found.get(name) != copied.tables.get(name))
    if differing:
        names = ", ".join(differing)
        raise _refused(
            state,
            Text(
                f"恢复后状态库的这些表与备份不同：{names}", f"these tables of the state differ from the backup: {names}"
            ),
        )


def _refused(state: State, what: Text) -> Invalid:
    mend = Text("请保留备份文件并报告此问题。", "Keep the backup and report this.")
    return Invalid(what, where=Text(state.place, state.place), mend=mend)


def _tables(connection: Connection) -> list[Table]:
    """Every table, referred ones before those that refer to them."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _VERSIONS]


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    for row in connection.execute(select(table).execution_options(yield_per=MOST_ROWS)).mappings():
        yield json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True)


def _noted(line: str, write: Any) -> str:
    write(line + "\n")
    return line


def _content(lines: Iterable[str]) -> Content:
    rows = total = 0
    for line in lines:
        rows += 1
        total = (total + int.from_bytes(hashlib.sha256(line.encode()).digest())) % _WIDE
    return Content(rows, f"{total:064x}")


def _plain(value: Any) -> Any:
    """A value as it stands in a line; moments in UTC, whatever the database keeps of their zone."""
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return aware.isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value  # json refuses what it cannot say exactly


def _read(column: Column[Any], value: Any, *, zoned: bool) -> Any:
    """The value a column takes for what stands in a line."""
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if zoned else moment.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value


def _fill(connection: Connection, folder: Path) -> None:
    tables = _tables(connection)
    _let_order_be_free(connection, tables)
    for table in tables:
        if connection.scalar(select(func.count()).select_from(table)):
            connection.execute(delete(table))  # what a migration wrote is in the copy as well
        _fill_table(connection, table, folder / (table.name + ENDING))
    _let_order_be_free(connection, tables, free=False)


def _fill_table(connection: Connection, table: Table, file: Path) -> None:
    zoned = connection.dialect.name != "sqlite"
    with file.open(encoding="utf-8") as lines:
        rows = (
            {name: _read(table.c[name], value, zoned=zoned) for name, value in json.loads(line).items()}
            for line in lines
        )
        while batch := list(islice(rows, MOST_ROWS)):
            connection.execute(insert(table), batch)
    key = list(table.primary_key)
    if zoned and len(key) == 1 and isinstance(key[0].type, Integer):
        # Numbers given from here on follow those that were read; nothing happens where none are given.
        place = func.pg_get_serial_sequence(table.name, key[0].name)
        highest = func.coalesce(func.max(key[0]), 1)
        connection.execute(select(func.setval(place, highest, func.count() > 0)).select_from(table))


def _let_order_be_free(connection: Connection, tables: list[Table], *, free: bool = True) -> None:
    """Rows may come before those they refer to, until `free` is taken back; then all references must hold."""
    if connection.dialect.name == "sqlite":
        if free:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))  # ends with the transaction
        return
    if not free:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    how = "DEFERRABLE INITIALLY DEFERRED" if free else "NOT DEFERRABLE"
    quoted = connection.dialect.identifier_preparer.quote
    for table in tables:
        for key in table.foreign_key_constraints:
            assert key.name
            connection.execute(text(f"ALTER TABLE {quoted(table.name)} ALTER CONSTRAINT {quoted(str(key.name))} {how}"))
