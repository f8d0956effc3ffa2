"""Tables that stand side by side in one sheet under the same names, as people fill a page: read one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.connectors.files.sorting import Record
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

NARROWEST = 2  # columns of a table


def blocks_of(names: Sequence[str]) -> tuple[range, ...]:
    """The columns of each of several such tables; () for a single one."""
    for step in range(NARROWEST, len(names) - NARROWEST + 1):
        block = list(names[:step])
        while block and not block[-1]:
            block.pop()
        if len(block) < NARROWEST or len(set(block)) < len(block) or not all(block):
            continue
        starts = [at for at in range(0, len(names), step) if list(names[at : at + len(block)]) == block]
        if len(starts) > 1 and _is_all(names, starts, len(block)):
            return tuple(range(at, at + len(block)) for at in starts)
    return ()


def _is_all(names: Sequence[str], starts: Sequence[int], width: int) -> bool:
    """Whether nothing is named outside of the blocks."""
    inside = {at + offset for at in starts for offset in range(width)}
    return all(at in inside or not name for at, name in enumerate(names))


def told(blocks: Sequence[range]) -> Text:
    """What a person should know of it."""
    return Text(
        f"左右并排着 {len(blocks)} 张表头相同的表，上下接起来读",
        f"{len(blocks)} tables of the same headings stand side by side and are read one below the other",
    )


def part_of(records: Iterable[Record], block: range) -> Iterator[Record]:
    """One of the tables."""
    for each in records:
        yield Record(each.number, each.cells[block.start : block.stop], each.raw, each.whole)
