"""Whose turn it is: so many questions are answered at once as there are processors, first come first served."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 0.5  # a short question does not wait longer than that behind long ones


@dataclass(eq=False, slots=True)
class Turns:
    """Eight questions at once on two processors only take turns in the middle of their work, and each is slower for it.

    Who has waited for `patience` begins all the same, so that nobody stands behind a question that takes minutes.
    """

    places: int
    patience: float = PATIENCE_SECONDS
    _busy: int = 0
    _waiting: deque[Event] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a place and holds it."""
        with self._lock:
            mine = Event() if self._busy >= self.places else None
            if mine is None:
                self._busy += 1
            else:
                self._waiting.append(mine)
        if mine and not mine.wait(self.patience):
            self._go_ahead(mine)
        try:
            yield
        finally:
            self._leave()

    def _go_ahead(self, mine: Event) -> None:
        with self._lock:
            if mine in self._waiting:  # else it was given a place this very moment
                self._waiting.remove(mine)
                self._busy += 1

    def _leave(self) -> None:
        with self._lock:
            if self._waiting and self._busy <= self.places:
                self._waiting.popleft().set()  # the place goes on to the next
            else:
                self._busy -= 1
