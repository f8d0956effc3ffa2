"""A shop's export as the tests send it in: a mapping, good rows, and ten kinds of faults among them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter
from tests.engine.intake.standin import COMPANY

from linshu.connectors.files import open_file
from linshu.engine.intake.mapping import Mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linshu.engine.intake import Intake
    from linshu.engine.intake.receipt import Receipt

MAPPING = """
source: shop
title: 店铺订单
file:
  empty: ["-"]
tables:
  orders:
    distinct: true
    columns:
      order_id: 订单号
      member_id: 买家
      status: {column: 状态, values: {交易成功: closed, "买家已付款,等待发货": paid}}
      placed_at: 下单时间
      goods_fen: {column: 商品金额, unit: yuan}
      paid_fen: {column: 实付, unit: yuan}
      receiver_phone: 电话
      remark: 备注
      updated_at: 修改时间
  order_line:
    columns:
      order_id: 订单号
      line_no: 行
      sku_id: 商品
      qty: 数量
      weight_gram: {column: 重量, unit: 斤}
      updated_at: 修改时间
"""
HEADER = (
    "订单号",
    "买家",
    "状态",
    "下单时间",
    "商品金额",
    "实付",
    "电话",
    "备注",
    "行",
    "商品",
    "数量",
    "重量",
    "修改时间",
)
WHEN = "2026-03-01 12:00:00"

GOOD = (
    (
        "A1",
        "m1",
        "买家已付款，等待发货",
        "2026/3/1 10:30",
        "¥1,200.50",
        "1200.5",
        "13900001111",
        "打13812345678",
        "1",
        "S1",
        "2",
        "1.5",
        WHEN,
    ),
    (
        "A1",
        "m1",
        "买家已付款，等待发货",
        "2026/3/1 10:30",
        "¥1,200.50",
        "1200.5",
        "13900001111",
        "打13812345678",
        "2",
        "S2",
        "1",
        "",
        WHEN,
    ),
    ("A2", "m2", "交易成功", "2026年3月1日 11:00:00", "10", "10.00", "", "-", "1", "S1", "1", "", WHEN),
)
# The kind of fault, the row with it, and the same row mended.
FAULTS = (
    (
        "not_allowed",
        ("B1", "m1", "交易成攻", WHEN, "10", "10", "13700000001", "", "1", "S1", "1", "", WHEN),
        {"状态": "交易成功"},
    ),
    (
        "decimals",
        ("B2", "m1", "交易成功", WHEN, "10.005", "10", "", "", "1", "S1", "1", "", WHEN),
        {"商品金额": "10.01"},
    ),
    (
        "unparsable",
        ("B3", "m1", "交易成功", "昨天", "10", "10", "13700000003", "", "1", "S1", "1", "", WHEN),
        {"下单时间": WHEN},
    ),
    ("rule:paid_fits", ("B4", "m1", "交易成功", WHEN, "10", "11", "", "", "1", "S1", "1", "", WHEN), {"实付": "10"}),
    ("key_missing", ("", "m1", "交易成功", WHEN, "10", "10", "", "", "1", "S1", "1", "", WHEN), {"订单号": "B5"}),
    ("out_of_range", ("B6", "m1", "交易成功", WHEN, "-5", "", "", "", "1", "S1", "1", "", WHEN), {"商品金额": "5"}),
    ("missing", ("B7", "m1", "交易成功", WHEN, "", "", "", "", "1", "S1", "1", "", WHEN), {"商品金额": "7"}),
    (
        "unparsable",
        ("B8", "m1", "交易成功", WHEN, "8", "8", "13700000008", "", "1", "S1", "一", "", WHEN),
        {"数量": "1"},
    ),
    ("unparsable", ("B9", "m1", "交易成功", WHEN, "9", "9", "", "", "1", "S1", "1", "", "13/40"), {"修改时间": WHEN}),
    ("duplicate", ("C1", "m1", "交易成功", WHEN, "3", "3", "", "", "1", "S1", "1", "", WHEN), {"备注": "对"}),
    (
        "duplicate",
        ("C1", "m1", "交易成功", WHEN, "4", "4", "", "", "2", "S1", "1", "", WHEN),
        {"商品金额": "3", "实付": "3", "备注": "对"},
    ),
)


def mapping(text: str = MAPPING) -> Mapping:
    """The shop's mapping, or another over the same four tables."""
    return Mapping.parse(text, "shop.yaml", {table.name: table for table in COMPANY})


def write(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> Path:
    """A file of these rows, CSV or Excel by its ending."""
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for at, row in enumerate([header, *rows]):
                for column, value in enumerate(row):
                    if value:
                        sheet.write_string(at, column, value)
        return path
    lines = [",".join(f'"{each}"' if "," in (each or "") else each or "" for each in row) for row in [header, *rows]]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def bring(intake: Intake, path: Path, by: Mapping | None = None) -> Receipt:
    """Import a file under a mapping."""
    by = by or mapping()
    return intake.land_and_merge(open_file(path, by.file), by)
