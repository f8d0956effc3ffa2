"""The mapping that belongs to a template: how each sheet, filled in, becomes rows of its standard table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from linshu.kernel.table import Kind
from linshu.standard.filling import header
from linshu.standard.template import sheet_name

if TYPE_CHECKING:
    from linshu.kernel.table import Column, Table

__all__ = ["SOURCE", "mapping_text"]

SOURCE = "template"
_UNITS = {Kind.FEN: "yuan", Kind.PPM: "percent"}


def mapping_text(table: Table, *, source: str = SOURCE, sheet: bool = True) -> str:
    """The mapping file (YAML) that reads the template of a table back; `sheet` False for the same headings in a CSV.

    Columns that need not be filled may be deleted from the file.
    """
    document = {
        "source": source,
        "title": f"{table.title.zh} · 标准模板 {table.title.en} template",
        "file": {"sheet": sheet_name(table)} if sheet else {"kind": "csv"},
        "tables": {table.name: {"columns": {column.name: _entry(column) for column in table.columns}}},
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=200)


def _entry(column: Column) -> str | dict[str, str]:
    named = header(column) + ("" if column.required else "?")
    return {"column": named, "unit": _UNITS[column.kind]} if column.kind in _UNITS else named
