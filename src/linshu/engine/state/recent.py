"""What was read of the state a moment ago: forgotten as soon as this process writes anything, and after a second at most."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")

SECONDS = 1.0  # so long a change made by another process may stay unseen
MOST = 1_000


@dataclass(slots=True)
class Recent:
    """Answers by what was asked; none outlives a write."""

    clock: Callable[[], float] = time.monotonic
    _kept: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)
    writes: int = 0  # of this process, counted
    _lock: Lock = field(default_factory=Lock)

    def of(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """The kept answer, or the one read now."""
        with self._lock:
            until, found = self._kept.get(key, (0.0, None))
            writes = self.writes
        if self.clock() < until:
            kept: Value = found
            return kept
        value = read()
        with self._lock:
            if writes == self.writes:  # else it may be of before a write that has ended meanwhile
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = (self.clock() + SECONDS, value)
        return value

    def forget(self) -> None:
        """Everything kept, and what is being read just now, may be otherwise."""
        with self._lock:
            self.writes += 1
            self._kept.clear()
