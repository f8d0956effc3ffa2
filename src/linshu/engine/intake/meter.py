"""How fast an import runs and how long it will still take."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from linshu.engine.intake.ports import Progress

if TYPE_CHECKING:
    from linshu.engine.intake.ports import Watcher


class Meter:
    """Counts the rows of one phase and tells the watcher."""

    def __init__(self, phase: str, watch: Watcher, expected: float | None = None) -> None:
        """`expected` is the whole in the same unit as `add`'s `work` (rows, or bytes), None when unknown."""
        self._phase = phase
        self._watch = watch
        self._expected = expected
        self._begun = monotonic()
        self._rows = 0
        self._work = 0.0

    def add(self, rows: int, work: float | None = None) -> None:
        """Some more rows are done, and with them `work` units of what was expected (rows when not given)."""
        self._rows += rows
        self._work += rows if work is None else work
        seconds = max(monotonic() - self._begun, 1e-9)
        share = min(self._work / self._expected, 1.0) if self._expected else 0.0
        left = seconds * (1 - share) / share if share else None
        self._watch(Progress(self._phase, self._rows, self._rows / seconds, share, left))
