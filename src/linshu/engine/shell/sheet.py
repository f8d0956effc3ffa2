"""What a page shows, as a file: CSV or Excel with the same filters, every row, every place its unit counts, and no cell that runs."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import xlsxwriter
from starlette.responses import Response

from linshu.engine.metrics.declare import Unit
from linshu.kernel.errors import Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.shell.view import Writer

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")  # how a cell begins that a spreadsheet may run
FORMATS = {Unit.FEN: "#,##0.00", Unit.RATIO: "0.00%", Unit.COUNT: "#,##0", Unit.QTY: "#,##0"}
# Places beyond which a figure says nothing: a hundredth of a per cent, a thousandth of a piece.
PLACES = {
    Unit.RATIO: 4, Unit.PER_MILLE: 5, Unit.QTY: 3, Unit.COUNT: 3, Unit.TIMES: 3, Unit.DAYS: 2, Unit.SECONDS: 1, Unit.SCORE: 2,
}  # fmt: skip
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its head, and the unit of its figures; None for words and ranks."""

    title: str
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under heads, with the sentences that say what was filtered."""

    title: str
    columns: tuple[SheetColumn, ...]
    rows: Sequence[tuple[Any, ...]]
    notes: tuple[str, ...] = ()


def download(sheet: Sheet, form: str, name: str, writer: Writer) -> Response:
    """The sheet as a file to keep."""
    if form not in KINDS:
        raise Misused(
            Text(f"不能导出为 {form}", f"cannot export as {form}"), mend=Text("可用 csv、xlsx", "Use csv or xlsx")
        )
    body = as_csv(sheet, writer) if form == "csv" else as_xlsx(sheet, writer)
    return Response(body, media_type=KINDS[form], headers=attachment(f"{name}.{form}"))


def attachment(name: str) -> dict[str, str]:
    """Headers that have a file saved under its name, and kept by nobody on the way."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def heads(sheet: Sheet, writer: Writer) -> list[str]:
    """The heads with their unit: 成交额（元）."""
    money = Text("（元）" if writer.currency == "¥" else f"（{writer.currency}）", f" ({writer.currency})")
    return [harmless(one.title) + (writer.say(money) if one.unit is Unit.FEN else "") for one in sheet.columns]


def figure(value: Any, unit: Unit | None) -> Any:
    """The figure as a spreadsheet counts with it: yuan to the cent, and shares as shares, to the places of their unit."""
    if unit is Unit.FEN and value is not None:
        return Decimal(round(value)) / 100
    return round(value, PLACES[unit]) if unit and isinstance(value, float) else value


def as_csv(sheet: Sheet, writer: Writer) -> bytes:
    """Comma separated, with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(heads(sheet, writer))
    for row in sheet.rows:
        cells = (figure(value, column.unit) for value, column in zip(row, sheet.columns, strict=True))
        out.writerow([harmless(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(sheet: Sheet, writer: Writer) -> bytes:
    """An Excel book: the rows under a frozen head, figures as figures, and a second sheet with what was filtered."""
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(memory, options)
    page = book.add_worksheet(_sheet_name(sheet.title))
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {unit: book.add_format({"num_format": text}) for unit, text in FORMATS.items()}
    page.freeze_panes(1, 0)
    for at, head in enumerate(heads(sheet, writer)):
        page.write_string(0, at, head, bold)
        page.set_column(at, at, max(10, min(40, 2 * len(head) + 2)))
    for number, row in enumerate(sheet.rows, 1):
        for at, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            cell = figure(value, column.unit)
            if isinstance(cell, str):
                page.write_string(number, at, harmless(cell))
            elif cell is not None:
                page.write_number(number, at, float(cell), formats.get(column.unit) if column.unit else None)
    about = book.add_worksheet("说明" if writer.language == "zh" else "About")
    for number, note in enumerate((sheet.title, *sheet.notes)):
        about.write_string(number, 0, harmless(note))
    book.close()
    return memory.getvalue()


def _sheet_name(title: str) -> str:
    """A name Excel accepts: none of its own signs, at most 31 characters."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31] or "Sheet1"
