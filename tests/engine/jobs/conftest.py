"""A queue on both databases with a clock that tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from linshu.engine.jobs.queue import Queue
from linshu.engine.state import State, crash

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class Clock:
    """What time it is said to be."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(state_url: str, clock: Clock) -> Iterator[Queue]:
    state = State.open(state_url)
    yield Queue(state, clock=clock)
    crash.listen(None)
    state.close()


@pytest.fixture
def sqlite_queue(tmp_path, clock: Clock) -> Iterator[Queue]:
    state = State.open(tmp_path / "state.sqlite")
    yield Queue(state, clock=clock)
    crash.listen(None)
    state.close()
