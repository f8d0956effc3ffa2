"""Rows put aside as a file people mend: one sheet for each kind, formulas made harmless on the way out and restored."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import xlsxwriter

from linshu.connectors.files import open_file, peek
from linshu.engine.intake.mapping import FileForm
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linshu.connectors.files import Where
    from linshu.engine.intake.incoming import Incoming
    from linshu.engine.intake.quarantine import Sheet

# What a spreadsheet may run, and the apostrophe itself, so that taking one off again always restores the value.
RISKY = r"^['=+\-@\t\r\n|]"
NOTES = 3  # columns of explanation in front
WIDE = 40


def write_sheets(sheets: Sequence[Sheet], to: Path) -> None:
    """Write the rows to an Excel file, or to CSV when they are all of one kind."""
    to.parent.mkdir(parents=True, exist_ok=True)
    if to.suffix.lower() == ".xlsx":
        _write_workbook(sheets, to)
    elif to.suffix.lower() == ".csv" and len(sheets) <= 1:
        with to.open("wb") as file:
            file.write(b"\xef\xbb\xbf")
            if sheets:
                pa_csv.write_csv(_guarded(sheets[0].rows), file)
    else:
        raise Misused(
            Text(f"{to.name} 装不下 {len(sheets)} 种行", f"{to.name} cannot hold {len(sheets)} kinds of rows"),
            mend=Text("请写成 .xlsx。", "Write an .xlsx file."),
        )


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The same Excel file, held in memory."""
    memory = io.BytesIO()
    _write_workbook(sheets, memory)
    return memory.getvalue()


def read_sheets(path: Where) -> Iterator[Incoming]:
    """Each sheet of a mended file on its way in."""
    names = peek(path)
    for name in names:
        incoming = open_file(path, FileForm(sheet=name, header_row=1, keep_all=True))
        yield replace(incoming, rows=(_restored(rows) for rows in incoming.rows))


def _write_workbook(sheets: Sequence[Sheet], to: Path | io.BytesIO) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": isinstance(to, io.BytesIO)}
    with xlsxwriter.Workbook(str(to) if isinstance(to, Path) else to, options) as book:
        wrap = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#B42318"})
        plain = book.add_format({"num_format": "@"})
        for number, sheet in enumerate(sheets, 1):
            page = book.add_worksheet(f"{number}")
            page.freeze_panes(1, 1)
            page.set_column(1, 2, WIDE, wrap)
            for at, name in enumerate(sheet.rows.column_names):
                page.write_string(0, at, name)
            for row, values in enumerate(zip(*(c.to_pylist() for c in _guarded(sheet.rows).columns), strict=True), 1):
                for at, value in enumerate(values):
                    if value is not None:
                        page.write_string(row, at, value, wrap if 0 < at < NOTES else plain)
        if not sheets:
            book.add_worksheet("空")


def _guarded(rows: pa.Table) -> pa.Table:
    columns = [
        pc.if_else(pc.match_substring_regex(column, RISKY), pc.binary_join_element_wise("'", column, ""), column)
        for column in rows.columns
    ]
    return pa.table(columns, names=rows.column_names)


def _restored(rows: pa.Table) -> pa.Table:
    columns = [
        pc.replace_substring_regex(column, r"^'", "") if pa.types.is_string(column.type) else column
        for column in rows.columns
    ]
    return pa.table(columns, names=rows.column_names)
