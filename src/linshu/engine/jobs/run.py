"""What a job has in its hands while it runs: its input, its day, and ways to say how far it is."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linshu.kernel.errors import Unavailable
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

PACE_SECONDS = 0.5


class Cancelled(Exception):  # noqa: N818 - says what happened, as every error here does
    """Somebody asked for the end of this job."""


@dataclass
class Run:
    """One attempt at a job."""

    job_id: str
    kind: str
    input: Mapping[str, Any]
    day: date | None
    scheduled_at: datetime | None
    attempt: int
    given: Mapping[str, Any]
    tell: Callable[[int, Text], None]  # thousandths and words
    write: Callable[[str, Text], None]  # level and words
    asked: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    _told: float = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked for its end."""
        return self.asked.is_set()

    def check(self) -> None:
        """A checkpoint: raises when somebody asked for the end, or the time allowed is over."""
        if self.cancelled:
            raise Cancelled
        if self.over.is_set():
            raise Unavailable(Text("超过了允许的时间", "it took longer than allowed"))

    def progress(self, fraction: float, words: Text | str = "") -> None:
        """Say how far it is, 0 to 1; a checkpoint too."""
        self.check()
        now = time.monotonic()
        if now - self._told >= PACE_SECONDS or fraction >= 1:
            self._told = now
            self.tell(
                max(0, min(1000, round(fraction * 1000))), Text(words, words) if isinstance(words, str) else words
            )

    def log(self, zh: str, en: str, level: str = "info") -> None:
        """Keep a line in the job's log; it holds no personal value."""
        self.write(level, Text(zh, en))

    def need(self, name: str) -> Any:
        """What the application hands to jobs under that name."""
        return self.given[name]
