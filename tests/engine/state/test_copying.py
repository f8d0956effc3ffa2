"""The state as lines: whole, the same from both databases, readable into either, and refused when anything differs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import IntegrityError
from tests.engine.state.rows import fill

from linshu.engine.state import State, copying, metadata
from linshu.engine.state.tables import job_log
from linshu.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path


@contextmanager
def opened(url: str) -> Iterator[State]:
    state = State.connect(url)
    yield state
    state.close()


@pytest.fixture
def other(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_databases: Callable[[str], AbstractContextManager[str]]
) -> Iterator[State]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        with opened(f"sqlite:///{tmp_path / 'other.sqlite'}") as state:
            yield state
    else:
        with postgres_databases("template1") as url, opened(url) as state:
            yield state


@pytest.mark.parametrize("other", ["sqlite", "postgresql"], indirect=True)
def test_from_either_database_into_either(state_url: str, other: State, tmp_path: Path) -> None:
    with opened(state_url) as state:
        state.upgrade()
        fill(state)
        copied = copying.write_out(state, tmp_path)
        assert copied.tables == copying.contents(state)
    assert set(copied.tables) == set(metadata.tables)
    assert all(one.rows for one in copied.tables.values())
    copying.read_in(other, tmp_path, copied)
    assert copying.contents(other) == copied.tables
    with other.writing() as connection:  # numbers go on after those that were read
        highest = connection.scalar(select(func.max(job_log.c.log_id)))
        like = dict(connection.execute(select(job_log)).mappings().first() or {})
        del like["log_id"]
        given = connection.execute(insert(job_log).values(like))
        assert given.inserted_primary_key == (highest + 1,)


def test_a_copy_of_an_earlier_form_is_brought_up_to_date(empty_url: str, tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path / 'old.sqlite'}") as old:
        old.upgrade("0002")
        fill(old)
        copied = copying.write_out(old, tmp_path)
    assert copied.revision == "0002"
    with opened(empty_url) as state:
        copying.read_in(state, tmp_path, copied)
        assert copying.contents(state)["saved_view"] == copied.tables["saved_view"]
        assert set(copying.contents(state)) == set(metadata.tables)


def test_nothing_is_read_into_a_database_that_holds_something(state_url: str, tmp_path: Path) -> None:
    with opened(state_url) as state:
        state.upgrade()
        copied = copying.write_out(state, tmp_path)
        with pytest.raises(Conflict, match="不是空的"):
            copying.read_in(state, tmp_path, copied)


def test_a_copy_of_a_later_version_is_refused(empty_url: str, tmp_path: Path) -> None:
    with opened(empty_url) as state, pytest.raises(Conflict, match="更新版本"):
        copying.read_in(state, tmp_path, copying.Copied("9999", {}))


@pytest.mark.parametrize("wrong", ["changed", "missing", "counted"])
def test_what_differs_is_named_and_leaves_the_database_empty(empty_url: str, tmp_path: Path, wrong: str) -> None:
    with opened(f"sqlite:///{tmp_path / 'one.sqlite'}") as one:
        one.upgrade()
        fill(one)
        copied = copying.write_out(one, tmp_path)
    file = tmp_path / "outbox.jsonl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    if wrong == "changed":
        lines[0] = json.dumps({**json.loads(lines[0]), "subject": "another"}) + "\n"
    if wrong == "missing":
        lines = lines[:-1]
    if wrong == "counted":
        tables = {**copied.tables, "outbox": replace(copied.tables["outbox"], rows=4)}
        copied = replace(copied, tables=tables)
    file.write_text("".join(lines), "utf-8")
    with opened(empty_url) as state:
        with pytest.raises(Invalid, match="不收" if wrong == "missing" else "不同：outbox"):
            copying.read_in(state, tmp_path, copied)
        assert copying.contents(state) == {}


def test_rows_may_come_before_those_they_refer_to(empty_url: str, tmp_path: Path) -> None:
    """A table that refers to itself is read whatever the order of its rows, and a row without its other is refused."""
    tree = Table("tree", MetaData(), Column("n", BigInteger().with_variant(Integer, "sqlite"), primary_key=True), Column("above", ForeignKey("tree.n", name="fk_above")))  # fmt: skip
    with opened(empty_url) as state:
        with state.writing() as connection:
            tree.create(connection)
        (tmp_path / "tree.jsonl").write_text('{"n": 1, "above": 2}\n{"n": 2, "above": null}\n')
        with state.writing() as connection:
            copying._fill(connection, tmp_path)
        with state.reading() as connection:
            assert connection.execute(select(tree).order_by(tree.c.n)).all() == [(1, 2), (2, None)]
        (tmp_path / "tree.jsonl").write_text('{"n": 1, "above": 3}\n')
        with pytest.raises(IntegrityError), state.writing() as connection:
            copying._fill(connection, tmp_path)
        with pytest.raises(IntegrityError), state.writing() as connection:
            connection.execute(insert(tree).values(n=5, above=6))
