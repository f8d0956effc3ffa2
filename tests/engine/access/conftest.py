"""A register of people on a fresh state database, with a clock the test turns by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from linshu.engine.access import passwords
from linshu.engine.access.login import Logins
from linshu.engine.access.users import Users
from linshu.engine.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Clock:
    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 8, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 at its real cost would make every test here a slow one."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    opened = State.open(state_url)
    yield opened
    opened.close()


@pytest.fixture
def users(state: State, clock: Clock) -> Users:
    return Users(state, clock)


@pytest.fixture
def logins(state: State, clock: Clock) -> Logins:
    return Logins(state, now=clock)
