"""A list with personal data as an Excel file that says on each of its rows whose it is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import xlsxwriter

from linshu.engine.shell.sheet import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.shell.persons import Cells

MARK = "水印 watermark"


def as_file(cells: Cells, watermark: Sequence[str], mark: str) -> bytes:
    """The file, made in memory: nothing readable touches the disk. `mark` stands on every row, the whole on a sheet."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(memory, options)
    book.set_properties({"comments": " · ".join(watermark), "keywords": mark})
    page = book.add_worksheet("数据 data")
    bold, faint = book.add_format({"bold": True, "bottom": 1}), book.add_format({"font_color": "#999999"})
    page.set_header("&C" + watermark[0].replace("&", "&&")[:200])
    page.write_string(0, 0, " · ".join(watermark), faint)
    page.freeze_panes(2, 0)
    heads = [*(f"{one.zh} {one.en}" for one in cells.heads), MARK]
    for at, head in enumerate(heads):
        page.write_string(1, at, head, bold)
        page.set_column(at, at, 22)
    last = f"{mark} {watermark[1]}"
    for number, row in enumerate(cells.rows, 2):
        for at, value in enumerate(row):
            page.write_string(number, at, harmless(value))
        page.write_string(number, len(row), last, faint)
    about = book.add_worksheet("说明 about")
    for number, words in enumerate(watermark):
        about.write_string(number, 0, harmless(words))
    book.close()
    return memory.getvalue()
