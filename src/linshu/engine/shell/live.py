"""Live updates: what happens is published once, written once, and sent to every screen that shows its topic."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping

    from linshu.engine.access.scope import Scope as RowScope

PACE_SECONDS = 0.5  # at most two messages a second and topic
MOST_KNOWN = 1_000  # topics whose latest values are remembered,
MOST_VALUES = 100  # and how many of each
MOST_ITEMS = 40
HEARTBEAT_SECONDS = 15.0
DATA = "data"  # says that data came and how fresh it is now; no row travels in it, so that every viewer may hear it
MAY = "may."  # "may.jobs.see" is heard by those who have the permission jobs.see
MOST_TOPICS = 10


def scoped(topic: str, scope: RowScope) -> str:
    """The topic for exactly one row scope; who may see everything uses the plain name."""
    return f"{topic}@{scope.digest()}" if scope.restrictions() else topic


def may_hear(topic: str, scope: RowScope) -> bool:
    """Whether a viewer may listen to a topic: what is told to everybody, and what is told to exactly their scope."""
    return topic == DATA or scoped(topic.partition("@")[0], scope) == topic


def heard(topics: Iterable[str], may: Callable[[str], bool], scope: RowScope) -> list[str]:
    """Which of the topics asked for a viewer may hear: those of exactly their scope, some only with a permission."""
    allowed = [topic for topic in topics if topic and (not topic.startswith(MAY) or may(topic.removeprefix(MAY)))]
    return [topic for topic in allowed if may_hear(topic, scope)][:MOST_TOPICS]


@dataclass(eq=False)
class Listener:
    """One open connection and the messages it has not taken yet: of each topic the newest, however slow it is."""

    topics: frozenset[str]
    waiting: dict[str, bytes] = field(default_factory=dict)
    come: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, topic: str, message: bytes, whole: Callable[[], bytes]) -> None:
        """Hands over a message; one that was not taken yet is replaced by all that is known now, which says both."""
        self.waiting[topic] = whole() if topic in self.waiting else message
        self.come.set()

    async def take(self, patience: float) -> bytes:
        """What waits, or TimeoutError when nothing comes for so long."""
        await asyncio.wait_for(self.come.wait(), patience)
        self.come.clear()
        messages, self.waiting = self.waiting, {}
        return b"".join(messages.values())


@dataclass(eq=False)
class Hub:
    """Collects what is published from any thread and sends it on, coalesced to a steady pace per topic.

    A message holds the latest `state` (values that replace each other) and the `items` since the last one (events). Each
    is written once and sent to all who hear its topic; who comes back is told at once what was missed.
    """

    pace: float = PACE_SECONDS
    listeners: set[Listener] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _state: dict[str, dict[str, Any]] = field(default_factory=dict)
    _items: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    _known: dict[str, _Known] = field(default_factory=dict)  # what was told of each topic, the longest silent first
    _number: int = 0

    def publish(
        self, topic: str, *, state: Mapping[str, Any] | None = None, items: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        """Publishes to a topic; returns at once, from whatever thread."""
        with self._lock:
            self._state.setdefault(topic, {}).update(state or {})
            kept = self._items.setdefault(topic, [])
            kept.extend(items)
            del kept[:-MOST_ITEMS]

    def take(self) -> list[tuple[str, bytes]]:
        """What was published since the last call, one server-sent event per topic, serialised once."""
        with self._lock:
            changed = {topic: (self._state[topic], self._items.get(topic, [])) for topic in self._state}
            self._state, self._items = {}, {}
        messages = []
        for topic, (state, items) in changed.items():
            known = self._known.pop(topic, None) or _Known()
            older = {name: value for name, value in known.state.items() if name not in state}
            known.state = dict([*older.items(), *state.items()][-MOST_VALUES:])
            known.items = [*known.items, *items][-MOST_ITEMS:]
            known.whole = b""
            self._known[topic] = known
            messages.append((topic, self._written(topic, state, items)))
            known.number = self._number
        while len(self._known) > MOST_KNOWN:
            del self._known[next(iter(self._known))]
        return messages

    def latest(self, topic: str) -> bytes:
        """All that is known of a topic in one message, written once for all who are behind."""
        known = self._known[topic]
        known.whole = known.whole or self._written(topic, known.state, known.items)
        return known.whole

    def missed(self, topics: Iterable[str], last: int) -> bytes:
        """What was told of these topics after the message with that number, which may be one of an earlier server."""
        found = sorted((self._known[topic].number, topic) for topic in topics if topic in self._known)
        return b"".join(self.latest(topic) for number, topic in found if number > last or last > self._number)

    async def run(self) -> None:
        """Sends what was published until cancelled; one task per server."""
        while True:
            self.send()
            await asyncio.sleep(self.pace)

    def send(self) -> None:
        """Hands everything published to the listeners of its topic."""
        for topic, message in self.take():
            whole = partial(self.latest, topic)
            for listener in self.listeners:
                if topic in listener.topics:
                    listener.offer(topic, message, whole)

    async def listen(
        self, topics: Iterable[str], heartbeat: float = HEARTBEAT_SECONDS, last: int | None = None
    ) -> AsyncIterator[bytes]:
        """The stream of one connection: messages as they come, a comment when nothing comes, so that proxies keep it open.

        `last` is the number of the message that was heard last, when a connection that broke off is taken up again.
        """
        listener = Listener(frozenset(topics))
        self.listeners.add(listener)
        try:
            yield b"retry: 3000\n: open\n\n"
            missed = self.missed(listener.topics, last) if last is not None else b""
            if missed:
                yield missed
            while True:
                try:
                    yield await listener.take(heartbeat)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.listeners.discard(listener)

    def _written(self, topic: str, state: Mapping[str, Any], items: Iterable[Mapping[str, Any]]) -> bytes:
        self._number += 1
        data = json.dumps({"topic": topic, "state": state, "items": list(items)}, ensure_ascii=False, default=str)
        return f"id: {self._number}\nevent: {topic}\ndata: {data}\n\n".encode()


@dataclass(eq=False, slots=True)
class _Known:
    """What was told of a topic so far: its latest values, its newest items; both as one message once that was asked for."""

    state: dict[str, Any] = field(default_factory=dict)
    items: list[Mapping[str, Any]] = field(default_factory=list)
    number: int = 0  # of the message that told the newest of it
    whole: bytes = b""
