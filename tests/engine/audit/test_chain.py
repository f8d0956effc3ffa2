"""The chain of the audit: one behind the other, never changed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from linshu.engine.audit import SYSTEM, Actor, write
from linshu.engine.audit.chain import chained
from linshu.engine.state import State
from linshu.engine.state.tables import audit, audit_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Executable

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
WANG = Actor("u1", "wang", "web", "10.0.0.7")


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


def test_each_entry_holds_the_hash_of_all_before_it(state: State) -> None:
    with state.writing() as connection:
        assert write(connection, WANG, "user.add", "user:li", at=NOW, role="finance") == 1
        assert write(connection, SYSTEM, "job.run", "job:daily", at=NOW) == 2
    with state.reading() as connection:
        rows = [dict(row) for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings()]
        head = connection.execute(select(audit_head.c.seq, audit_head.c.hash)).one()
    assert rows[0]["details"] == '{"role":"finance"}'
    assert rows[0]["hash"] == chained("", rows[0])
    assert rows[1]["hash"] == chained(rows[0]["hash"], rows[1])
    assert tuple(head) == (2, rows[1]["hash"])


def test_an_act_that_fails_leaves_no_entry_and_no_gap(state: State) -> None:
    with pytest.raises(RuntimeError), state.writing() as connection:
        write(connection, WANG, "user.add", "user:li", at=NOW)
        raise RuntimeError
    with state.writing() as connection:
        assert write(connection, WANG, "user.add", "user:li", at=NOW) == 1


def test_many_at_once_stand_one_behind_the_other(state: State) -> None:
    def act() -> None:
        for _ in range(10):
            with state.writing() as connection:
                write(connection, WANG, "page.open", "page:overview", at=NOW)

    threads = [threading.Thread(target=act) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with state.reading() as connection:
        assert connection.execute(select(audit.c.seq).order_by(audit.c.seq)).scalars().all() == list(range(1, 41))


@pytest.mark.parametrize("change", [update(audit).values(account="nobody"), delete(audit)])
def test_the_database_itself_refuses_a_change(state: State, change: Executable) -> None:
    with state.writing() as connection:
        write(connection, WANG, "user.add", "user:li", at=NOW)
    with pytest.raises(DBAPIError, match="never changed"), state.writing() as connection:
        connection.execute(change)
