"""Tables inside files as merchants send them: titles above, totals between and below, two-row heads, bills, web pages."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from tests.connectors.files.test_opening import read

from linshu.connectors.files import open_all, open_file, parts
from linshu.engine.intake.layout import LINE
from linshu.engine.intake.mapping import FileForm
from linshu.kernel.errors import Invalid, Missing

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake.incoming import Incoming

REPORT = """店铺报表,,,
导出时间：2026-01-01,,,

单号,时间,商品,金额
A1,2026-01-02,苹果,1.5
A2,2026-01-02,梨,2
小计,,,3.5
单号,时间,商品,金额
A3,2026-01-03,桃,3
合计,,,6.5
制表：张三,,审核：李四,
共 3 条,,,
"""
WECHAT = """\ufeff交易时间,商户订单号,商品名称,手续费\r
`2026-01-01 10:00:00,`O1,`苹果,大"的,`0.00000\r
`2026-01-01 11:00:00,`O2,`梨,`0.10000\r
总交易单数,应结订单总金额,手续费总金额\r
`2,`3.00,`0.1\r
"""
ALIPAY = """#支付宝业务明细查询\r
#账号：[20880156]\r
#起始日期：[2026]   终止日期：[2027]\r
支付宝交易号,商户订单号,业务类型,订单金额（元）\r
2026\t,O1\t,交易,1.00\r
2027\t,O2\t,退款,-1.00\r
#---业务明细列表结束---\r
#交易合计：1笔\r
"""
PAGE = """<html><meta charset=gbk><style>x</style><table><tr><td colspan=3>报表</td></tr><tr><th>单号<th>金额<th>店</tr>
<tr><td rowspan=2>A1</td><td>1&nbsp;</td><td>x<br>y</td></tr><tr><td>2</td><td>z</td></tr>
<tr><td>合计</td><td>3</td><td></td></tr></table></html>"""
TWO_ROWS = "订单信息,,商品,,备注\n单号,时间,名称,数量,\nA1,2026-01-02,苹果,2,x\nA2,2026-01-02,梨,3,\n"

CASES = {
    "report.csv": (
        REPORT.encode(),
        "单号 时间 商品 金额",
        {5: "A1 2026-01-02 苹果 1.5", 6: "A2 2026-01-02 梨 2", 9: "A3 2026-01-03 桃 3"},
        {1: "title", 2: "title", 7: "total", 8: "header", 10: "total", 11: "note", 12: "total"},
    ),
    "pages.csv": (
        "单号,时间,金额\nA1,2026-01-02,1\n第 1 页 共 2 页,,\n店铺明细,,\n单号,时间,金额\nA2,2026-01-02,2\n".encode(),
        "单号 时间 金额",
        {2: "A1 2026-01-02 1", 6: "A2 2026-01-02 2"},
        {3: "note", 4: "title", 5: "header"},
    ),
    "wechat.csv": (
        WECHAT.encode(),
        "交易时间 商户订单号 商品名称 手续费",
        {2: '2026-01-01 10:00:00 O1 苹果,大"的 0.00000', 3: "2026-01-01 11:00:00 O2 梨 0.10000"},
        {4: "total", 5: "note"},
    ),
    "alipay.csv": (
        ALIPAY.encode("gbk"),
        "支付宝交易号 商户订单号 业务类型 订单金额（元）",
        {5: "2026\t O1\t 交易 1.00", 6: "2027\t O2\t 退款 -1.00"},
        {1: "title", 2: "title", 3: "title", 7: "note", 8: "note"},
    ),
    "page.xls": (PAGE.encode("gbk"), "单号 金额 店", {3: "A1 1 x\ny", 4: "A1 2 z"}, {1: "title", 5: "total"}),
    "blanks.txt": (
        "单号    时间        金额\nA1      2026-01-02  3\nA2      2026-01-03  4\n".encode(),
        "单号 时间 金额",
        {2: "A1 2026-01-02 3", 3: "A2 2026-01-03 4"},
        {},
    ),
    "commas.txt": ("单号、金额\nA1、3\nA2、4\n".encode(), "单号 金额", {2: "A1 3", 3: "A2 4"}, {}),
    "trailing.csv": ("单号,金额\nA1,1,\nA2,2,\n".encode(), "单号 金额", {2: "A1 1", 3: "A2 2"}, {}),
    "returns.csv": ("单号,金额\rA1,1\rA2,2\r".encode(), "单号 金额", {2: "A1 1", 3: "A2 2"}, {}),
    "nuls.csv": (b"a,b\n1,\x002\n3,4\n", "a b", {2: "1 2", 3: "3 4"}, {}),
    "half.csv": (
        "单号,店\nA1,好店\n".encode() + "A2,坏店\n".encode("gbk") + b"A3,\xff\xfe\n",
        "单号 店",
        {2: "A1 好店", 3: "A2 坏店"},
        {4: "bytes"},
    ),
    "wide.csv": ("id,shop\nA1,ha\n".encode("utf-16-le"), "id shop", {2: "A1 ha"}, {}),
    "cut.csv": ("单号,金额,店\nA1,1,x\nA3,1".encode(), "单号 金额 店", {2: "A1 1 x"}, {3: "broken"}),
    "blank.csv": ("单号,金额\n\nA1,1\n,\nA2\n".encode(), "单号 金额", {3: "A1 1"}, {5: "broken"}),
}  # fmt: skip


def numbered(incoming: Incoming) -> dict[int, str]:
    """The rows of a file by their number in it."""
    return {
        row.pop(LINE): " ".join(value or "" for value in row.values()).rstrip(" ")
        for chunk in incoming.rows
        for row in chunk.to_pylist()
    }


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_found_in_what_stands_around_it(tmp_path: Path, name: str) -> None:
    data, columns, rows, aside = CASES[name]
    (tmp_path / name).write_bytes(data)
    incoming = open_file(tmp_path / name)
    assert " ".join(incoming.columns) == columns
    assert numbered(incoming) == rows
    assert {row["line"]: row["why"] for row in incoming.broken().to_pylist()} == aside
    assert incoming.notes


def test_known_names_find_a_header_that_looks_like_data(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("甲,乙,丙\n1月,2月,3月\n4,5,6\n", "utf-8")
    assert open_file(path).columns == ("甲", "乙", "丙")
    assert open_file(path, known=("1月", "2月")).columns == ("1月", "2月", "3月")


def test_everything_is_data_when_the_mapping_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("店,金额,单\n合计,3,\n小计,4,\n", "utf-8")
    assert read(open_file(path)) == []
    assert read(open_file(path, FileForm(keep_all=True))) == [("合计", "3", None), ("小计", "4", None)]


@pytest.mark.parametrize("text", ["小计,A1,2026-01-01", "合计果园,3,4", "合计,好吃,3", "共享单车,3,4", "备注：甜,A1,3"])
def test_data_that_begins_like_a_total_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"商品,单号,数量\n苹果,A0,1\n{text}\n梨,A2,3\n", "utf-8")
    assert read(open_file(path))[1] == tuple(text.split(","))


def test_two_row_heads_are_joined(tmp_path: Path) -> None:
    joined = ("订单信息/单号", "订单信息/时间", "商品/名称", "商品/数量", "备注")
    path = tmp_path / "a.csv"
    path.write_text(TWO_ROWS, "utf-8")
    assert open_file(path).columns == joined
    book_path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(book_path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "三月订单")
        sheet.merge_range(1, 0, 1, 1, "订单信息")
        sheet.merge_range(1, 2, 1, 3, "商品")
        sheet.merge_range(1, 4, 2, 4, "备注")
        for at, name in enumerate(("单号", "时间", "名称", "数量")):
            sheet.write(2, at, name)
        sheet.merge_range(3, 0, 4, 0, "A1")
        sheet.write_row(3, 1, ["2026-01-02", "苹果", 2, "x"])
        sheet.write_row(4, 1, ["2026-01-02", "梨", 3])
        sheet.merge_range(5, 0, 5, 4, "以上价格含税，如有疑问请联系客服")
    incoming = open_file(book_path)
    assert incoming.columns == joined
    assert numbered(incoming) == {4: "A1 2026-01-02 苹果 2 x", 5: "A1 2026-01-02 梨 3"}
    assert [row["why"] for row in incoming.broken().to_pylist()] == ["title", "note"]


def test_hidden_rows_and_days_from_1904_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["单号", "A1", "A2"])
        sheet.set_row(1, None, None, {"hidden": True})
    incoming = open_file(path)
    assert read(incoming) == [("A1",), ("A2",)]
    assert ["有 1 行在 Excel 里是隐藏的" in incoming.notes[-2].zh, "1904" in incoming.notes[-1].zh] == [True, True]


def test_hidden_sheets_are_read_only_when_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        secret, shown = book.add_worksheet("旧"), book.add_worksheet("新")
        secret.write_column(0, 0, ["单号", "X"])
        shown.write_column(0, 0, ["单号", "A1"])
        shown.activate()
        shown.set_first_sheet()
        secret.hide()
    assert read(open_file(path)) == [("A1",)]
    assert "旧" in open_file(path).notes[-1].zh
    assert read(open_file(path, FileForm(sheet="旧"))) == [("X",)]
    assert [each.sheet for each in parts(path)] == ["新"]


def test_each_table_of_an_archive_is_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("AAAAAAAA.csv", "单号,金额\nA1,1\n".encode("gbk"))
        packed.writestr("BBBB.csv", "月,金额\n1,1\n".encode("gbk"))
        packed.writestr("__MACOSX/._x.csv", "litter")
        packed.writestr("读我.pdf", "%PDF")
    # Names as a Chinese Windows writes them: GBK, without the mark for UTF-8.
    raw = path.read_bytes().replace(b"AAAAAAAA", "订单明细".encode("gbk")).replace(b"BBBB", "汇总".encode("gbk"))
    path.write_bytes(raw)
    found = list(open_all(path))
    assert sorted(each.name for each in found) == ["a.zip/汇总.csv", "a.zip/订单明细.csv"]
    assert [each.member for each in parts(path)] == ["汇总.csv", "订单明细.csv"]
    assert read(open_file(path, FileForm(member="*明细*"))) == [("A1", "1")]
    with pytest.raises(Invalid, match="不止一个"):
        open_file(path)
    with pytest.raises(Missing, match="订单明细"):
        open_file(path, FileForm(member="订单明细"))
    assert found[0].file_hash != found[1].file_hash
