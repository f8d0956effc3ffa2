"""The supplier's portal: sales, purchase orders, stock, settlement, messages; of their own goods alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.operations.adoption.flow import offered
from linshu.domains.operations.portal import purchases as purchase_list
from linshu.domains.operations.portal.messages import Portal, shared
from linshu.domains.operations.portal.own import MOST_ROWS, Own, Tab, own, show, waiting
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import note
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import ASKS, demand, needs
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

BOUND_BY = ("suppliers",)
SOLD = ("gmv", "units", "orders_containing", "refund_amount")
HELD = ("stock_units", "stock_positions_out", "out_of_stock_rate")
TITLES = {
    "gmv": Text("本月卖了", "Sold this month"),
    "units": Text("本月销量", "Units this month"),
    "orders_containing": Text("本月订单", "Orders this month"),
    "refund_amount": Text("本月退款", "Refunds this month"),
    "stock_units": Text("现在库存", "Stock now"),
    "stock_positions_out": Text("断货的商品仓", "Out of stock now"),
    "out_of_stock_rate": Text("近7天断货率", "Out of stock, 7 days"),
}
DAYS = 14
MOST_GOODS = 10
STOCK_SORTS: dict[str, Text] = {
    "": Text("库存少", "Least stock"), "most": Text("库存多", "Most stock"), "name": Text("名称", "Name")
}  # fmt: skip
router = APIRouter(prefix="/supplier", include_in_schema=False, dependencies=[Depends(needs("portal.use"))])


def exports(request: Request) -> None:
    """What an export of one's own lists asks; that it happened is written down before it leaves."""
    demand(request, "portal.use")
    note(request, "export.make", f"page:{request.url.path}", asked=request.url.query[:500])


ASKS[exports] = "portal.use"


@dataclass(frozen=True, slots=True)
class Day:
    """One day's sales, and how long its bar is, in percent."""

    day: str
    amount: str
    share: int


@dataclass(frozen=True, slots=True)
class Held:
    """What lies of one good in one warehouse."""

    sku: str
    warehouse: str
    units: int


def tabs(request: Request) -> tuple[Tab, ...]:
    """The six parts of a supplier's pages."""
    return (
        Tab("/supplier", Text("概览", "Home"), "home"),
        Tab("/supplier/purchases", Text("采购单", "Orders"), "truck"),
        Tab("/supplier/stock", Text("库存", "Stock"), "packages"),
        Tab("/supplier/settlement", Text("结算", "Bills"), "report-money"),
        Tab("/supplier/messages", Text("消息", "Messages"), "bell", waiting(request)),
        Tab("/supplier/me", Text("我的", "Me"), "user"),
    )


def mine_of(request: Request) -> Own:
    """The rows of the supplier who looks."""
    return own(request, BOUND_BY)


@router.get("")
def overview(request: Request) -> Response:
    """What was sold, came back, lies in stock."""
    mine = mine_of(request)
    today, first = mine.today, mine.today.replace(day=1)
    month, now = mine.one(SOLD, first, today), mine.one(HELD[:2], today, today)
    week = mine.one(HELD[2:], today - timedelta(days=6), today)
    values = {**month, **now, **week}
    goods = mine.many(("gmv", "units"), first, today, by=("sku",), order="-gmv", limit=MOST_GOODS)
    write = mine.viewer.writer
    return show(
        request, "supplier.html", tabs(request), mine, polls=True, day=write.day(today), steps=offered(shell_of(request), mine.viewer),
        figures=[mine.figure(name, values.get(name), TITLES[name]) for name in (*SOLD, *HELD)],
        days=_days(mine, mine.many(("gmv",), today - timedelta(days=DAYS - 1), today, grain="day")),
        goods=[
            (str(row["sku_name"]), write.full(row["units"], Unit.QTY), write.full(row["gmv"], Unit.FEN)) for row in goods
        ],
    )  # fmt: skip


def _days(mine: Own, rows: Sequence[Any]) -> list[Day]:
    amounts = [(date.fromisoformat(str(row["day"])), int(row["gmv"] or 0)) for row in rows]
    most, write = max((fen for _, fen in amounts), default=0) or 1, mine.viewer.writer
    return [
        Day(write.short_day(day), write.full(fen, Unit.FEN), round(100 * fen / most)) for day, fen in reversed(amounts)
    ]


@router.get("/purchases")
def purchases(request: Request) -> Response:
    """The purchase orders to this supplier, found and filtered."""
    mine, asked = mine_of(request), purchase_list.read(request.query_params)
    found, size = purchase_list.listed(mine, asked), purchase_list.PAGE_ROWS
    return show(
        request, "purchases.html", tabs(request), mine, polls=True, asked=asked,
        rows=found[(asked.page - 1) * size : asked.page * size], total=len(found), pages=max(1, -(-len(found) // size)),
        spans=purchase_list.SPANS, states=purchase_list.STATES, write=mine.viewer.writer, qty=Unit.QTY, fen=Unit.FEN,
    )  # fmt: skip


@router.get("/purchases/export", dependencies=[Depends(exports)])
def export_purchases(request: Request, form: str = "xlsx") -> Response:
    """The same list as a file: same filters, every line."""
    mine, asked, say = mine_of(request), purchase_list.read(request.query_params), viewer_of(request).say
    heads = (
        SheetColumn(say(Text("采购单", "Purchase order"))), SheetColumn(say(Text("仓库", "Warehouse"))),
        SheetColumn(say(Text("状态", "State"))), SheetColumn(say(Text("下单日", "Ordered on"))),
        SheetColumn(say(Text("预计到货", "Expected"))), SheetColumn(say(Text("到货日", "Received on"))),
        SheetColumn(say(Text("商品", "Goods"))), SheetColumn(say(Text("订货数量", "Ordered")), Unit.QTY),
        SheetColumn(say(Text("到货数量", "Received")), Unit.QTY), SheetColumn(say(Text("拒收数量", "Rejected")), Unit.QTY),
        SheetColumn(say(Text("金额", "Amount")), Unit.FEN),
    )  # fmt: skip
    rows = [
        (one.order_id, one.warehouse, say(one.state), str(one.ordered), str(one.expected or ""), str(one.received or ""),
         line.name, line.ordered, line.received, line.rejected, line.amount)
        for one in purchase_list.listed(mine, asked) for line in one.lines
    ]  # fmt: skip
    sheet = Sheet(say(Text("采购单", "Purchase orders")), heads, rows)
    return download(sheet, form, f"purchases-{shell_of(request).today}", mine.viewer.writer)


@router.get("/stock")
def stock(request: Request) -> Response:
    """What lies of each good in each warehouse."""
    mine, params = mine_of(request), request.query_params
    sort, words = params.get("sort", ""), params.get("q", "").strip()[:60]
    sort = sort if sort in STOCK_SORTS else ""
    return show(
        request, "stock.html", tabs(request), mine, polls=True, rows=_stock(mine, words, sort), found=words, sort=sort,
        sorts=STOCK_SORTS, write=mine.viewer.writer, qty=Unit.QTY,
    )  # fmt: skip


@router.get("/stock/export", dependencies=[Depends(exports)])
def export_stock(request: Request, form: str = "xlsx", q: str = "", sort: str = "") -> Response:
    """The same list as a file."""
    mine, say = mine_of(request), viewer_of(request).say
    heads = (
        SheetColumn(say(Text("商品", "Goods"))), SheetColumn(say(Text("仓库", "Warehouse"))),
        SheetColumn(say(Text("库存", "Stock")), Unit.QTY),
    )  # fmt: skip
    rows = [(one.sku, one.warehouse, one.units) for one in _stock(mine, q.strip(), sort)]
    return download(
        Sheet(say(Text("库存", "Stock")), heads, rows), form, f"stock-{shell_of(request).today}", mine.viewer.writer
    )


def _stock(mine: Own, words: str, sort: str) -> list[Held]:
    rows = mine.many(("stock_units",), mine.today, mine.today, by=("sku", "warehouse"), limit=MOST_ROWS)
    found = [Held(str(row["sku_name"]), str(row["warehouse_name"]), int(row["stock_units"] or 0)) for row in rows]
    found = [
        one for one in found if all(word in f"{one.sku} {one.warehouse}".lower() for word in words.lower().split())
    ]
    order = {"most": lambda one: (-one.units, one.sku), "name": lambda one: (one.sku, one.warehouse)}
    return sorted(found, key=order.get(sort, lambda one: (one.units, one.sku, one.warehouse)))


@router.get("/settlement")
def settlement(request: Request) -> Response:
    """What the company owes; until statements are kept here, what is missing and what stands elsewhere."""
    return show(request, "settlement.html", tabs(request), mine_of(request))


router.include_router(shared(Portal("/supplier", tabs, mine_of, "supplier")))
