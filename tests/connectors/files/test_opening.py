"""Files as they come: any encoding, any delimiter, workbooks, damaged ones, and ones made to hurt."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from linshu.connectors.files import open_file, peek
from linshu.connectors.files.dialects import sniff
from linshu.connectors.files.names import column_names
from linshu.connectors.files.sheet import as_text
from linshu.engine.intake.layout import LINE
from linshu.engine.intake.mapping import FileForm
from linshu.kernel.errors import Invalid, Missing

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake.incoming import Incoming

TEXT = "单号,金额,备注\nA1,1.10,好\nA2,,\n"


def read(incoming: Incoming) -> list[tuple[str | None, ...]]:
    """All rows of a file."""
    return [
        tuple(value for name, value in row.items() if name != LINE)
        for chunk in incoming.rows
        for row in chunk.to_pylist()
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((b"\xff\xfe" if encoding == "utf-16-le" else b"") + TEXT.encode(encoding))
    incoming = open_file(path)
    assert incoming.columns == ("单号", "金额", "备注")
    assert read(incoming) == [("A1", "1.10", "好"), ("A2", None, None)]
    assert incoming.broken().num_rows == 0


def test_an_encoding_may_be_named_and_a_wrong_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("名,x\né,1\n".encode().replace("é".encode(), b"\xe9"))
    assert read(open_file(path, FileForm(encoding="latin-1")))[0][0] == "é"
    with pytest.raises(Invalid, match="martian"):
        open_file(path, FileForm(encoding="martian"))
    path.write_bytes(b"\xff\xff\x80\x00\x81")
    with pytest.raises(Invalid, match="编码"):
        open_file(path)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_out(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f'单号{delimiter}"金,额;|"{delimiter}备注\nA1{delimiter}"1,1"{delimiter}"多\n行"\n', "utf-8")
    incoming = open_file(path)
    assert len(incoming.columns) == 3
    assert read(incoming) == [("A1", "1,1", "多\n行")]


def test_a_single_column_has_a_delimiter_too() -> None:
    assert sniff(["单号"]) == ","


def test_headers_may_stand_lower_and_repeat(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("店铺报表\n导出于今天\n单号, 金额 ,金额,\nA1,1,2,3\n", "utf-8")
    incoming = open_file(path, FileForm(header_row=3))
    assert incoming.columns == ("单号", "金额", "金额 (2)", "第4列")
    assert read(incoming) == [("A1", "1", "2", "3")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize(
    ("lines", "good", "broken"),
    [
        (["a,b", "1,2", "3", "4,5,6", "7,8"], ["1", "7"], [3, 4]),
        (["a,b", '"1,2', "3,4", "5,6"], ["3", "5"], [2]),
        (["a,b", "1,2", '"x,2', "3,4", '"y,2', "5,6"], ["1", "3", "5"], [3, 5]),
        (["a,b", '"1\n1",2', "3", "4,5"], ["1\n1", "4"], [3]),
        (["a,b", "1,2", "", "3,4"], ["1", "3"], []),
    ],
    ids=["wrong width", "one open quote", "two open quotes", "after a value of two lines", "empty line"],
)
def test_broken_lines_are_put_aside_with_their_number(
    tmp_path: Path, encoding: str, lines: list[str], good: list[str], broken: list[int]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("\n".join(["列,二", *lines[1:]]) + "\n").encode(encoding))
    incoming = open_file(path)
    assert sorted(str(row[0]) for row in read(incoming)) == good
    assert incoming.broken()["line"].to_pylist() == broken


def test_mixed_line_ends_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\r\n1,2\n3,4\r\n5\n6,7")
    incoming = open_file(path)
    assert [row[0] for row in read(incoming)] == ["1", "3", "6"]
    assert incoming.broken()["line"].to_pylist() == [4]


def test_a_workbook_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    with xlsxwriter.Workbook(str(path)) as book:
        first, second = book.add_worksheet("订单"), book.add_worksheet("商品")
        first.write_row(0, 0, ["单号", "金额", "时间", "测试", "备注"])
        first.write_row(2, 0, ["A1", 12.3, 12, True, "好"])
        first.write_datetime(2, 2, datetime(2026, 3, 1, 10, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        first.write_number(3, 1, 0.1 + 0.2)
        second.write_row(0, 0, ["编号"])
        book.add_worksheet("空")
    incoming = open_file(path)
    assert incoming.name == "orders.csv/订单"
    assert read(incoming) == [
        ("A1", "12.3", "2026-03-01 10:30:00", "true", "好"),
        (None, "0.3", None, None, None),
    ]
    assert open_file(path, FileForm(sheet="商品")).columns == ("编号",)
    assert open_file(path, FileForm(sheet="2")).columns == ("编号",)
    assert peek(path) == {"订单": ("单号", "金额", "时间", "测试", "备注"), "商品": ("编号",)}
    with pytest.raises(Missing, match="订单"):
        open_file(path, FileForm(sheet="定单"))
    with pytest.raises(Invalid, match="csv"):
        open_file(path, FileForm(kind="csv"))


def test_sheets_of_one_workbook_are_files_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("甲", "乙"):
            book.add_worksheet(name).write(0, 0, "单号")
    assert open_file(path, FileForm(sheet="甲")).file_hash != open_file(path, FileForm(sheet="乙")).file_hash


def test_damaged_and_hostile_workbooks_are_refused(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 no workbook at all")
    with pytest.raises(Invalid, match="damaged"):
        open_file(damaged)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    with pytest.raises(Invalid, match="bomb"):
        open_file(bomb)


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="nowhere"):
        open_file(tmp_path / "nowhere.csv")
    (tmp_path / "empty.csv").write_text("", "utf-8")
    with pytest.raises(Invalid, match="没有列名"):
        open_file(tmp_path / "empty.csv")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, None),
        ("", None),
        (12.0, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (19.99, "19.99"),
        (1e15, "1e+15"),
        (123456789012345.0, "123456789012345"),
        (True, "true"),
        (7, "7"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 1, 2, 3), "2026-03-01 01:02:03"),
        (time(1, 2), "01:02:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_cells_become_the_text_a_person_sees(cell: object, text: str | None) -> None:
    assert as_text(cell) == text


def test_a_header_of_blanks_is_none() -> None:
    with pytest.raises(Invalid):
        column_names([" ", "\ufeff"], "a.csv", 1)
