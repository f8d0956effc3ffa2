"""Several tables in one sheet: side by side they are one, below each other the second is told and never mixed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import xlsxwriter

from linshu.connectors.files import open_file
from linshu.connectors.files.blocks import blocks_of

if TYPE_CHECKING:
    from pathlib import Path

    Cells = list[list[str]]


def book(path: Path, rows: Cells) -> Path:
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(at, column, cell)
    return path


def read(path: Path) -> tuple[Cells, list[tuple[int, str]]]:
    """The rows of a file, and the numbers and reasons of what was left out."""
    incoming = open_file(path)
    found = [
        [str(row[name] or "") for name in incoming.columns] for table in incoming.rows for row in table.to_pylist()
    ]
    return found, [(row["line"], row["why"]) for row in incoming.broken().to_pylist()]


def test_tables_side_by_side_are_read_one_below_the_other(tmp_path: Path) -> None:
    head = ["姓名", "商品", "数量", "", "姓名", "商品", "数量"]
    rows = [head, ["小雨", "苹果", "1", "", "王姐", "桃", "2"], ["阿明", "梨", "2"]]
    assert read(book(tmp_path / "a.xlsx", rows)) == (
        [["小雨", "苹果", "1"], ["阿明", "梨", "2"], ["王姐", "桃", "2"]],
        [],
    )


def test_what_only_looks_like_several_tables_is_one() -> None:
    assert blocks_of(("姓名", "商品", "数量", "商品", "数量")) == ()  # two goods of one buyer
    assert blocks_of(("姓名", "数量", "", "姓名", "数量", "合计")) == ()
    assert blocks_of(("a", "a", "a")) == ()
    assert blocks_of(("a", "b", "", "a", "b", "", "a", "b")) == (range(2), range(3, 5), range(6, 8))


def test_another_table_below_is_told_and_kept_out(tmp_path: Path) -> None:
    ours = ["订单号", "时间", "金额", "备注"]
    rows = [
        ours,
        ["A1", "1", "5"],
        [],
        ["退款明细"],
        ["订单号", "退款时间", "退款金额"],
        ["A1", "2", "5"],
        ["小雨 13812341234", "x", "y"],
    ]
    more = [[], ours, ["A2", "3", "6"]]
    found, left = read(book(tmp_path / "a.xlsx", [*rows, *more]))
    assert found == [["A1", "1", "5", ""], ["A2", "3", "6", ""]]
    assert left == [(4, "title"), (5, "other"), (6, "other"), (7, "other"), (9, "header")]
    texts = open_file(tmp_path / "a.xlsx")
    list(texts.rows)
    assert "小雨" not in str(texts.broken().to_pylist())  # no mapping seals what is not read


def test_rows_of_words_below_a_gap_are_data(tmp_path: Path) -> None:
    rows = [["订单号", "商品", "备注"], ["A1", "苹果", "放门口"], [], ["A2", "梨", "不要辣"], ["A三", "桃", "自提"]]
    assert read(book(tmp_path / "a.xlsx", rows)) == (rows[1:2] + rows[3:], [])
