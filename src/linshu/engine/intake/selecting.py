"""Which standard tables a landed batch speaks of, and how each is read from its parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from linshu.engine.intake.incoming import NOT_DATA
from linshu.engine.intake.landing import BROKEN, FILE_ROWS, parts, rounded_columns, tidy_in
from linshu.engine.intake.layout import LINE, OF_PART
from linshu.engine.intake.mapping import Landed, Mapping
from linshu.engine.intake.stage import read_parts, rows_selection

if TYPE_CHECKING:
    from collections.abc import Mapping as Named
    from pathlib import Path

    from linshu.engine.intake.landing import Label
    from linshu.engine.intake.stage import Selection
    from linshu.kernel.table import Table


@dataclass(frozen=True, slots=True)
class Batch:
    """A landed batch as the merge sees it: its selections by table and its number of landed rows."""

    by_table: Named[str, Selection]
    rows: int
    broken: tuple[Path, ...] = ()  # parts with lines that could not be split into columns
    mended: tuple[Path, ...] = ()  # parts that name the rows they mend


def selections(folder: Path, label: Label, tables: Named[str, Table]) -> Batch:
    """The selections of a landed batch."""
    made: dict[str, Selection] = {}
    rows = 0
    found = parts(folder)
    aside = [line for path in found.get(BROKEN, ()) for line in pq.read_table(path).to_pylist()]
    for stem, paths in found.items():
        rows += sum(pq.read_metadata(path).num_rows for path in paths)
        numbered = any(LINE in pq.read_schema(path).names for path in paths)
        columns = tuple(
            dict.fromkeys(name for path in paths for name in pq.read_schema(path).names if name not in OF_PART)
        )
        if stem == FILE_ROWS:
            mapping = Mapping.parse(label.mapping, label.mapping_name, tables)
            broken = None if numbered else tuple(sorted(line["line"] for line in aside))
            landed = Landed(label, read_parts(paths), broken, tidy_in(paths), rounded_columns(paths))
            made |= {each.table.name: mapping.selection(each, landed, columns) for each in mapping.tables}
        elif stem in tables:
            made[stem] = rows_selection(tables[stem], label, paths, columns)
    mended = tuple(found.get(FILE_ROWS, ())) if label.mends else ()
    rows -= sum(line.get("why") in NOT_DATA for line in aside)
    return Batch(made, rows, tuple(found.get(BROKEN, ())), mended)
