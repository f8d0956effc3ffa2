"""What the page of quotas shows: every open listing of a pre-sold good, what is proposed for it, and why, or why nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.supply.quota.decide import Stand
from linshu.domains.supply.quota.flow import NAME, TITLE, rules_of
from linshu.domains.supply.quota.inputs import Found, Left, find
from linshu.domains.supply.quota.words import reasons
from linshu.engine.decisions import Wanted
from linshu.engine.decisions.rules import AGREED, OPEN
from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.engine.shell.search import Findable, index
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from linshu.engine.access.scope import Scope
    from linshu.engine.decisions import Book, Policy, Proposal
    from linshu.engine.shell.asking import Shop

PAGE_ROWS = 50
USUAL = "-worth"
SORTS = ("worth", "out", "asked", "sold", "sku", "where", "ends")
KINDS = {
    "raise": Text("该调高", "To raise"),
    "lower": Text("该调低", "To lower"),
    "out": Text("会卖完", "Sells out"),
    "left": Text("没有推算", "Not reckoned"),
}
LIKELY = 0.5
EVERYWHERE = Text("全部社群", "All groups")


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    words: str = ""
    warehouse: str = ""
    kind: str = ""
    sort: str = USUAL
    page: int = 1

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed."""
        sort = self.sort if self.sort != USUAL else ""
        parts = {"q": self.words, "warehouse": self.warehouse, "kind": self.kind, "sort": sort}
        return link(parts, changes)


def asked_of(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for an order or a kind nobody knows."""
    kind, sort = choice_in(given, "kind", KINDS), order_in(given, SORTS, USUAL)
    return Asked(words_in(given), given.get("warehouse", ""), kind, sort, page_in(given))


@dataclass(frozen=True, slots=True)
class Line:
    """One open listing; pieces. Where nothing is reckoned for it, what would be reckoned is None."""

    listing_id: str
    sku_id: str
    sku: str
    where: str
    batch: str
    warehouse_ids: tuple[str, ...]
    warehouse: str
    sold: int
    quota: int | None  # None = any number
    proposed: int | None
    move: str  # raise, lower or nothing
    asked: float | None
    safe: int | None  # the most that may be sold in all; None = as many as are asked for
    out: float | None
    out_with: float | None
    worth: int
    ends: str
    why: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The listings of a moment, and the evening of the forecast behind them."""

    made_on: date | None
    lines: tuple[Line, ...]


def board(shop: Shop, day: date, policy: Policy, earlier: Iterable[Proposal], at: datetime | None = None) -> Board:
    """Every open listing as the rule sees it now."""
    found = find(shop, day, earlier, at)
    stands = (Stand(one, rules_of(policy)) for one in found.listings)
    return Board(found.made_on, (*(_line(one, found) for one in stands), *(_left(one, found) for one in found.left)))


def _line(one: Stand, found: Found) -> Line:
    listing = one.listing
    return Line(
        listing.listing_id, listing.sku_id, listing.sku, listing.where, found.batches.get(listing.batch_id, listing.batch_id),
        tuple(each.warehouse_id for each in listing.sources), "、".join(each.warehouse for each in listing.sources), listing.sold,
        listing.quota, one.quota, one.move, round(listing.asked, 1), None if one.safe is None else listing.sold + one.safe,
        round(one.out(listing.quota), 4), round(one.out(one.quota), 4), round(one.gain(one.quota)), listing.ends, reasons(one),
    )  # fmt: skip


def _left(one: Left, found: Found) -> Line:
    return Line(
        one.listing_id, one.sku_id, one.sku, one.where, found.batches.get(one.batch_id, one.batch_id), one.warehouse_ids,
        one.warehouse, one.sold, one.quota, one.quota, "", None, None, None, None, 0, one.ends, (one.why,),
    )  # fmt: skip


def within(whole: Board, shop: Shop, scope: Scope, day: date) -> Board:
    """What of it somebody may see: listings of which every warehouse and the good are theirs."""
    if not scope.restrictions():
        return whole
    rows = shop.query("forecast_units", ("sku", "warehouse"), start=day, end=day, scope=scope).rows()
    seen = {(row["sku"], row["warehouse"]) for row in rows}
    mine = (
        one
        for one in whole.lines
        if one.warehouse_ids and all((one.sku_id, home) in seen for home in one.warehouse_ids)
    )
    return Board(whole.made_on, tuple(mine))


def chosen(whole: Board, asked: Asked) -> list[Line]:
    """The lines as asked for, without paging; what is not reckoned stands last."""
    found = [one for one in whole.lines if asked.warehouse in ("", *one.warehouse_ids) and _is(one, asked.kind)]
    if asked.words:
        things = [Findable(sku, Text(name, name)) for sku, name in {one.sku_id: one.sku for one in found}.items()]
        named = {one.key for one in index(things).find(asked.words, limit=len(things))}
        found = [one for one in found if one.sku_id in named]
    name, down = asked.sort.lstrip("-"), asked.sort.startswith("-")
    told = [one for one in found if getattr(one, name) is not None]
    told.sort(key=lambda one: (getattr(one, name), one.out or 0.0, one.asked or 0.0, one.listing_id), reverse=down)
    return told + [one for one in found if getattr(one, name) is None]


def _is(one: Line, kind: str) -> bool:
    if kind == "left":
        return one.asked is None
    if kind == "out":
        return one.out is not None and one.out >= LIKELY
    return kind in ("", one.move)


def counts(whole: Board) -> dict[str, int]:
    """How many lines are of each kind."""
    return {kind: sum(_is(one, kind) for one in whole.lines) for kind in KINDS}


def warehouses(whole: Board) -> list[tuple[str, str]]:
    """The warehouses of the list, by name."""
    names = {one.warehouse_ids[0]: one.warehouse for one in whole.lines if len(one.warehouse_ids) == 1}
    return sorted(names.items(), key=lambda pair: pair[1])


def proposed(book: Book, day: date) -> dict[str, Proposal]:
    """The day's proposal about each listing, as far as its reader may see it; the newest where there are several."""
    rows, _ = book.page(
        Wanted((NAME,), tuple(sorted(OPEN | AGREED)), day, day, sort="changed", ascending=True, limit=1000)
    )
    return {line["listing_id"]: one for one in rows for line in one.lines}


def sheet(found: Sequence[Line], say: Callable[[Text], str]) -> Sheet:
    """The list as a file."""
    heads: tuple[tuple[Text, Unit | None], ...] = (
        (Text("上架编号", "Listing id"), None), (Text("商品编号", "SKU id"), None), (Text("商品", "SKU"), None),
        (Text("卖到哪里", "Where"), None), (Text("团期", "Batch"), None), (Text("发货仓", "Sent from"), None), (Text("截单", "Cut-off"), None),
        (Text("已卖", "Sold so far"), Unit.QTY), (Text("现在的配额", "Quota now"), Unit.QTY), (Text("建议配额", "Quota proposed"), Unit.QTY),
        (Text("截单前还要（估计）", "Still expected (estimate)"), Unit.QTY), (Text("最多送得到", "At most can be brought"), Unit.QTY),
        (Text("现在卖完的可能", "Sells out, now"), Unit.RATIO), (Text("改后卖完的可能", "Sells out, then"), Unit.RATIO),
        (Text("值多少", "Worth"), Unit.FEN), (Text("为什么", "Why"), None),
    )  # fmt: skip
    rows = [
        (
            one.listing_id, one.sku_id, one.sku, one.where or say(EVERYWHERE), one.batch, one.warehouse, one.ends, one.sold, one.quota,
            one.proposed if one.move else None, one.asked, one.safe, one.out, one.out_with, one.worth,
            say(Text("；", "; ")).join(map(say, one.why)),
        )
        for one in found
    ]  # fmt: skip
    return Sheet(say(TITLE), tuple(SheetColumn(say(title), unit) for title, unit in heads), rows)
