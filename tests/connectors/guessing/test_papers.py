"""Papers of buying and of stock are told as what they are and never read as sales; sheets of sales are read as before."""

from __future__ import annotations

import pytest

from linshu.connectors.guessing import UnrecognisedError, guess

DAYS = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-03"]
NUMBERS, PRICES = ["100", "50", "200", "80"], ["3.50", "12.00", "0.80", "2.20"]
WORDS = ["绿源农业", "鲜达供应链", "绿源农业", "老王果园"]
IDS = ["D20260301001", "D20260301001", "D20260302001", "D20260303001"]
PHONES = ["13812341234", "13812341234", "13912341234", "13712341234"]


def sample_of(headings: list[str]) -> dict[str, list[str]]:
    """Values that look as the headings say."""
    looks = (
        (("单号", "编号", "编码", "Number"), IDS), (("电话", "手机"), PHONES), (("日期", "时间", "Date"), DAYS),
        (("数量", "Qty"), NUMBERS), (("价", "金额", "款", "合计", "Cost", "Total"), PRICES),
    )  # fmt: skip
    return {name: next((said for ends, said in looks if name.endswith(ends)), WORDS) for name in headings}


@pytest.mark.parametrize(
    ("said", "paper", "table"),
    [
        ("采购单号,供应商,商品,采购数量,进价,下单日期,到货日期,仓库", "采购", "purchase_order_line"),
        ("采购单号,供应商,联系人,联系电话,商品,数量,采购单价,金额,下单日期,下单人", "采购", "purchase_order_line"),
        ("单号,供货商,品名,规格,数量,单价,金额,日期,采购员,状态", "采购", "purchase_order_line"),
        ("订单号,供应商名称,供应商电话,商品名称,数量,单价,总金额,下单时间,备注", "采购", "purchase_order_line"),
        ("进货日期,货品,数量,单价,金额", "采购", "purchase_order_line"),
        ("PO Number,Supplier,Item,Qty,Unit Cost,Total,Order Date", "采购", "purchase_order_line"),
        ("入库单号,供应商,商品,入库数量,单价,金额,入库日期,仓库,经手人", "入库单", "purchase_order_line"),
        ("收货单号,收货时间,收货人,商品,数量,金额", "入库单", "purchase_order_line"),
        ("对账单号,供应商,日期,商品,数量,单价,应付金额", "采购", "purchase_order_line"),
        ("结算单号,供应商名称,结算日期,结算金额", "采购", "purchase_order_line"),
        ("调拨单号,调出仓库,调入仓库,商品,调拨数量,单价,金额,调拨日期", "调拨单", "transfer_order_line"),
        ("单号,调出仓,调入仓,商品名称,数量,日期,金额", "调拨单", "transfer_order_line"),
        ("报损单号,商品,报损数量,单价,报损金额,报损日期,原因", "报损单", "stock_movement"),
        ("日期,团长,自提点,商品,报损数量,金额,原因", "报损单", "stock_movement"),
        ("盘点单号,仓库,商品,账面数量,实盘数量,单价,差异金额,盘点日期", "盘点表", "stock_count"),
        ("商品编码,商品名称,系统库存,实际库存,库存金额,盘点时间,盘点人", "盘点表", "stock_count"),
        ("出库单号,出库日期,商品,出库数量,单价,金额,领用人", "出库单", "stock_movement"),
    ],
)  # fmt: skip
def test_a_paper_that_is_no_order_is_refused_by_its_name(said: str, paper: str, table: str) -> None:
    headings = said.split(",")
    with pytest.raises(UnrecognisedError) as told:
        guess(headings, sample_of(headings), file="a.xlsx")
    assert f"像{paper}" in told.value.what.zh
    assert "不是卖出的订单" in told.value.what.zh
    assert told.value.table == table
    assert f"{table}。" in told.value.mend.zh


@pytest.mark.parametrize(
    "said",
    [
        "订单号,下单时间,供应商,商品名称,数量,单价,实付金额,收货人,手机号",
        "订单编号,日期,客户,商品,数量,单价,成本价,供应商,金额",
        "出库单号,客户名称,商品,数量,单价,金额,出库日期",
        "采购单号,客户名称,商品,采购数量,单价,金额,采购日期",
        "订单号,收货时间,下单时间,仓库,商品,数量,金额",
        "日期,商品,数量,售价,进价,金额",
        "Order No,Order Date,Item,Qty,Amount Received,Bank Transfer Total",
    ],
)
def test_sheets_of_sales_that_name_a_supplier_or_a_store_are_orders(said: str) -> None:
    headings = said.split(",")
    made = guess(headings, sample_of(headings), file="a.xlsx")
    assert "orders" in {each.table.name for each in made.mapping.tables}


def test_the_name_of_a_sheet_tells_what_its_headings_leave_open() -> None:
    headings = ["单号", "商品", "数量", "单价", "金额", "日期"]
    with pytest.raises(UnrecognisedError, match=r"名字写着“3月采购明细”.*加一列“客户”"):
        guess(headings, sample_of(headings), names=["3月采购明细"])
    for name in ("采购与销售", "3月明细"):
        assert guess(headings, sample_of(headings), names=[name])
    bought = [*headings, "买家"]
    assert guess(bought, sample_of(bought), names=["集中采购"])


def test_what_a_person_said_of_the_headings_makes_them_orders() -> None:
    headings = ["单号", "供应商", "商品", "数量", "单价", "金额", "日期"]
    with pytest.raises(UnrecognisedError, match='--set "供应商=不用"'):
        guess(headings, sample_of(headings))
    assert guess(headings, sample_of(headings), learned={"供应商": ""})
    assert guess(headings, sample_of(headings), only_orders=True)
