"""What collection needs from outside: something that seals sensitive values, and someone who wants to know how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Sealer(Protocol):
    """The vault, as far as collection needs it."""

    def seal_column(
        self, table: str, column: str, subjects: pa.Array, values: pa.Array
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Sealed text, blind index and mask of each value; subjects and values are of equal length, NULL stays NULL."""
        ...

    def index(self, value: str) -> str:
        """The blind index of one value, hex: equal values give equal ones, nothing else can be learned from it."""
        ...

    def is_erased(self, subject: str) -> bool:
        """Whether whoever is called so was erased."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: `fraction` of the present phase, 0 to 1, and the seconds it will still take."""

    phase: str  # "hash", "land", "merge"
    rows: int
    rows_per_second: float
    fraction: float
    seconds_left: float | None  # None while it cannot be told


Watcher = Callable[[Progress], None]


def unwatched(_: Progress) -> None:
    """Nobody wants to know."""
