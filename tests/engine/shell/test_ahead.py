"""What is made ahead: when, in which order, how often, and that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

import pytest

from linshu.engine.shell.ahead import MOST_WAITING, QUIET_SECONDS, REST_SECONDS, Ahead
from linshu.engine.shell.parts import Parts


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ahead(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Ahead:
    """Begun, but with hands of our own in its thread's place."""
    found = Ahead(Parts(), clock)
    monkeypatch.setattr(found, "_run", lambda: None)
    found.begin()
    return found


def made(ahead: Ahead) -> None:
    while ahead.step():
        pass


def test_the_newest_offer_is_made_first_piece_by_piece(ahead: Ahead) -> None:
    seen: list[str] = []
    ahead.offer("a", [partial(seen.append, "a1"), partial(seen.append, "a2")])
    assert ahead.step()
    ahead.offer("b", [partial(seen.append, "b1")])
    made(ahead)
    assert seen == ["a1", "b1", "a2"]
    assert not ahead.step()


def test_the_same_is_not_made_again_before_it_has_rested(ahead: Ahead, clock: Clock) -> None:
    seen: list[float] = []

    def offered() -> None:
        ahead.offer("a", [lambda: seen.append(clock.now)])
        made(ahead)

    offered()
    clock.now = REST_SECONDS - 1
    offered()
    clock.now = REST_SECONDS
    offered()
    assert seen == [0.0, REST_SECONDS]


def test_of_many_offers_the_oldest_go(ahead: Ahead) -> None:
    seen: list[int] = []
    for number in range(MOST_WAITING + 3):
        ahead.offer(number, [partial(seen.append, number)])
    made(ahead)
    assert seen == list(range(MOST_WAITING + 2, 2, -1))


def test_what_fails_stops_nothing(ahead: Ahead) -> None:
    seen: list[str] = []
    ahead.offer("a", [lambda: 1 // 0, partial(seen.append, "after it")])
    made(ahead)
    assert seen == ["after it"]


def test_it_is_quiet_when_nobody_asked_lately_and_nothing_is_being_made(ahead: Ahead, clock: Clock) -> None:
    clock.now = 10.0
    ahead.asked()
    assert not ahead.quiet()
    clock.now += QUIET_SECONDS
    assert ahead.quiet()
    assert ahead.parts.get("how it is while a part is made", 1, lambda: f"quiet: {ahead.quiet()}") == "quiet: False"
    assert ahead.quiet()


def test_nothing_is_taken_before_it_begins_and_after_it_ends(clock: Clock) -> None:
    ahead = Ahead(Parts(), clock)
    came = Event()
    ahead.offer("early", [came.set])
    assert not ahead.step()
    clock.now = 100.0
    end: Callable[[], None] = ahead.begin()
    ahead.offer("now", [came.set])
    assert came.wait(10)
    end()
    ahead.offer("late", [came.set])
    assert not ahead.step()
