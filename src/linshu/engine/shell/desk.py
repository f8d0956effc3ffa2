"""What pages ask of the desk where data comes in: the books of batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from linshu.engine.intake.batches import Wanted


class Desk(Protocol):
    """Where data comes in, as pages see it."""

    def batches(self, wanted: Wanted) -> tuple[pa.Table, int]:
        """A page of the batches, and how many there are in all."""

    def batch(self, landing_id: str) -> dict[str, Any]:
        """One batch: its books, counts by table, notes on reading, problems and lines left aside; Missing for none."""
