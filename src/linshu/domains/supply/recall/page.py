"""The pages of recalls: find a lot, see what taking it back would do, propose it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from linshu.domains.supply.recall import flow, inputs
from linshu.engine.decisions.rules import AGREED, OPEN, STATE_TITLES
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of, work_book_of
from linshu.engine.shell.gate import needs, sees_all
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.engine.work.rules import STATE_TITLES as ORDER_STATES
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.domains.supply.recall.flow import Preview

# A recall is about every buyer there is: nothing of it can be cut to somebody's own rows.
router = APIRouter(
    prefix="/recall", include_in_schema=False, dependencies=[Depends(needs("figures.read")), Depends(sees_all)]
)
FOLDER = "domains/supply/recall"
PAGE_ROWS = 50


@router.get("")
def recalls(request: Request) -> Response:
    """Lots found by SKU, supplier or lot number, the newest first."""
    asked, size = inputs.read(request.query_params), inputs.PAGE_ROWS
    find = partial(inputs.find, shell_of(request).shop)
    found, among = find(asked, size, (asked.page - 1) * size)
    if not found and asked.page > 1:  # a page past the last one is the last one
        _, among = find(asked, 1)
        asked = replace(asked, page=max(1, -(-among // size)))
        found, among = find(asked, size, (asked.page - 1) * size)
    return render(
        request, f"{FOLDER}/find.html", title=flow.TITLE, asked=asked, rows=found, among=among, pages=-(-among // size), QTY=Unit.QTY,
    )  # fmt: skip


@router.get("/export", dependencies=[Depends(exports)])
def export_lots(request: Request, form: str = "xlsx") -> Response:
    """The lots of the list as a file: the same words and order, every row."""
    shell, viewer = shell_of(request), viewer_of(request)
    found, _ = inputs.find(shell.shop, inputs.read(request.query_params), inputs.MOST_IN_FILE)
    heads = (
        (Text("批次编号", "Batch id"), None), (Text("批号", "Lot number"), None), (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None),
        (Text("供应商编号", "Supplier id"), None), (Text("供应商", "Supplier"), None), (Text("生产日", "Produced"), None), (Text("到期日", "Expires"), None),
        (Text("到货件数", "Received"), Unit.QTY), (Text("还在仓", "Left"), Unit.QTY),
    )  # fmt: skip
    rows = [
        (one.lot, one.name, one.sku, one.sku_name, one.supplier, one.supplier_name, _day(one.produced_on),
         _day(one.expires_on), one.received_qty, one.left_qty)
        for one in found
    ]  # fmt: skip
    title = viewer.say(Text("库存批次", "Stock batches"))
    sheet = Sheet(title, tuple(SheetColumn(viewer.say(head), unit) for head, unit in heads), rows)
    return download(sheet, form, f"stock-batches-{shell.today}", viewer.writer)


@router.get("/{lot}")
def one(request: Request, lot: str, page: int = 1) -> Response:
    """What taking one lot back would do."""
    seen = _preview(request, lot)
    number = max(page, 1)
    begin = (number - 1) * PAGE_ROWS
    viewer = viewer_of(request)
    before = flow.earlier(shell_of(request).ledger.book(viewer.user.job.menu, viewer.scope), seen.lot.lot)
    work = work_book_of(request)
    names = {home.warehouse: home.name for home in seen.held} | _names(request, seen)
    return render(
        request, f"{FOLDER}/one.html", title=flow.TITLE, seen=seen, lot=seen.lot, names=names, bases=flow.BASES,
        rows=seen.buyers[begin : begin + PAGE_ROWS], page_number=number, pages=-(-len(seen.buyers) // PAGE_ROWS),
        may=viewer.may("proposals.decide"), before=before, runs=any(each.state in OPEN | AGREED for each in before), states=STATE_TITLES,
        orders={each.proposal_id: work.all_of("proposal", each.proposal_id) for each in before}, order_states=ORDER_STATES, address=f"/recall/{quote(lot, safe='')}", QTY=Unit.QTY, FEN=Unit.FEN,
        COUNT=Unit.COUNT,
    )  # fmt: skip


@router.get("/{lot}/export", dependencies=[Depends(exports)])
def export(request: Request, lot: str, form: str = "xlsx") -> Response:
    """The buyers and what is to be refunded, by the ids of orders and members alone."""
    seen, viewer = _preview(request, lot), viewer_of(request)
    say = viewer.say
    heads = (
        (Text("订单号", "Order"), None), (Text("行号", "Line"), None), (Text("会员编号", "Member id"), None), (Text("社群", "Group"), None),
        (Text("团长", "Leader"), None), (Text("支付日", "Day paid"), None), (Text("件数", "Units"), Unit.QTY), (Text("实付", "Paid"), Unit.FEN),
        (Text("已退", "Refunded"), Unit.FEN), (Text("应退", "To refund"), Unit.FEN), (Text("依据", "Why listed"), None),
    )  # fmt: skip
    rows = [
        (one.bought.order, one.bought.line, one.bought.member, one.bought.community, one.bought.leader, str(one.bought.paid_on),
         one.bought.qty, one.bought.paid, one.bought.refunded, one.bought.refund, say(flow.BASES[one.basis]))
        for one in seen.buyers
    ]  # fmt: skip
    note = Text(f"批次 {seen.lot.name}，{seen.lot.sku_name}", f"Batch {seen.lot.name}, {seen.lot.sku_name}")
    sheet = Sheet(say(flow.TITLE), tuple(SheetColumn(say(head), unit) for head, unit in heads), rows, (say(note),))
    return download(sheet, form, f"recall-{shell_of(request).today}", viewer.writer)


@router.post("/{lot}", dependencies=[Depends(needs("proposals.decide"))])
def propose(request: Request, lot: str) -> Response:
    """Puts the recall before whoever approves such; nothing is stopped until then."""
    shell, seen = shell_of(request), _preview(request, lot)
    made = flow.draft(seen, shell.today)
    return RedirectResponse(f"/inbox/{shell.ledger.put(made, actor_of(request))}", status_code=303)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _preview(request: Request, lot: str) -> Preview:
    shell = shell_of(request)
    shop, today = shell.shop, shell.today
    found: Preview = shell.parts.get(("recall", lot, today), shop.data_version, partial(flow.preview, shop, lot, today))
    return found


def _names(request: Request, seen: Preview) -> dict[str, str]:
    """What the warehouses are called whose stock of the lot is gone."""
    homes = tuple(one.warehouse for one in seen.windows)
    if not homes:
        return {}
    sql = f"SELECT warehouse_id, name FROM dim_warehouse WHERE warehouse_id IN ({', '.join('?' for _ in homes)})"
    rows = shell_of(request).shop.read(sql, homes).to_pylist()
    return {row["warehouse_id"]: row["name"] or row["warehouse_id"] for row in rows}
