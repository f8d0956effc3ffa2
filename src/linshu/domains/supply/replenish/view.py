"""What the buyer's page shows: today's purchase orders out of the ledger, line by line with their reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from linshu.domains.supply.replenish.advise import AMPLE, house_of, reasons
from linshu.domains.supply.replenish.flow import (
    NAME,
    advice_of,
    cases_of,
    least_of,
    morning,
    short_of,
    shortages,
    subject_of,
    together,
)
from linshu.domains.supply.replenish.inputs import Read, read
from linshu.engine.decisions import Wanted
from linshu.engine.decisions.rules import OPEN
from linshu.engine.shell.listing import choice_in, link, order_in, page_in, words_in
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from linshu.domains.supply.replenish.advise import Advice, House
    from linshu.domains.supply.replenish.case import Case
    from linshu.engine.access.scope import Scope
    from linshu.engine.decisions import Book, Policy, Proposal
    from linshu.engine.shell.asking import Shop

SORTS = ("missing", "value", "cost", "lines", "title")
TABS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "": (Text("待定", "To decide"), tuple(sorted(OPEN))),
    "done": (Text("已下单", "Ordered"), ("approved", "applied", "measured", "scored")),
    "no": (Text("没下", "Not ordered"), ("rejected", "expired", "undone")),
}
PIECES = ("missing", "missing_with", "wasted")
MOST = 2_000  # purchase orders of one list
FOUND = 40  # goods a question "why nothing" answers about


PAGE_ROWS = 50
GOODS = "SELECT sku_id, coalesce(name, sku_id) AS name FROM dim_sku"


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as the address asks for it."""

    tab: str = ""
    words: str = ""
    warehouse: str = ""
    sort: str = "-missing"
    page: int = 1

    def address(self, **changes: str | None) -> str:
        """The page's address with some parts changed; the first page of it unless another is named."""
        parts = {
            "tab": self.tab, "q": self.words, "warehouse": self.warehouse,
            "sort": self.sort if self.sort != "-missing" else "",
        }  # fmt: skip
        return link(parts, changes)


def asked_of(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for what nobody knows."""
    tab, sort = choice_in(given, "tab", TABS), order_in(given, SORTS, "-missing")
    return Asked(tab, words_in(given), given.get("warehouse", ""), sort, page_in(given))


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase order of the list; pieces are expected ones, estimates."""

    proposal: Proposal
    lines: int
    missing: float
    missing_with: float
    wasted: float
    urgent: str  # the good of which most would be missing

    @property
    def value(self) -> int:
        """Fen it is better than the rule used before."""
        return self.proposal.value

    @property
    def cost(self) -> int:
        """What it costs, fen."""
        return self.proposal.cost

    @property
    def title(self) -> str:
        """What it is sorted by."""
        return self.proposal.title.zh


def orders(book: Book, asked: Asked) -> list[Order]:
    """The purchase orders as asked for, within the viewer's scope."""
    rows, _ = book.page(Wanted((NAME,), TABS[asked.tab][1], words="", limit=MOST))
    found = [_order(one) for one in rows if asked.warehouse in ("", one.place.warehouse)]
    words = asked.words.casefold()
    if words:
        found = [one for one in found if mentions(one.proposal, words)]
    return sorted(
        found, key=lambda one: (getattr(one, asked.sort.lstrip("-")), one.proposal.proposal_id),
        reverse=asked.sort.startswith("-"),
    )  # fmt: skip


def _order(one: Proposal) -> Order:
    lines = [line for line in one.lines if line["boxes"]]
    worst = max(lines, key=lambda line: line["missing"], default=None)
    missing, missing_with, wasted = (sum(float(line[name]) for line in lines) for name in PIECES)
    urgent = worst["sku"] if worst and worst["missing"] >= 1 else ""
    return Order(one, len(lines), missing, missing_with, wasted, urgent)


def mentions(one: Proposal, words: str) -> bool:
    """Whether its title or one of its goods is called so; the words are folded."""
    said = (one.title.zh, one.title.en, *(text for line in one.lines for text in (line["sku"], line["sku_id"])))
    return any(words in each.casefold() for each in said)


def explained(book: Book, one: Proposal, policy: Policy) -> dict[str, tuple[Text, ...]]:
    """Why each line is as it is, by SKU, from the frozen numbers under the policy of its day."""
    frozen = book.inputs(one.proposal_id)
    told = advice_of(cases_of(frozen), house_of(policy.own), frozen["least"], short_of(frozen))
    return {each.case.sku_id: reasons(each) for each in told}


@dataclass(frozen=True, slots=True)
class Why:
    """What the rule says about one good at one warehouse today, beside all others, and which numbers it used."""

    sku_id: str
    sku: str
    warehouse: str
    supplier: str
    on_hand: int | None  # of a good that is never ordered nothing is reckoned
    on_way: int | None
    day: float | None  # expected demand of today
    boxes: int
    pack: int
    why: tuple[Text, ...]


def why(  # noqa: PLR0913 - who asks what of which morning, or later
    shop: Shop,
    scope: Scope,
    day: date,
    policy: Policy,
    earlier: Iterable[Proposal],
    words: str,
    *,
    at: datetime | None = None,
) -> tuple[date | None, list[Why]]:
    """The goods found by words, each with what the rule says about it beside all others; and the evening of the forecast."""
    found = read(shop, day, tuple(one for one in earlier if one.day < day), at=at)
    wanted = words.casefold().strip()
    seen = {
        (row["sku"], row["warehouse"])
        for row in shop.query("forecast_units", ("sku", "warehouse"), start=day, end=day, scope=scope).rows()
    }
    cases = [
        one for one in found.cases
        if (one.sku_id, one.warehouse_id) in seen and (wanted in one.sku.casefold() or wanted == one.sku_id.casefold())
    ][:FOUND]  # fmt: skip
    house = house_of(policy.own)
    told = [_told(one) for one in _advised(found, day, cases, house)]
    known = {one.sku_id for one in cases}
    goods = shop.read(GOODS).to_pylist() if found.made_on else []
    others = [
        Why(one["sku_id"], one["name"], "—", "—", None, None, None, 0, 1, (_never(one["sku_id"], found),))
        for one in sorted(goods, key=lambda one: (one["name"], one["sku_id"]))
        if one["sku_id"] not in known and (wanted in one["name"].casefold() or wanted == one["sku_id"].casefold())
    ]
    return found.made_on, (told + others)[:FOUND]


def _advised(found: Read, day: date, cases: Sequence[Case], house: House) -> list[Advice]:
    """Advice for these goods, beside all others of their supplier and under the limits of the day."""
    asked, short_at = {(one.sku_id, one.warehouse_id) for one in cases}, shortages(found, house)
    orders = together(found.cases)
    told = [
        one
        for key in together(cases)
        for one in advice_of(orders[key], house, least_of(found, orders[key][0]), short_at.get(key[1], AMPLE))
        if (one.case.sku_id, one.case.warehouse_id) in asked
    ]
    if not house.budget:
        return told
    paid = {one.subject for one in morning(found, day, house)}
    return [
        replace(one, boxes=0, free=one.boxes, held=("money",))
        if one.boxes and subject_of(one.case) not in paid
        else one
        for one in told
    ]


def _never(sku: str, found: Read) -> Text:
    """Why nothing at all is reckoned for a good."""
    return found.left_out.get(sku) or Text(
        "您能看的仓里没有它的销量预测：近四周没有卖出，也没有上架",
        "there is no forecast of it in the warehouses you see: neither sold nor on offer within four weeks",
    )


def _told(one: Advice) -> Why:
    case = one.case
    return Why(
        case.sku_id, case.sku, case.warehouse, case.supplier, case.on_hand, case.on_way, case.ahead[0], one.boxes,
        case.pack, reasons(one),
    )  # fmt: skip


def warehouses(found: Sequence[Order], shop: Shop) -> list[tuple[str, str]]:
    """The warehouses of the list, by name."""
    names = {
        row["warehouse_id"]: row["name"]
        for row in shop.read("SELECT warehouse_id, name FROM dim_warehouse").to_pylist()
    }
    ids = {one.proposal.place.warehouse for one in found}
    return sorted(((one, names.get(one) or one) for one in ids), key=lambda pair: pair[1])
