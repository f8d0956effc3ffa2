"""Rows that name the group, pick-up point or day of the rows below them: what they say becomes a column of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from linshu.connectors.files import asides
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linshu.connectors.files.heads import Head, Row

LONGEST = 40  # characters of such a name
_FEWEST = 2  # different names
_DAY = re.compile(r"\d\s*[-/.月年]\s*\d")
_PLACE = re.compile(r"自提|提货|取货|驿站|服务站|门店|超市|便利店|[点店]$")


@dataclass(frozen=True, slots=True)
class Sections:
    """The column that such rows make, and what it says before the first of them."""

    column: str
    names: tuple[str, ...]  # as far as they were seen
    first: str = ""

    @property
    def doubt(self) -> Text:
        """What a person should confirm."""
        shown = "、".join(self.names[:3])
        return Text(
            f"有几行只写了一个名字（{shown}），当作它下面各行的“{self.column}”；不对就用 --set {self.column}=别的含义，或 --set {self.column}=不用",
            f"some rows say a name alone ({shown}), taken for “{self.column}” of the rows below them; else --set {self.column}=MEANING, or 不用",
        )


def sections_of(rows: Sequence[Row], head: Head) -> Sections | None:
    """The sections of a table, by its first rows; None where it has none.

    The first row of data names one, or the row above the header does where the header is said again below the next.
    """
    said = [(number, cells) for number, cells in rows if any(cells)]
    above = [cells for number, cells in said if number < head.first][-1:]
    below = [cells for number, cells in said if number > head.last and not _is_aside(cells, head)]
    if len(head.cells) < 3 or not below:
        return None
    if is_name(below[0], head.cells):
        names = list(_names(below, head))
        first = ""
    elif above and is_name(above[0], head.cells) and any(asides.is_header(each, head.cells) for each in below):
        first = (above[0][0] or "").strip()
        names = [first, *_names(below, head, before_header=True)]
    else:
        return None
    different = tuple(dict.fromkeys(names))
    return Sections(_column(different, head.cells), different, first) if len(different) >= _FEWEST else None


def is_name(cells: Sequence[str | None], columns: Sequence[str]) -> bool:
    """Whether a row says no more than the name of what follows."""
    cells = [*cells, *([None] * (len(columns) - len(cells)))]
    name = (cells[0] or "").strip()
    return bool(name) and len(name) <= LONGEST and asides.is_lone(cells) and not asides.kind_of(cells, columns)


def _names(below: Sequence[Sequence[str | None]], head: Head, *, before_header: bool = False) -> Iterator[str]:
    """The names that stand above rows of data, or above the header said again."""
    for cells, after in pairwise(below):
        if not is_name(cells, head.cells) or is_name(after, head.cells):
            continue
        if asides.is_header(after, head.cells) or not before_header:
            yield (cells[0] or "").strip()


def _is_aside(cells: Sequence[str | None], head: Head) -> bool:
    return asides.kind_of(cells, head.cells) not in ("", "header")


def _column(names: Sequence[str], columns: Sequence[str]) -> str:
    """What the names are, by how they look; a word of its own, so that what is learned of it holds for no other column."""
    if all(map(_DAY.search, names)):
        made = "分段日期"
    else:
        made = "分段自提点" if sum(map(bool, map(_PLACE.search, names))) * 2 > len(names) else "分段社群"
    return made if made not in columns else f"{made} (2)"
