"""What the project answers beside figures: rows, and what is known about them as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

Rows = list[dict[str, Any]]


class Told(Protocol):
    """An answer of rows."""

    @property
    def rows(self) -> Rows:
        """One dictionary a row."""

    @property
    def meta(self) -> Mapping[str, Any]:
        """What holds for all of them: totals, notes, batches."""
