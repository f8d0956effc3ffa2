"""The buyer's page: what to order today, from whom, why; ordered, put off or refused in bulk; and why nothing of a good."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from linshu.domains.supply.replenish import morning, view
from linshu.domains.supply.replenish.came import came
from linshu.domains.supply.replenish.flow import KIND, NAME, TITLE, order_rows
from linshu.domains.supply.replenish.inputs import TRANSFER, transfer_rows
from linshu.engine.decisions.outcome import HOW_WORDS
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.acting import actor_of, exports
from linshu.engine.shell.context import shell_of, viewer_of
from linshu.engine.shell.gate import needs
from linshu.engine.shell.pages import render
from linshu.engine.shell.sheet import Sheet, SheetColumn, download
from linshu.kernel.errors import Missing, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linshu.domains.supply.replenish.morning import Beside
    from linshu.engine.decisions import Book, Done
    from linshu.engine.decisions.rules import Act

router = APIRouter(prefix="/replenish", include_in_schema=False, dependencies=[Depends(needs("proposals.decide"))])
FOLDER = "domains/supply/replenish"
ACTS: dict[str, Act] = {
    "approve": "approve",
    "reject": "reject",
    "snooze": "snooze",
    "reopen": "reopen",
    "undo": "undo",
}
LATER = timedelta(hours=2)


def _book(request: Request) -> Book:
    viewer = viewer_of(request)
    return shell_of(request).ledger.book(viewer.user.job.menu, viewer.scope)


@router.get("")
def orders(request: Request) -> Response:
    """Today's purchase orders."""
    return _list(request)


def _list(request: Request, said: Done | None = None) -> Response:
    shell, viewer, book, asked = (
        shell_of(request),
        viewer_of(request),
        _book(request),
        view.asked_of(request.query_params),
    )
    every = view.orders(book, view.Asked(tab=asked.tab))
    found = view.orders(book, asked)
    lines, pages = sum(one.lines for one in found), -(-len(found) // view.PAGE_ROWS)
    asked = replace(asked, page=max(1, min(asked.page, pages)))  # the last page may be gone with what stood on it
    return render(
        request,
        f"{FOLDER}/orders.html",
        asked=asked,
        tabs=view.TABS,
        orders=found[(asked.page - 1) * view.PAGE_ROWS : asked.page * view.PAGE_ROWS],
        total=len(found),
        pages=pages,
        any=bool(every),
        ordered=not every and any(one.proposal.day == shell.today for one in view.orders(book, view.Asked(tab="done"))),
        warehouses=view.warehouses(every, shell.shop),
        lines=lines,
        whole={
            name: sum(getattr(one, name) for one in found)
            for name in ("cost", "value", "missing", "missing_with", "wasted")
        },
        beside=morning.beside(shell.ledger, book, asked),
        earned=morning.earned(shell.ledger, book, shell.today, viewer.scope),
        may_read=viewer.may("figures.read"),
        HOW=HOW_WORDS,
        local=shell.settings.day.local,
        said=said,
        newest=max((one.proposal.day for one in every), default=None),
        today=shell.today,
        may_run=viewer.may("jobs.run"),
        FEN=Unit.FEN,
        QTY=Unit.QTY,
        COUNT=Unit.COUNT,
    )


@router.post("")
async def act(request: Request) -> Response:
    """One act on the orders that were picked, or on all of the list."""
    form = await request.form()
    word, book = str(form.get("act", "")), _book(request)
    if word not in ACTS:
        raise Misused(Text("不知道要做什么", "it is not said what to do"))
    asked = view.asked_of(request.query_params)
    picked = [str(one) for one in form.getlist("mark")]
    if form.get("every"):
        picked = [one.proposal.proposal_id for one in view.orders(book, asked)]
    if not picked:
        raise Misused(Text("没有选中任何一单", "nothing is picked"), mend=Text("请先勾选。", "Tick some first."))
    shell = shell_of(request)
    until = shell.now() + LATER if word == "snooze" else None
    return _list(
        request,
        shell.ledger.decide(actor_of(request), book, ACTS[word], picked, why=str(form.get("why", "")), until=until),
    )


@router.get("/lines/{proposal_id}")
def lines(request: Request, proposal_id: str) -> Response:
    """The lines of one order, each with its reasons."""
    shell, book = shell_of(request), _book(request)
    one = book.find(proposal_id)
    if one.kind != NAME:
        raise Missing(Text("这条建议不是订货", "this proposal is not an order"))
    policy = shell.ledger.policies.at(NAME, one.policy_version)
    return render(
        request,
        f"{FOLDER}/parts/lines.html",
        one=one,
        why=view.explained(book, one, policy),
        came=came(shell.shop, one),
        FEN=Unit.FEN,
        QTY=Unit.QTY,
    )


@router.get("/why")
def why(request: Request) -> Response:
    """What the rule says about any good: also why it is not ordered."""
    shell, viewer, words = shell_of(request), viewer_of(request), request.query_params.get("q", "").strip()[:80]
    ledger = shell.ledger
    made_on, found = (
        view.why(
            shell.shop,
            viewer.scope,
            shell.today,
            ledger.policies.current(NAME),
            ledger.carried(KIND, shell.today),
            words,
            at=shell.clock,
        )
        if words
        else (None, [])
    )
    return render(
        request, f"{FOLDER}/why.html", words=words, made_on=made_on, found=found, most=view.FOUND, QTY=Unit.QTY
    )


@router.get("/export", dependencies=[Depends(exports)])
def export(request: Request, form: str = "xlsx", what: Literal["purchase", "transfer"] = "purchase") -> Response:
    """The purchase orders of the list, or the transfers beside it, line by line, as a file one can send or import."""
    shell, viewer, asked = shell_of(request), viewer_of(request), view.asked_of(request.query_params)
    say = viewer.say
    if what == "transfer":
        sheet = transfers(morning.beside(shell.ledger, _book(request), asked), say)
        return download(sheet, form, f"transfer-orders-{shell.today}", viewer.writer)
    found = view.orders(_book(request), asked)
    heads = (
        (Text("采购单号", "Purchase order"), None, "purchase_order_id"), (Text("供应商编号", "Supplier id"), None, "supplier_id"),
        (Text("订货", "Order"), None, "title"), (Text("收货仓编号", "Warehouse id"), None, "warehouse_id"),
        (Text("订货日", "Ordered on"), None, "ordered_date"), (Text("预计到货", "Expected"), None, "expected_date"),
        (Text("商品编号", "SKU id"), None, "sku_id"), (Text("商品", "SKU"), None, "sku"), (Text("箱数", "Boxes"), Unit.COUNT, "boxes"),
        (Text("每箱", "In a box"), Unit.QTY, "pack_qty"), (Text("件数", "Pieces"), Unit.QTY, "ordered_qty"),
        (Text("进价", "Price"), Unit.FEN, "unit_price_fen"),
    )  # fmt: skip
    rows = [
        tuple(say(one.proposal.title) if name == "title" else row[name] for _, _, name in heads)
        for one in found
        for row in order_rows(one.proposal)
    ]
    sheet = Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit, _ in heads), rows)
    return download(sheet, form, f"purchase-orders-{shell.today}", viewer.writer)


def transfers(parts: Sequence[Beside], say: Callable[[Text], str]) -> Sheet:
    """The transfer orders, line by line."""
    heads = (
        (Text("调拨单号", "Transfer order"), None, "transfer_order_id"), (Text("调出仓编号", "From warehouse"), None, "from_warehouse_id"),
        (Text("调入仓编号", "To warehouse"), None, "to_warehouse_id"), (Text("下单日", "Ordered on"), None, "ordered_date"),
        (Text("商品编号", "SKU id"), None, "sku_id"), (Text("商品", "SKU"), None, "sku"), (Text("件数", "Pieces"), Unit.QTY, "ordered_qty"),
    )  # fmt: skip
    orders = [one for part in parts if part.kind.name == TRANSFER for one in part.rows]
    rows = [tuple(row[name] for _, _, name in heads) for one in orders for row in transfer_rows(one)]
    return Sheet(
        say(Text("调拨单", "Transfer orders")), tuple(SheetColumn(say(title), unit) for title, unit, _ in heads), rows
    )
