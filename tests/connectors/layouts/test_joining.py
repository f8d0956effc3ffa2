"""The same orders through several exports are counted once, whatever the order of the files, and the totals tie."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING

import pytest
from tests.connectors.layouts import market
from tests.connectors.layouts.exports import BY_LAYOUT, jushuitan, taobao_id
from tests.connectors.layouts.market import Line, Order, when, yuan
from tests.connectors.layouts.test_layouts import SMALL, bring
from tests.engine.intake.standin import opened, rows

if TYPE_CHECKING:
    from pathlib import Path

    from linshu.engine.intake import Intake

    Rows = list[dict[str, str]]

APPLES, GRAPES = Line("S01", "苹果", "5斤装", 2, 1500, 300), Line("S02", "阳光玫瑰", "礼盒", 1, 5000, 0)
ORDER = Order(7, "sent", market.START, (APPLES, GRAPES), 800, masked=True)


def taken(intake: Intake) -> tuple[object, ...]:
    """What counts in the end."""
    orders = rows(intake, "orders", "order_id", "status", "goods_fen", "discount_merchant_fen", "paid_fen", "source")
    lines = rows(intake, "order_line", "order_id", "line_no", "sku_id", "qty", "goods_fen", "paid_fen", "source")
    return orders, lines, rows(intake, "refund", "refund_id", "amount_fen", "refunded_at")


def bring_all(folder: Path, files: list[tuple[str, Rows]]) -> Intake:
    intake = opened(folder, SMALL)
    for number, (layout, said) in enumerate(files):
        bring(intake, market.write(folder / f"{number}.csv", said), layout)
    return intake


@pytest.mark.slow
def test_order_file_suborder_file_and_erp_in_any_order(tmp_path: Path) -> None:
    done = replace(ORDER, state="done", lines=(replace(APPLES, refund=2700), GRAPES))
    files = [
        ("qianniu-orders", BY_LAYOUT["qianniu-orders"].write((ORDER,))),
        ("qianniu-orders", BY_LAYOUT["qianniu-orders"].write((done,))),
        ("qianniu-suborders", BY_LAYOUT["qianniu-suborders"].write((done,))),
        ("jushuitan", jushuitan((ORDER,))),
    ]
    ends = []
    for number, mixed in enumerate(list(permutations(files))[::9]):
        (tmp_path / str(number)).mkdir()
        ends.append(taken(bring_all(tmp_path / str(number), list(mixed))))
    assert all(end == ends[0] for end in ends)
    orders, lines, refunds = ends[0]
    assert orders == [(taobao_id(ORDER), "closed", 8000, 300, 8500, "qianniu-orders")]
    assert [line[2:] for line in lines] == [
        ("S01", 2, 3000, 2700, "qianniu-suborders"), ("S02", 1, 5000, 5000, "qianniu-suborders")
    ]  # fmt: skip
    assert [refund[1] for refund in refunds] == [2700]


def test_what_was_joined_is_said(tmp_path: Path) -> None:
    intake = opened(tmp_path, SMALL)
    bring(intake, market.write(tmp_path / "a.csv", jushuitan((ORDER,))), "jushuitan")
    receipt = bring(
        intake, market.write(tmp_path / "b.csv", BY_LAYOUT["taobao-orders"].write((ORDER,))), "taobao-orders"
    )
    assert receipt.by_table["orders"].joined == 1
    # The platform knows the order best; its lines the ERP alone knows one by one.
    assert rows(intake, "orders", "source") == [("taobao-orders",)]
    assert rows(intake, "order_line", "sku_id", "source") == [("S01", "jushuitan"), ("S02", "jushuitan")]


def erp_row(inner: str, online: str, state: str, line: Line, *, original: str = "", freight: int = 0) -> dict[str, str]:
    return {
        "内部订单号": inner, "线上订单号": online, "原始线上订单号": original, "平台": "taobao", "店铺": "邻家鲜果", "买家账号": "小雨",
        "订单状态": state, "下单时间": when(market.START), "付款时间": when(market.START), "商品编码": line.code,
        "商品名称": line.name, "数量": str(line.qty), "单价": yuan(line.price), "分摊金额": yuan(line.goods), "运费": yuan(freight),
    }  # fmt: skip


@pytest.mark.slow
def test_merged_and_split_orders_of_an_erp_count_once(tmp_path: Path) -> None:
    apples, grapes = replace(APPLES, discount=0), GRAPES
    before = [erp_row("1", "A", "待审核", apples, freight=500), erp_row("2", "B", "待审核", grapes)]
    merged = [
        erp_row("1", "A", "Merged", apples, freight=500), erp_row("2", "B", "Merged", grapes),
        erp_row("3", "A,B", "已发货", apples, original="A", freight=500), erp_row("3", "A,B", "已发货", grapes, original="B", freight=500),
    ]  # fmt: skip
    one = replace(apples, qty=1)
    split = [
        erp_row("1", "A", "Split", apples), erp_row("4", "A", "已发货", one, freight=500), erp_row("5", "A", "已发货", one),
        erp_row("2", "B", "已发货", grapes),
    ]  # fmt: skip
    for number, files in enumerate(((before, merged), (merged, before), (before, split), (split, before))):
        (tmp_path / str(number)).mkdir()
        intake = bring_all(tmp_path / str(number), [("jushuitan", each) for each in files])
        assert rows(intake, "orders", "order_id", "status", "goods_fen") == [
            ("A", "closed", 3000),
            ("B", "closed", 5000),
        ]
        assert rows(intake, "orders", "sum(shipping_fen)") == [(500,)]
        assert rows(intake, "order_line", "sku_id", "sum(qty)", "sum(goods_fen)", where="NOT deleted GROUP BY sku_id") == [
            ("S01", 2, 3000), ("S02", 1, 5000)
        ]  # fmt: skip
        assert intake.problems().to_pylist() == []


def test_a_merged_line_that_hides_its_order_is_a_problem_not_a_guess(tmp_path: Path) -> None:
    intake = bring_all(tmp_path, [("jushuitan", [erp_row("3", "A,B", "已发货", APPLES)])])
    assert {each["code"] for each in intake.problems().to_pylist()} == {"key_missing"}
    assert rows(intake, "orders") == rows(intake, "order_line") == []


@pytest.mark.slow
def test_totals_tie_over_all_sources(tmp_path: Path) -> None:
    made = market.orders(Random(11), count=10)
    files = [
        ("taobao-orders", BY_LAYOUT["taobao-orders"].write(made)),
        ("qianniu-suborders", BY_LAYOUT["qianniu-suborders"].write(made[:6])),
        ("jushuitan", jushuitan(made[3:])),
    ]
    intake = bring_all(tmp_path, files)
    assert rows(intake, "orders", "sum(goods_fen)") == [(sum(order.goods for order in made),)]
    assert rows(intake, "order_line", "sum(goods_fen)", "sum(paid_fen)") == [
        (sum(order.goods for order in made), sum(order.goods - order.discount for order in made))
    ]
    assert rows(intake, "refund", "sum(amount_fen)") == [(sum(n.refund for o in made[:6] for n in o.lines) or None,)]
