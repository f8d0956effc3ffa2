"""The state database: transactions, instants, on SQLite and, where a server is installed, on PostgreSQL."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from linshu.engine.state import State
from linshu.engine.state.database import healthy
from linshu.engine.state.tables import login_session, users
from linshu.kernel.errors import Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


def user(user_id: str = "u1", account: str = "boss", **more: object) -> dict[str, object]:
    row = {
        "user_id": user_id, "account": account, "name": "老板", "role": "operator", "password_hash": "x",
        "active": True, "created_at": NOW, "password_set_at": NOW,
    }  # fmt: skip
    return row | more


def test_a_sign_that_postgresql_keeps_in_no_text_is_refused_in_plain_words(state: State) -> None:
    refused = pytest.raises(Invalid, match="空字符") if state.url.startswith("postgresql") else nullcontext()
    with refused, state.writing() as connection:
        connection.execute(insert(users), [user(name="老\0板")])
    with refused, state.reading() as connection:
        connection.execute(select(users).where(users.c.name == "老\0板")).all()


def test_opening_an_up_to_date_database_changes_nothing(state: State) -> None:
    with state.writing() as connection:
        connection.execute(insert(users), [user()])
    state.upgrade()
    with state.reading() as connection:
        assert connection.execute(select(users.c.account)).scalars().all() == ["boss"]
    assert healthy(state)


def test_a_change_that_fails_leaves_nothing(state: State) -> None:
    with pytest.raises(IntegrityError), state.writing() as connection:
        connection.execute(insert(users), [user("u1", "a")])
        connection.execute(insert(users), [user("u2", "a")])
    with state.reading() as connection:
        assert connection.execute(select(users.c.user_id)).all() == []


def test_foreign_keys_are_enforced(state: State) -> None:
    orphan = {
        "token_hash": "h", "user_id": "nobody", "created_at": NOW, "seen_at": NOW, "expires_at": NOW,
        "address": "", "agent": "",
    }  # fmt: skip
    with pytest.raises(IntegrityError), state.writing() as connection:
        connection.execute(insert(login_session), [orphan])


def test_a_reader_sees_one_view_while_another_writes(state: State) -> None:
    with state.reading() as reader:
        before = reader.execute(select(users.c.user_id)).all()
        with state.writing() as writer:
            writer.execute(insert(users), [user()])
        assert reader.execute(select(users.c.user_id)).all() == before
    with state.reading() as reader:
        assert reader.execute(select(users.c.user_id)).scalars().all() == ["u1"]


def test_read_then_write_never_loses_to_another_writer(state: State) -> None:
    with state.writing() as connection:
        connection.execute(insert(users), [user(name="0")])

    def add_one() -> None:
        for _ in range(10):
            with state.writing() as connection:
                count = int(connection.execute(select(users.c.name).where(users.c.user_id == "u1")).scalar_one())
                connection.execute(users.update().where(users.c.user_id == "u1").values(name=str(count + 1)))

    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with state.reading() as connection:
        assert connection.execute(select(users.c.name)).scalar_one() == "40"


def test_instants_come_back_in_utc_and_need_a_zone(state: State) -> None:
    shanghai = timezone(timedelta(hours=8))
    with state.writing() as connection:
        connection.execute(insert(users), [user(created_at=datetime(2026, 11, 22, 16, 0, tzinfo=shanghai))])
    with state.reading() as connection:
        read = connection.execute(select(users.c.created_at)).scalar_one()
    assert read == NOW
    assert read.utcoffset() == timedelta(0)
    with pytest.raises(StatementError, match="time zone"), state.writing() as connection:
        connection.execute(insert(users), [user("u2", "b", created_at=datetime(2026, 11, 22))])


def test_sqlite_runs_with_the_safe_settings(tmp_path: Path) -> None:
    state = State.open(f"sqlite:///{tmp_path / 'state.sqlite'}")
    with state.reading() as connection:
        values = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "trusted_schema")
        }
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "trusted_schema": 0}
    state.close()


def test_a_locked_database_says_so_in_plain_words(state_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linshu.engine.state.database.BUSY_MS", 1)
    state = State.connect(state_url)
    with state.writing(), pytest.raises(Conflict, match="正忙"), state.writing():
        pass
    state.close()
