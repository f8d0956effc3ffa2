"""Parts of pages that are kept for a moment: many screens showing the same thing cost one computation."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

MOST = 512
PATIENCE_SECONDS = 15.0  # while data streams in, a part may be this old; the badge says how old the data is


@dataclass(frozen=True, slots=True)
class Part:
    """A printed part, the version of the data it shows, and when it was printed."""

    html: str
    version: int
    printed: float


@dataclass(eq=False)
class Parts:
    """The parts printed last, least recently used first to go."""

    clock: Callable[[], float] = time.monotonic
    patience: float = PATIENCE_SECONDS
    _kept: OrderedDict[Hashable, Part] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def kept(self, key: Hashable, version: int) -> str | None:
        """The part, when it shows this version of the data or is young enough."""
        with self._lock:
            part = self._kept.get(key)
            if part is None or (part.version != version and self.clock() - part.printed > self.patience):
                return None
            self._kept.move_to_end(key)
            return part.html

    def get(self, key: Hashable, version: int, make: Callable[[], str]) -> str:
        """The kept part, or a freshly printed one; an error is never kept."""
        found = self.kept(key, version)
        if found is not None:
            return found
        html = make()
        with self._lock:
            self._kept[key] = Part(html, version, self.clock())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return html
