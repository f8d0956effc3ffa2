"""What pages ask about the company's own metrics as files: read, judge before saving, save, remove, bring back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.metrics import Metric, Result
    from linshu.kernel.text import Text

LARGEST = 256 * 1024  # signs of one file


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file of `metrics/`: what it declares, and how much is wrong in it."""

    name: str
    metrics: tuple[Metric, ...]
    wrong: int


@dataclass(frozen=True, slots=True)
class OwnText:
    """What stands in a file; `mark` tells this content from any other, "" = there is no such file."""

    name: str
    text: str
    mark: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong, and where it stands; `line` 0 = nowhere in particular."""

    file: str
    line: int
    column: int
    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What a text would declare, what is wrong in it, and what it would break elsewhere."""

    metrics: tuple[Metric, ...]
    wrong: tuple[Trouble, ...]
    elsewhere: tuple[Trouble, ...]
    figures: tuple[tuple[Metric, Result, Result], ...] = ()  # of the last seven days: of all of them, and day by day


class OwnFiles(Protocol):
    """The files of `metrics/`, for those who may change what the company counts."""

    def files(self) -> Sequence[OwnFile]:
        """Every file, by name."""

    def read(self, name: str) -> OwnText:
        """One file; Missing when there is none of that name."""

    def check(self, name: str, text: str, *, figures: bool = False) -> Checked:
        """What the text would mean under that name; keeps nothing."""

    def save(self, name: str, text: str, mark: str) -> OwnText:
        """Keeps the text; Invalid when something is wrong in it, Conflict when the file is no longer as `mark` says."""

    def remove(self, name: str, mark: str) -> None:
        """Takes the file away, to be brought back with `restore`; Conflict as for `save`."""

    def restore(self, name: str) -> OwnText:
        """Brings back what was removed last under that name; Conflict when a new file stands there."""
