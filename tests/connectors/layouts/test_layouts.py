"""Random orders written into every layout, spoiled as files are, come back equal from the standard tables."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from tests.connectors.layouts import market
from tests.connectors.layouts.exports import (
    BY_LAYOUT,
    EXPORTS,
    Export,
    expected_lines,
    expected_orders,
    expected_refunds,
)
from tests.engine.intake.standin import opened, rows

from linshu.connectors.files import open_file, parts
from linshu.connectors.layouts import LAYOUTS, layout, recognise
from linshu.standard import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.connectors.layouts.market import Order

    from linshu.engine.intake import Intake
    from linshu.engine.intake.receipt import Receipt

NAMES = ("orders", "order_line", "sku", "refund", "payment", "parcel", "parcel_line", "member")
SMALL = tuple(table for table in TABLES if table.name in NAMES)
ORDER = ("order_id", "status", "goods_fen", "coalesce(discount_merchant_fen, 0) + coalesce(discount_platform_fen, 0)",
         "coalesce(shipping_fen, 0)", "CASE WHEN paid_at IS NOT NULL THEN paid_fen END")  # fmt: skip
LINE = ("order_id", "line_no", "qty", "goods_fen", "coalesce(discount_merchant_fen, 0) + coalesce(discount_platform_fen, 0)")  # fmt: skip


def fitting(export: Export, made: tuple[Order, ...]) -> tuple[Order, ...]:
    """The orders as far as the layout can say them."""
    fit = []
    for order in made:
        state = "paid" if not export.unpaid and order.state in ("unpaid", "cancelled") else order.state
        lines = order.lines[:1] if export.single else order.lines
        if not export.discounts:
            lines = tuple(replace(line, discount=0, refund=line.refund and line.goods) for line in lines)
        fit.append(replace(order, state=state, lines=lines, shipping=order.shipping if export.shipping else 0))
    return tuple(fit)


def bring(intake: Intake, path: Path, name: str) -> Receipt:
    """Import a file, each of its sheets, as the layout its headings tell."""
    receipts = []
    for part in parts(path):
        found = recognise(part.columns)
        assert found is not None
        assert found.mapping.name == f"{name}.yaml"
        form = replace(found.mapping.file, sheet=part.sheet)
        receipts.append(intake.land_and_merge(open_file(path, form), found.mapping))
    return receipts[-1]


def put(folder: Path, export: Export, made: tuple[Order, ...], rng: Random, turn: int) -> Path:
    """The orders as a spoiled file of a layout: of each form in its `turn`, every other workbook of several sheets."""
    needed = {name for names in layout(export.layout).need for name in names}
    needed |= {
        "订单状态",
        "下单时间",
        "分摊金额",
        "标价",
        "商品名称",
        "货品名称",
        "订单成交时间",
        "商品",
        "宝贝标题",
        "订单付款时间",
        "支付时间",
    }
    ending, several = (".xls", ".csv", ".xlsx")[turn % 3], turn % 3 != 1 and turn % 2 == 0
    title, path = rng.choice(("", "三月订单报表")), folder / f"{export.layout}{ending}"
    sheets = {"一店": made[: len(made) // 2], "二店": made[len(made) // 2 :], "旧": made[:1]} if several else {"": made}
    said = {name: market.spoil(export.write(each), rng, sorted(needed)) for name, each in sheets.items()}
    if several:
        hidden = [{head: cell.replace("1", "7") for head, cell in row.items()} for row in said["旧"]]
        market.write_book(path, {**said, "旧": hidden}, title, "旧")
    else:
        market.write(path, said[""], rng.choice(("utf-8-sig", "gb18030")), title)
    if rng.random() < 0.5:
        return path
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        archive.write(path, path.name)
    return path.with_suffix(".zip")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1 if settings.default.max_examples <= 100 else 40))
@pytest.mark.parametrize("export", EXPORTS, ids=lambda one: one.layout)
def test_what_is_written_is_read_back(tmp_path: Path, export: Export, seed: int) -> None:
    rng = Random(f"{export.layout} {seed}")
    made = fitting(export, market.orders(rng))
    intake, turn = opened(tmp_path, SMALL), seed + EXPORTS.index(export)
    if export.needs:
        before = BY_LAYOUT[export.needs]
        bring(intake, put(tmp_path, before, made, rng, turn + 1), before.layout)
    bring(intake, put(tmp_path, export, made, rng, turn), export.layout)
    assert intake.problems().to_pylist() == []
    assert sorted(rows(intake, "orders", *ORDER)) == expected_orders(export, made)
    assert sorted(rows(intake, "order_line", *LINE)) == expected_lines(export, made)
    assert sorted(rows(intake, "refund", "order_id", "line_no", "amount_fen")) == expected_refunds(export, made)


def test_every_layout_is_recognised_by_its_own_headings() -> None:
    for name in LAYOUTS:
        found = recognise(layout(name).heads)
        assert found is not None
        assert (found.mapping.name, found.sureness) == (f"{name}.yaml", 1.0)
    assert recognise(("订单编号", "金额")) is None


@pytest.mark.parametrize("export", [one for one in EXPORTS if one.layout in ("taobao-orders", "jd")], ids=lambda one: one.layout)  # fmt: skip
def test_a_masked_receiver_is_kept_as_a_mask_and_finds_nobody(tmp_path: Path, export: Export) -> None:
    line = market.Line("S01", "苹果", "5斤装", 1, 1000, 0)
    made = tuple(market.Order(n, "paid", market.START, (line,), 0, masked=n == 1) for n in (1, 2))
    intake = opened(tmp_path, SMALL)
    bring(intake, market.write(tmp_path / "a.csv", export.write(made)), export.layout)
    found = rows(intake, "orders", "receiver_phone IS NULL", "receiver_phone_index IS NULL", "receiver_name_mask", "receiver_phone_mask")  # fmt: skip
    assert found == [(False, False, "王芳****王芳", "138****1234"), (True, True, "王**", "138****1234")]
