"""Tables side by side in one sheet: those of the same names are read one below the other, of others the first alone."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from linshu.connectors.files import asides
from linshu.connectors.files.sorting import Record
from linshu.engine.intake.incoming import OTHER
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linshu.connectors.files.sorting import Sorter

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


def beside(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> tuple[range, ...]:
    """The columns of a table and of others to its right, behind columns without a name or a value; () when there are none.

    A table of its own has names that the first has too, or rows where the other has none.
    """
    blank = [at for at, name in enumerate(names) if not name and not any(_at(row, at) for row in rows)]
    edges = [-1, *blank, len(names)]
    found = [range(left + 1, right) for left, right in pairwise(edges) if right - left > 1]
    if len(found) < 2 or any(len(each) < NARROWEST for each in found) or len(found[0]) < max(map(len, found)):
        return ()
    first, others = found[0], found[1:]
    own = [any(_at(row, at) for at in first) for row in rows]
    apart = tuple(
        each
        for each in others
        if {names[at] for at in each} & {names[at] for at in first}
        or [any(_at(row, at) for at in each) for row in rows] != own
    )
    return (first, *apart) if len(apart) == len(others) else ()


def _at(row: Sequence[str | None], at: int) -> str | None:
    return row[at] if at < len(row) else None


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


def without(
    records: Iterable[Record], wide: int, others: Sequence[range], names: Sequence[str], sorter: Sorter
) -> Iterator[Record]:
    """The first `wide` columns; the rows of other tables beside them are put aside, told by their head."""
    heads = [asides.shown([names[at] for at in each]) for each in others]
    for each in records:
        for columns, its_head in zip(others, heads, strict=True):
            if any(_at(each.cells, at) for at in columns):
                sorter.put_aside(each.number, its_head, OTHER)
        yield Record(each.number, each.cells[:wide], each.raw, each.whole)
