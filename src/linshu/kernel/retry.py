"""How long to wait before something that failed is tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """Tried `most` times in all; the pause doubles from `first` up to `longest`."""

    most: int
    first: timedelta
    longest: timedelta

    def pause(self, attempts: int, chance: float) -> timedelta:
        """The pause after so many failed attempts; `chance` from 0 to 1 spreads it over its upper half.

        Those that failed at the same moment so do not all come back at the same moment.
        """
        doubled: int = 1 << min(max(attempts - 1, 0), 30)
        full = min(self.first * doubled, self.longest)
        return full * (0.5 + chance / 2)

    def is_over(self, attempts: int) -> bool:
        """Whether nothing more is tried."""
        return attempts >= self.most
