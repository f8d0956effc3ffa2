"""Broken, odd and hostile files, made small: each what some merchant, system or attacker really sends."""
# ruff: noqa: PLW0108 - each is made only when it is asked for

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = "单号,金额,店\nA1,1.50,好店\nA2,2.50,坏店\n"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def book(*sheets: str, far: bool = False) -> bytes:
    """A workbook; `far` puts two cells as far from each other as a sheet allows."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as work:
        for name in sheets or ("订单",):
            sheet = work.add_worksheet(name)
            sheet.write_row(0, 0, ["单号", "金额"])
            sheet.write_row(1, 0, ["A1", 1.5])
            if far:
                sheet.write(1_048_575, 16_383, "x")
    return made.getvalue()


def unworked() -> bytes:
    """A workbook with an error of Excel and a formula that nobody worked out, as programs write it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as work:
        sheet = work.add_worksheet("订单")
        sheet.write_row(0, 0, ["单号", "金额"])
        sheet.write_column(1, 0, ["A1", "A2", "A3"])
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, "=1+1", None, "")
        sheet.write_formula(3, 1, "=1+2", None, 3)
    return made.getvalue()


def half_merged() -> bytes:
    """A workbook in which the amount of one order is merged over its rows, and each row of another has its own."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as work:
        sheet = work.add_worksheet("订单")
        sheet.write_row(0, 0, ["单号", "货", "金额"])
        sheet.write_column(1, 1, ["苹果", "梨", "桃", "杏"])
        sheet.write_column(1, 2, [1, 2])
        sheet.merge_range(1, 0, 2, 0, "A1")
        sheet.merge_range(3, 0, 4, 0, "A2")
        sheet.merge_range(3, 2, 4, 2, 30)
    return made.getvalue()


def other_beside() -> bytes:
    """A workbook whose table has another one to its right, and a note behind it."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as work:
        sheet = work.add_worksheet("订单")
        for at, row in enumerate((["单号", "货", "金额"], ["A1", "苹果", 1], ["A2", "梨", 2], ["合计", "", 3])):
            sheet.write_row(at, 0, row)
        for at, row in enumerate((["货", "库存"], ["苹果", 50])):
            sheet.write_row(at, 4, row)
    return made.getvalue()


def _page(*rows: str) -> str:
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def packed(members: dict[str, bytes | str]) -> bytes:
    """A zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def locked_zip() -> bytes:
    """An archive whose member says that it is encrypted."""
    raw = bytearray(packed({"a.csv": TABLE}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    return bytes(raw)


def wrong_sum() -> bytes:
    """An archive whose member was damaged on the way."""
    raw = bytearray(packed({"a.csv": TABLE * 50}))
    raw[60] ^= 0xFF
    return bytes(raw)


# By the file's name: its bytes. What is said of each stands in tests/goldens/broken_files.txt.
FILES: dict[str, Callable[[], bytes]] = {
    "empty.csv": lambda: b"",
    "only-mark.csv": lambda: b"\xef\xbb\xbf",
    "blank-lines.csv": lambda: b"\r\n\r\n  \r\n",
    "only-blanks.csv": lambda: b",,,\n,,,\n",
    "header-only.csv": lambda: "单号,金额\n".encode(),
    "totals-only.csv": lambda: "单号,金额\n合计,0.00\n".encode(),
    "totals-of-people.csv": lambda: (TABLE + "小雨 小计,4.00,\n总计（大写）肆元整,4.00,\n本店合计,好店,\n").encode(),
    "one-column.csv": lambda: "单号\nA1\nA2\n".encode(),
    "same-names.csv": lambda: "单号,金额,金额,,单号\nA1,1,2,3,4\n".encode(),
    "no-header.csv": lambda: b"1,2026-01-02,3.50\n2,2026-01-03,4.50\n",
    "many-columns.csv": lambda: (",".join(f"c{at}" for at in range(20_000)) + "\n").encode(),
    "open-quote.csv": lambda: '单号,金额,店\nA1,1,"好店\nA2,2,坏店\nA3,3,"又一家"\n'.encode(),
    "pasted.csv": lambda: TABLE.encode() + b"\xef\xbb\xbf" + TABLE.encode(),
    "quote-within.csv": lambda: '单号,店\nA1,好"店\nA2,坏店\n'.encode(),
    "odd-widths.csv": lambda: "单号,金额,店\nA1,1\nA2,2,好店,多,余\nA3,3,好店,,\n".encode(),
    "cut-off.csv": lambda: TABLE.encode()[:-9],
    "long-line.csv": lambda: b"a,b\n1," + b"x" * 16_000_001 + b"\n",
    "half-gbk.csv": lambda: TABLE.encode() + "A3,3.50,第三家\n".encode("gbk") * 2,
    "broken-bytes.csv": lambda: TABLE.encode() + b"A3,3.50,\xff\xfe\xfd\n" + TABLE.split("\n", 1)[1].encode() * 3,
    "cut-gbk.csv": lambda: TABLE.encode("gbk") * 3 + b"A4,1.00,\xba",
    "nuls.csv": lambda: TABLE.encode().replace(b"1.50", b"1.\x0050"),
    "binary.csv": lambda: bytes(range(256)) * 40,
    "picture.csv": lambda: b"\x89PNG\r\n\x1a\n" + bytes(200),
    "document.xlsx": lambda: packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>"}),
    "bill.pdf": lambda: b"%PDF-1.7\n...",
    "export.rar": lambda: b"Rar!\x1a\x07\x00...",
    "export.csv.gz": lambda: gzip.compress(TABLE.encode(), mtime=0),
    "xml-2003.xls": lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "web-archive.xls": lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "login.xls": lambda: "<!DOCTYPE html><html><body>请先登录</body></html>".encode(),
    "page-without-end.xls": lambda: "<table><tr><td>单号<td>金额<tr><td>A1<td>1".encode(),
    "page-of-two.xls": lambda: (
        _page("单号|金额|店") + _page("A1|1|好店", "A2|2|坏店") + _page("货|件", "梨|5")
    ).encode(),
    "page-declared.xls": lambda: ('<?xml version="1.0"?><!-- ERP --><html>' + _page("单号|金额", "A1|1")).encode("gbk"),
    "rows.json": lambda: b'[{"id": "A1", "paid": 10}]',
    "rows.xml": lambda: b'<?xml version="1.0"?><orders><order id="A1"/></orders>',
    "sections.csv": lambda: "单号,金额,店\n东门,,\nA1,1,好店\n西门,,\nA2,2,坏店\nA3,3,坏店\n".encode(),
    "sections-by-head.csv": lambda: "东门,,\n单号,金额,店\nA1,1,好店\n\n西门,,\n单号,金额,店\nA2,2,坏店\n".encode(),
    "unit-above.csv": lambda: ("单位：万元,,\n" + TABLE).encode(),
    "half-merged.xlsx": half_merged,
    "other-beside.xlsx": lambda: other_beside(),
    "nul-tail.csv": lambda: TABLE.encode() + bytes(5_000),
    "book-called.csv": lambda: book(),
    "text-called.xls": lambda: TABLE.encode("gbk"),
    "cut-off.xlsx": lambda: book()[:2000],
    "not-a-book.xlsx": lambda: b"PK\x03\x04 no workbook at all",
    "empty-book.xlsx": lambda: packed({"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>"}),
    "locked.xlsx": lambda: _OLD_EXCEL + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(400),
    "cut-off.xls": lambda: _OLD_EXCEL + bytes(800),
    "unworked.xlsx": unworked,
    "bomb.xlsx": lambda: packed({"xl/worksheets/sheet1.xml": b"0" * 5_000_000}),
    "far-apart.xlsx": lambda: book(far=True),
    "bomb.zip": lambda: packed({"a.csv": b"0" * 5_000_000}),
    "outside.zip": lambda: packed({"../../etc/orders.csv": TABLE}),
    "absolute.zip": lambda: packed({"C:\\orders.csv": TABLE}),
    "zip-in.zip": lambda: packed({"inner.zip": packed({"a.csv": TABLE})}),
    "zip-beside.zip": lambda: packed({"a.csv": TABLE, "inner.zip": packed({"b.csv": TABLE})}),
    "zip-called.zip": lambda: packed({"a.csv": packed({"a.csv": TABLE})}),
    "no-table.zip": lambda: packed({"readme.md": "hello"}),
    "empty.zip": lambda: packed({}),
    "locked.zip": locked_zip,
    "damaged.zip": wrong_sum,
    "cut-off.zip": lambda: packed({"a.csv": TABLE * 50})[:80],
    "two.zip": lambda: packed({"a.csv": TABLE, "b.csv": TABLE, "__MACOSX/._a.csv": "x"}),
}
