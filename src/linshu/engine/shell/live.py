"""Live updates: what happens is published once, written once, and sent to every screen that shows its topic."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping

    from linshu.engine.access.scope import Scope as RowScope

PACE_SECONDS = 0.5  # at most two messages a second and topic
QUEUE = 2  # a slow screen misses old messages, never the latest
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
    """One open connection and the messages it has not taken yet."""

    topics: frozenset[str]
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def offer(self, message: bytes) -> None:
        """Hands over a message; drops the oldest when the connection is slow."""
        if self.waiting.full():
            self.waiting.get_nowait()
        self.waiting.put_nowait(message)


@dataclass(eq=False)
class Hub:
    """Collects what is published from any thread and sends it on, coalesced to a steady pace per topic.

    A message holds the latest `state` (values that replace each other) and the `items` since the last one (events).
    """

    pace: float = PACE_SECONDS
    listeners: set[Listener] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _state: dict[str, dict[str, Any]] = field(default_factory=dict)
    _items: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
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
            self._number += 1
            data = json.dumps({"topic": topic, "state": state, "items": items}, ensure_ascii=False, default=str)
            messages.append((topic, f"id: {self._number}\nevent: {topic}\ndata: {data}\n\n".encode()))
        return messages

    async def run(self) -> None:
        """Sends what was published until cancelled; one task per server."""
        while True:
            self.send()
            await asyncio.sleep(self.pace)

    def send(self) -> None:
        """Hands everything published to the listeners of its topic."""
        for topic, message in self.take():
            for listener in self.listeners:
                if topic in listener.topics:
                    listener.offer(message)

    async def listen(self, topics: Iterable[str], heartbeat: float = HEARTBEAT_SECONDS) -> AsyncIterator[bytes]:
        """The stream of one connection: messages as they come, a comment when nothing comes, so that proxies keep it open."""
        listener = Listener(frozenset(topics))
        self.listeners.add(listener)
        try:
            yield b"retry: 3000\n: open\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(listener.waiting.get(), heartbeat)
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.listeners.discard(listener)
