"""Excel workbooks, read without ever running what is in them; a file made to exhaust memory is refused."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from linshu.connectors.files.names import column_names
from linshu.engine.intake.incoming import Incoming
from linshu.kernel.errors import Invalid, Missing, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linshu.connectors.files.looking import Look
    from linshu.engine.intake.mapping import FileForm

MOST_BYTES = 200_000_000  # of the file
MOST_UNPACKED = 2_000_000_000
MOST_RATIO = 200  # unpacked to packed, of a single member; real sheets stay below 60
CHUNK_ROWS = 20_000

Cell = str | float | int | bool | date | datetime | time | timedelta


def open_sheet(path: Path, seen: Look, form: FileForm) -> Incoming:
    """A sheet of a workbook on its way in; Missing when it has no such sheet."""
    book = workbook(path)
    name = _sheet_name(book, form.sheet, path.name)
    grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if len(grid) < form.header_row:
        grid = [*grid, *([[]] * (form.header_row - len(grid)))]
    header = [as_text(cell) for cell in grid[form.header_row - 1]]
    while header and not header[-1]:
        header.pop()
    columns = column_names(header, f"{path.name}/{name}", form.header_row)
    shown = path.name if len(book.sheet_names) == 1 else f"{path.name}/{name}"
    # The same workbook holds several sheets: each is a file of its own.
    return Incoming(
        shown, f"{seen.hash}/{book.sheet_names.index(name) + 1}", 0, columns, _rows(grid[form.header_row :], columns)
    )


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of a workbook."""
    return tuple(workbook(path).sheet_names)


def workbook(path: Path) -> CalamineWorkbook:
    """A workbook opened for reading; Invalid when it is damaged, locked, or too large to be honest."""
    _refuse_bombs(path)
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError) as error:
        raise Invalid(
            Text(
                f"打不开 {path.name}：不是完好的 Excel 文件，或设了密码", f"cannot open {path.name}: damaged or locked"
            ),
            mend=Text("请用 Excel 另存为 xlsx 后重试。", "Save it anew as xlsx and try again."),
        ) from error


def as_text(cell: Cell | None) -> str | None:
    """A cell as the text a person sees: whole numbers without a point, moments in ISO."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        # Excel keeps 15 digits; more is the dust of binary fractions: 0.1 + 0.2.
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds" if not cell.microsecond else "microseconds")
    if isinstance(cell, timedelta):
        return str(cell)
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _rows(grid: list[list[Cell]], columns: tuple[str, ...]) -> Iterator[pa.Table]:
    for start in range(0, max(len(grid), 1), CHUNK_ROWS):
        chunk = grid[start : start + CHUNK_ROWS]
        yield pa.table(
            [
                pa.array([as_text(row[at]) if at < len(row) else None for row in chunk], pa.string())
                for at in range(len(columns))
            ],
            names=list(columns),
        )


def _sheet_name(book: CalamineWorkbook, wanted: str, file: str) -> str:
    names = book.sheet_names
    if not wanted:
        return names[0]
    if wanted in names:
        return wanted
    if wanted.isdigit() and 0 < int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise Missing(
        Text(f"{file} 里没有工作表“{wanted}”", f"{file} has no sheet “{wanted}”"), mend=nearest(wanted, names)
    )


def _refuse_bombs(path: Path) -> None:
    too_large = path.stat().st_size > MOST_BYTES
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
        unpacked = sum(each.file_size for each in members)
        wild = any(each.file_size > 1_000_000 and each.file_size > MOST_RATIO * each.compress_size for each in members)
        too_large = too_large or unpacked > MOST_UNPACKED or wild
    if too_large:
        raise Invalid(
            Text(f"{path.name} 太大，或压缩得不正常", f"{path.name} is too large, or packed beyond belief"),
            mend=Text("请拆成几个文件，或另存为 CSV。", "Split it, or save it as CSV."),
        )
