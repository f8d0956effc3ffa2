"""Pages as files: figures in full, words harmless."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.sheet import FORMULA, Sheet, SheetColumn, as_csv, as_xlsx, download, harmless
from linshu.engine.shell.view import Writer
from linshu.kernel.errors import Misused

ZH = Writer("zh")
SHEET = Sheet(
    "团长排行 [上周]",
    (SheetColumn("名次"), SheetColumn("团长"), SheetColumn("成交额", Unit.FEN), SheetColumn("退款率", Unit.RATIO)),
    [(1, "王芳", 1_234_567, 0.0303), (2, "=HYPERLINK(1)", None, None), (3, "+86 138", -5, 0.0)],
    notes=("11月16日 – 11月22日", "=1+1"),
)


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_holds_every_figure_in_full() -> None:
    rows = rows_of(as_csv(SHEET, ZH))
    assert rows[0] == ["名次", "团长", "成交额（元）", "退款率"]
    assert rows[1] == ["1", "王芳", "12345.67", "0.0303"]
    assert rows[2] == ["2", "'=HYPERLINK(1)", "", ""]
    assert rows[3] == ["3", "'+86 138", "-0.05", "0.0"]


def test_a_figure_has_the_places_of_its_unit_in_both_forms() -> None:
    units = (Unit.FEN, Unit.RATIO, Unit.PER_MILLE, Unit.DAYS, Unit.QTY, Unit.COUNT)
    figures = (1234.5678, 0.36325901328273247, 0.0118433, 9.123456, 34.6452, 7)
    sheet = Sheet("件", tuple(SheetColumn(unit, unit) for unit in units), [figures])
    assert rows_of(as_csv(sheet, ZH))[1] == ["12.35", "0.3633", "0.01184", "9.12", "34.645", "7"]
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(sheet, ZH)))
    assert [cell.value for cell in book.worksheets[0][2]] == [12.35, 0.3633, 0.01184, 9.12, 34.645, 7]
    book.close()


def test_excel_counts_with_the_figures_and_runs_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(SHEET, ZH)))
    page = book.worksheets[0]
    assert page.title == "团长排行  上周 "
    assert [cell.value for cell in page[2]] == [1, "王芳", 12345.67, 0.0303]
    assert page["C2"].number_format == "#,##0.00"
    assert page["D2"].number_format == "0.00%"
    assert page["B3"].value == "'=HYPERLINK(1)"
    assert all(cell.data_type != "f" for row in page for cell in row)
    assert [cell.value for cell in book.worksheets[1]["A"]] == ["团长排行 [上周]", "11月16日 – 11月22日", "'=1+1"]
    assert page.freeze_panes == "A2"
    book.close()


@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert not harmless(text).startswith(FORMULA)
    assert harmless(text).removeprefix("'") == text or harmless(text) == text


def test_a_file_has_a_name_and_only_known_forms() -> None:
    answer = download(SHEET, "csv", "团长-2026", ZH)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E5%9B%A2%E9%95%BF-2026.csv"
    with pytest.raises(Misused):
        download(SHEET, "exe", "x", ZH)
