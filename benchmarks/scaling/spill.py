"""What a store puts on disk because it does not fit into memory, watched from the side."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

EVERY = 0.1  # seconds


class Spill:
    """The most that lay in a folder at once, under the name of what was done meanwhile."""

    def __init__(self, place: Path) -> None:
        self.most_mb: dict[str, float] = {}
        self._place, self._name, self._ended = place, "", threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def on(self, name: str) -> None:
        """From now on it is counted under this name."""
        self._name = name

    def _watch(self) -> None:
        while not self._ended.wait(EVERY):
            now = sum(each.stat().st_size for each in self._place.glob("*") if each.exists()) / 1_000_000
            self.most_mb[self._name] = max(now, self.most_mb.get(self._name, 0.0))

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watching.join()
