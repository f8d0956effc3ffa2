"""What pages need again and again, kept for a moment: many screens showing the same thing cost one computation."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Value = TypeVar("Value")

MOST = 512
MOST_WAITING_SECONDS = 20.0  # so long one waits for another's computation, then computes oneself
PATIENCE_SECONDS = 15.0  # while data streams in, a part may be this old; the badge says how old the data is


@dataclass(frozen=True, slots=True)
class Part:
    """A printed part or another answer, the version of the data it speaks of, and when it was made."""

    value: Any
    version: int
    made: float


@dataclass(eq=False)
class Parts:
    """What was made last, least recently used first to go; a key always stands for the same kind of value."""

    clock: Callable[[], float] = time.monotonic
    patience: float = PATIENCE_SECONDS
    _kept: OrderedDict[Hashable, Part] = field(default_factory=OrderedDict)
    _making: dict[Hashable, Event] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def busy(self) -> bool:
        """Whether something is being made just now."""
        return bool(self._making)

    def kept(self, key: Hashable, version: int) -> Any:
        """The value, when it speaks of this version of the data or is young enough; None when there is none."""
        with self._lock:
            part = self._kept.get(key)
            if part is None or (part.version != version and self.clock() - part.made > self.patience):
                return None
            self._kept.move_to_end(key)
            return part.value

    def get(self, key: Hashable, version: int, make: Callable[[], Value]) -> Value:
        """The kept value, or a freshly made one; an error is never kept.

        Many who want the same at once wait for the one who came first: a rush costs one computation too.
        """
        while True:
            found: Value | None = self.kept(key, version)
            if found is not None:
                return found
            with self._lock:
                other = self._making.get(key)
                mine = self._making[key] = Event() if other is None else other
            if other is None:
                return self._made(key, version, make, mine)
            if not other.wait(MOST_WAITING_SECONDS):
                return make()

    def _made(self, key: Hashable, version: int, make: Callable[[], Value], done: Event) -> Value:
        try:
            value = make()
            with self._lock:
                self._kept[key] = Part(value, version, self.clock())
                self._kept.move_to_end(key)
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
            return value
        finally:
            with self._lock:
                del self._making[key]
            done.set()
