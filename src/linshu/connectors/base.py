"""What a connector is: a name, a configuration, and rows of standard tables in batches; version 1 of the contract.

Another package adds its own by the entry point `linshu.connectors`, naming an object that fits `Source`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    import pyarrow as pa

    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.mapping import Mapping as FileMapping
    from linshu.kernel.text import Text

API = 1


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Rows that carry the standard's own columns already."""

    source: str
    rows: Iterable[tuple[str, pa.Table]]  # (standard table, rows), in any order
    mark: str = ""  # what tells this batch from any other; the same mark again changes nothing and says so


@dataclass(frozen=True, slots=True)
class FileBatch:
    """A file and the mapping that reads it."""

    incoming: Incoming
    mapping: FileMapping


Batch = RowBatch | FileBatch


@runtime_checkable
class Source(Protocol):
    """One place data comes from."""

    api: int  # 1
    name: str  # as on the command line: `linshu import NAME`
    title: Text
    needs_file: bool
    settings: Mapping[str, str]  # what a project that uses it should be set to: {"company.currency": "USD"}
    configuration: type[Any]  # a frozen dataclass that can be made without arguments, or from the project's settings

    def read(self, config: Any, since: datetime | None = None) -> Iterator[Batch]:
        """What is new since that moment (None: everything), in batches."""
        ...
