"""A Pinduoduo export as a shop has it, with the faults such files have."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADS = (
    "订单号", "商品", "订单状态", "商品总价(元)", "邮费(元)", "店铺优惠折扣(元)", "平台优惠折扣(元)", "用户实付金额(元)",
    "商品数量(件)", "商品规格", "商家编码-规格维度", "商家备注", "售后状态", "订单成交时间", "收货人", "手机",
)  # fmt: skip
GOODS = (("五花肉 500g", "S1", 29.9), ("土鸡蛋 30枚", "S2", 19.9), ("大白菜 5斤", "S3", 9.9))


def order(
    number: int, day: int, *, status: str = "已收货", price: object = None, count: object = 1, month: str = "2026-10"
) -> list[object]:
    """One order of a day of a month, of one good."""
    name, sku, usual = GOODS[number % len(GOODS)]
    said = usual if price is None else price
    paid = 30.0 if isinstance(said, str) else said
    return [
        f"{month[2:].replace('-', '')}{day:02d}-{100000 + number}", name, status, said, 0, 0, 0, paid, count, "默认", sku, "", "无售后",
        f"{month}-{day:02d} {8 + number % 12:02d}:30:00", "王女士", f"138{number:08d}",
    ]  # fmt: skip


def faulty(good: int = 12, month: str = "2026-10") -> list[list[object]]:
    """Good orders, two of a state nobody knows, one whose price is words, one without goods."""
    rows = [order(number, 1 + number % 9, month=month) for number in range(good)]
    rows += [order(good, 3, status="已签收了", month=month), order(good + 1, 4, status="已签收了", month=month)]
    rows += [order(good + 2, 5, price="约30元", month=month), order(good + 3, 6, count="一件", month=month)]
    return rows


def workbook(rows: Sequence[Sequence[object]], title: str = "拼多多订单（2026年10月）") -> bytes:
    """The rows under the export's headings, with a title above and a total below, as people keep them."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "订单"
    sheet.append([title])
    sheet.append(list(HEADS))
    for row in rows:
        sheet.append(list(row))
    sheet.append(["合计", "", "", 312.5])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
