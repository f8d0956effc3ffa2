"""The mapping of rows written out in the standard's own columns and units, so that they can be read back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from linshu.engine.intake.mapping import Mapping
from linshu.engine.intake.reading import SYSTEM_COLUMN
from linshu.kernel.table import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.kernel.table import Table

_UNITS = {Kind.FEN: "fen", Kind.PPM: "ppm"}


def plain_mapping(table: Table, source: str, columns: Iterable[str]) -> Mapping:
    """Each column of the standard read from the column of the same name, in the unit it is stored in."""
    entries: dict[str, object] = {}
    for name in columns:
        if name in SYSTEM_COLUMN:
            entries[name] = name
        elif name in table.names:
            unit = _UNITS.get(table.column(name).kind)
            entries[name] = {"column": name, "unit": unit} if unit else name
    text = yaml.safe_dump({"source": source, "tables": {table.name: {"columns": entries}}}, sort_keys=False)
    return Mapping.parse(text, f"{table.name}.yaml", {table.name: table})
