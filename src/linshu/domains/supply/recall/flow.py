"""A recall from the numbers to the ledger: preview, proposal, and what leaves when it is approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linshu.domains.supply.recall import decide, inputs
from linshu.engine.decisions import Column, Draft, Effect, Kind, Policy
from linshu.engine.decisions.book import Wanted
from linshu.engine.decisions.rules import STATE_TITLES
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linshu.domains.supply.recall.decide import Bill, Buyer, Held, Window
    from linshu.domains.supply.recall.inputs import Lot
    from linshu.engine.decisions import Book, Proposal
    from linshu.engine.shell.asking import Shop

NAME = "recall"
TITLE = Text("召回问题批次", "Recall a bad batch")
BASES: dict[decide.Basis, Text] = {
    "packed": Text("包裹记了批次，确定", "the parcel names the lot: certain"),
    "sales": Text("按出库记录的批次推算的日子", "by the days on which sales named the lot"),
    "fifo": Text("出库没记批次，按先进先出推算的日子", "sales name no lot: by days, oldest first"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """What a recall would do: where the lot lies, who may have got it, what it comes to."""

    lot: Lot
    held: tuple[Held, ...]
    windows: tuple[Window, ...]
    buyers: tuple[Buyer, ...]
    bill: Bill
    others_left: bool  # whether other lots of the SKU lie in the same warehouses


def preview(shop: Shop, lot_id: str, today: date) -> Preview:
    """What a recall of this lot would do, by the data as it is now."""
    lot = inputs.one(shop, lot_id)
    moved, left = inputs.moves(shop, lot), tuple(inputs.held(shop, lot))
    found = decide.windows(lot.lot, moved)
    listed = decide.buyers(lot.lot, found, inputs.bought(shop, lot, found, today), inputs.packed(shop, lot))
    homes = {one.warehouse for one in left}
    on_hand = sum(one.qty for one in moved if one.warehouse in homes)
    return Preview(lot, left, found, listed, decide.bill(left, listed), on_hand > sum(one.qty for one in left))


def draft(seen: Preview, today: date) -> Draft:
    """The recall as a proposal that waits for whoever approves such."""
    lot, found = seen.lot, seen.bill
    goods, supplier = {"lot": lot.lot, "sku": lot.sku}, lot.supplier_name
    lines = tuple(
        {"warehouse": one.name, "units": max(one.qty, 0), "left": max(one.value, 0), "words": "", "id": one.warehouse}
        | goods
        for one in seen.held
    ) or ({"warehouse": "", "units": 0, "left": 0, "words": "", "id": ""} | goods,)
    return Draft(
        NAME, f"lot:{lot.lot}", Text(f"召回 {lot.sku_name} 批次 {lot.name}", f"Recall {lot.sku_name}, batch {lot.name}"), today, lines,
        (
            Text(f"还有 {found.units_left} 件在仓", f"{found.units_left} are still in stock"),
            Text(
                f"涉及 {found.orders} 单、{found.members} 位会员，可能买到 {found.units_sold} 件",
                f"{found.orders} orders of {found.members} members, who may have got {found.units_sold}",
            ),
            Text(
                f"应退 {found.refunds / 100:,.2f} 元；向{supplier or '供应商'}追回 {found.whole / 100:,.2f} 元",
                f"{found.refunds / 100:,.2f} yuan to refund; {found.whole / 100:,.2f} to recover from {supplier or 'the supplier'}",
            ),
        ),
        found.whole, found.refunds,
        inputs={
            "lot": lot.lot, "name": lot.name, "sku": lot.sku, "sku_name": lot.sku_name, "supplier": lot.supplier,
            "supplier_name": lot.supplier_name, "left": found.left, "refunds": found.refunds,
            "warehouses": [f"{one.warehouse} × {one.qty}" for one in seen.held],
            "windows": [f"{one.warehouse} {one.first}–{one.last or ''} {one.basis}" for one in seen.windows],
            "orders": [
                f"{one.bought.order}/{one.bought.line} × {one.bought.qty} {one.bought.refund} {one.basis}" for one in seen.buyers
            ],
        },
    )  # fmt: skip


def written(made: Draft) -> dict[str, Any]:
    """A proposal as plain values, for whoever keeps the ledger in another process."""
    texts = {"title": [made.title.zh, made.title.en], "reasons": [[one.zh, one.en] for one in made.reasons]}
    return {
        "subject": made.subject, "day": made.day.isoformat(), "lines": [dict(one) for one in made.lines], "value": made.value,
        "cost": made.cost, "inputs": dict(made.inputs), **texts,
    }  # fmt: skip


def read_draft(given: Mapping[str, Any]) -> Draft:
    """The proposal that `written` wrote."""
    return Draft(
        NAME, given["subject"], Text(*given["title"]), date.fromisoformat(given["day"]), tuple(given["lines"]),
        tuple(Text(*one) for one in given["reasons"]), given["value"], given["cost"], inputs=given["inputs"],
    )  # fmt: skip


def worth_of(_lines: tuple[Mapping[str, Any], ...], given: Mapping[str, Any], _policy: Policy) -> tuple[int, int]:
    """Words change no amount."""
    return given["left"] + given["refunds"], given["refunds"]


def apply(proposal: Proposal) -> tuple[Effect, ...]:
    """Stop the sale, take the lot off the shelves, call the buyers, ask the supplier."""
    return _effects(proposal, "stop_sale", "open")


def undo(proposal: Proposal) -> tuple[Effect, ...]:
    """Sell again; what was asked of people is called back."""
    return _effects(proposal, "resume_sale", "withdraw")


def lot_of(proposal: Proposal) -> str:
    """The lot a proposal is about; those of earlier versions say it in their subject alone."""
    return str(proposal.lines[0].get("lot") or proposal.subject.removeprefix("lot:"))


def earlier(book: Book, lot: str) -> tuple[Proposal, ...]:
    """The recalls of a lot that were proposed so far, the newest first."""
    wanted = Wanted((NAME,), tuple(STATE_TITLES), words=lot, sort="changed")
    return tuple(one for one in book.page(wanted)[0] if lot_of(one) == lot)


def _effects(proposal: Proposal, sale: str, what: str) -> tuple[Effect, ...]:
    lot = lot_of(proposal)
    safe = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in lot)[:80]
    content = {
        "do": sale, "stock_batch_id": lot, "proposal": proposal.proposal_id, "title": proposal.title.zh,
        "sku_id": proposal.lines[0].get("sku", ""), "warehouses": [line["warehouse"] for line in proposal.lines if line["warehouse"]],
        "warehouse_ids": [line["id"] for line in proposal.lines if line.get("id")],
    }  # fmt: skip
    tasks = (
        ("dispatch", Text(f"封存 {proposal.title.zh}", f"Set apart: {proposal.title.en}")),
        ("operator", Text(f"通知买家并退款：{proposal.title.zh}", f"Tell the buyers and refund: {proposal.title.en}")),
        ("buyer", Text(f"向供应商追回：{proposal.title.zh}", f"Recover from the supplier: {proposal.title.en}")),
    )
    return (
        Effect("file", "recall", proposal.title.zh, {"name": f"{sale}-{safe}.json", "content": content}),
        *(Effect("work_order", role, title.zh, _body(proposal, role, title, what)) for role, title in tasks),
    )


def _body(proposal: Proposal, part: str, title: Text, what: str) -> dict[str, Any]:
    lot = lot_of(proposal)
    asked = (
        *(reason.zh for reason in proposal.reasons),
        *(str(line["words"]) for line in proposal.lines if line["words"]),
    )
    return {
        "do": what, "proposal": proposal.proposal_id, "part": part, "title_zh": title.zh, "title_en": title.en,
        "words": "\n".join((*asked, f"/recall/{quote(lot, safe='')}")), "lot": lot,
    }  # fmt: skip


KIND = Kind(
    NAME,
    TITLE,
    columns=(
        Column("warehouse", Text("仓库", "Warehouse")),
        Column("units", Text("在仓件数", "Units left"), "count"),
        Column("left", Text("在仓成本", "At cost"), "fen"),
        Column("words", Text("交代", "Instructions"), editable=True, longest=200),
    ),
    roles=frozenset({"operator", "buyer", "dispatch"}),
    apply=apply,
    undo=undo,
    worth=worth_of,
    policy=Policy(open_days=7),
    numbers={
        "lot": Text("批次编号", "Batch id"),
        "name": Text("批号", "Batch"),
        "sku": Text("商品编号", "SKU id"),
        "sku_name": Text("商品", "SKU"),
        "supplier": Text("供应商编号", "Supplier id"),
        "supplier_name": Text("供应商", "Supplier"),
        "refunds": Text("应退（分）", "To refund, fen"),
        "warehouses": Text("在仓", "In stock"),
        "windows": Text("哪些天卖的可能是它", "Days on which it may have been sold"),
        "orders": Text("可能买到的订单", "Orders that may have got it"),
    },
    gain=Text("向供应商追回", "To recover from the supplier"),
)
