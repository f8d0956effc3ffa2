"""The mapping of a file whose headings are the standard's own: its template filled in, or its column names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from linshu.engine.intake.mapping import Mapping
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.table import Kind
from linshu.kernel.text import Text
from linshu.standard.headings import said_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Named

    from linshu.kernel.table import Column, Table

_UNITS = {Kind.FEN: "yuan", Kind.PPM: "percent"}
_STORED = {Kind.FEN: "fen", Kind.PPM: "ppm"}
_MARKS = re.compile(r"\s*(?:[（(][^）)]*[）)])?\s*\**\s*$")
_SYSTEM = ("source_id", "updated_at", "deleted")


def template_mapping(
    table: Table,
    columns: Iterable[str],
    *,
    source: str = "template",
    sheet: str = "",
    tables: Named[str, Table] | None = None,
) -> Mapping:
    """The mapping from the headings people see (title in Chinese or English, or the column's name) to one table.

    Money under a title is in yuan, under a column's own name in fen; Invalid when no heading is the table's.
    """
    entries: dict[str, object] = {}
    headings = tuple(columns)
    known = _known(table)
    for heading in headings:
        found = known.get(_plain(heading))
        if found and found.name not in entries:
            entries[found.name] = _entry(found, heading)
        elif heading in _SYSTEM:
            entries[heading] = heading
    missing = [each for each in table.key if each not in entries]
    if missing:
        titles = [table.column(each).title for each in missing]
        raise Invalid(
            Text(
                f"这个文件不像“{table.title.zh}”：缺少列 {'、'.join(each.zh for each in titles)}",
                f"this file does not look like {table.name}: column {', '.join(missing)} is missing",
            ),
            mend=nearest(titles[0].zh, headings),
        )
    made = {
        "source": source,
        "title": table.title.zh,
        **({"file": {"sheet": sheet}} if sheet else {}),
        "tables": {table.name: {"columns": entries}},
    }
    text = yaml.safe_dump(made, allow_unicode=True, sort_keys=False)
    return Mapping.parse(text, f"{table.name}.yaml", tables or {table.name: table})


def guess(headings: Iterable[str], tables: Iterable[Table]) -> Table | None:
    """The standard table a file's headings are for: the one that knows most of them and has its whole key; None if none."""
    named = tuple(headings)
    best: tuple[int, Table | None] = (0, None)
    for table in tables:
        words = _known(table)
        known = {found.name for each in named if (found := words.get(_plain(each)))}
        if set(table.key) <= known and len(known) > best[0]:
            best = (len(known), table)
    return best[1]


def _known(table: Table) -> dict[str, Column]:
    """The columns by every word for them; the first of a table that shares a word with a later one has it."""
    said = said_of(table)
    return {word.casefold(): one for one in reversed(table.columns) for word in reversed(said[one.name])}


def _plain(heading: str) -> str:
    return _MARKS.sub("", heading).strip().casefold()


def _entry(column: Column, heading: str) -> object:
    by_name = _MARKS.sub("", heading).strip() == column.name
    unit = (_STORED if by_name else _UNITS).get(column.kind)
    return {"column": heading, "unit": unit} if unit else heading
