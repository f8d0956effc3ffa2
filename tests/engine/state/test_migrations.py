"""Migrations on both databases: from nothing and from every earlier form to what the tables declare, rows kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from tests.engine.state.rows import fill

from linshu.engine.state import State, metadata
from linshu.engine.state.copying import contents
from linshu.engine.state.database import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

REVISIONS = [one.revision for one in reversed(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions()))]


@pytest.fixture
def empty(empty_url: str) -> Iterator[State]:
    opened = State.connect(empty_url)
    yield opened
    opened.close()


def form(state: State) -> dict[str, Any]:
    """Tables with their columns, keys, indexes and triggers, as the database tells them."""
    triggers = {
        "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT event_object_table, trigger_name, event_manipulation FROM information_schema.triggers ORDER BY 1, 2, 3",
    }
    with state.reading() as connection:
        found = inspect(connection)
        tables = {
            name: {
                "columns": [
                    {**one, "type": str(one["type"])}
                    for one in sorted(found.get_columns(name), key=lambda one: one["name"])
                ],
                "primary": found.get_pk_constraint(name),
                "foreign": sorted(found.get_foreign_keys(name), key=lambda one: str(one["name"])),
                "unique": sorted(found.get_unique_constraints(name), key=lambda one: str(one["name"])),
                "indexes": sorted(found.get_indexes(name), key=lambda one: str(one["name"])),
            }
            for name in found.get_table_names()
        }
        rows = connection.exec_driver_sql(triggers[connection.dialect.name]).all()
    return {"tables": tables, "triggers": [tuple(row) for row in rows]}


def test_what_the_migrations_build_is_what_the_tables_declare(empty: State) -> None:
    empty.upgrade()
    with empty.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_they_stand_one_behind_the_other_and_their_files_are_named_by_their_number() -> None:
    known = list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())
    assert [one.down_revision for one in known] == [*reversed(REVISIONS[:-1]), None]
    files = sorted(path.name[:4] for path in (Path(MIGRATIONS) / "versions").glob("0*.py"))
    assert files == sorted(REVISIONS)


def test_rows_of_every_earlier_form_come_along_and_go_back(empty: State) -> None:
    """Step by step up, with rows in every table as soon as there is one; down again; and up to the same form."""
    rows = [counted(empty)]
    for revision in REVISIONS:
        empty.upgrade(revision)
        assert rows[-1].items() <= counted(empty).items(), revision
        fill(empty)
        rows.append(counted(empty))
    whole = form(empty)
    for revision, before in zip(reversed(["base", *REVISIONS[:-1]]), reversed(rows[:-1]), strict=True):
        empty.downgrade(revision)
        assert counted(empty) == before, revision
    assert empty.revision() is None
    empty.upgrade()
    assert form(empty) == whole


def counted(state: State) -> dict[str, int]:
    """Rows by table; an upgrade may end log-ins, and nothing else."""
    return {name: one.rows for name, one in contents(state).items() if name != "login_session"}


def test_people_of_the_former_warehouse_role_are_dispatch(empty: State) -> None:
    empty.upgrade("0017")
    fill(empty)
    with empty.writing() as connection:
        connection.exec_driver_sql("UPDATE users SET role = 'warehouse'")
        connection.exec_driver_sql(
            """UPDATE alert_rule SET body = '{"by": "warehouse", "owner": "warehouse"}' WHERE name LIKE '1%%'"""
        )
    empty.upgrade("0018")
    with empty.reading() as connection:
        assert set(connection.exec_driver_sql("SELECT role FROM users").scalars()) == {"dispatch"}
        bodies = connection.exec_driver_sql("SELECT body FROM alert_rule").scalars().all()
    assert '{"by": "warehouse", "owner": "dispatch"}' in bodies
