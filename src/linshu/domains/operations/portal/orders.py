"""The orders of a leader's groups as a list: which are meant, found by words, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import choice_in, link, page_in, words_in
from linshu.kernel.text import Text
from linshu.standard import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.domains.operations.portal.own import Own

PAGE_ROWS = 8
SPANS: dict[str, tuple[Text, int, int]] = {  # how many days ago it begins and ends
    "": (Text("今天", "Today"), 0, 0),
    "yesterday": (Text("昨天", "Yesterday"), 1, 1),
    "week": (Text("近7天", "7 days"), 6, 0),
    "month": (Text("近30天", "30 days"), 29, 0),
}
REFUNDED = "refunded"
STATES: dict[str, Text] = {
    "": Text("全部", "All"),
    **{str(one.value): one.title for one in table("orders").column("status").choices},
    REFUNDED: Text("有退款", "Refunded"),
}
TONES = {"paid": "good", "closed": "", "placed": "warn", "cancelled": "bad"}
SORTS: dict[str, Text] = {"": Text("最新", "Latest"), "amount": Text("金额大", "Largest")}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as its address asks for it."""

    span: str = ""
    state: str = ""
    sort: str = ""
    words: str = ""
    page: int = 1

    def address(self, **changes: str) -> str:
        """The address with some parts changed; a change begins at page 1."""
        return link({"when": self.span, "state": self.state, "sort": self.sort, "q": self.words}, changes, "?")

    def days(self, today: date) -> tuple[date, date]:
        """The company days that are meant."""
        _, first, last = SPANS[self.span]
        return today - timedelta(days=first), today - timedelta(days=last)


@dataclass(frozen=True, slots=True)
class Line:
    """One good of an order."""

    name: str
    units: str
    paid: str


@dataclass(frozen=True, slots=True)
class Row:
    """One order as the list shows it."""

    order_id: str
    placed: str
    member: str
    community: str
    paid: str
    refunded: str
    state: Text
    tone: str
    delivery: str
    units: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    rows: tuple[Row, ...]
    total: int
    pages: int
    whole: bool  # False where there are more orders than one list takes


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address; Misused for one that does not exist."""
    when, state = choice_in(params, "when", SPANS), choice_in(params, "state", STATES)
    return Asked(when, state, choice_in(params, "sort", SORTS), words_in(params), page_in(params))


def listed(mine: Own, asked: Asked, most: int) -> Listed:
    """The orders that are meant, all of them one's own: rows behind the figure of orders placed."""
    start, end = asked.days(mine.today)
    orders = mine.rows("placed_orders", start, end)
    lines = _lines(mine, orders, start, end)
    members = mine.names("dim_member", "member_id", (one["member_id"] for one in orders))
    found = [one for one in orders if _is_meant(one, asked, members, lines.get(one["order_id"], ()))]
    found.sort(key=lambda one: (one["paid_fen"] if asked.sort else 0, one["placed_at"], one["order_id"]), reverse=True)
    shown = found[(asked.page - 1) * PAGE_ROWS : asked.page * PAGE_ROWS]
    groups = mine.names("dim_community", "community_id", (one["community_id"] for one in shown))
    rows = tuple(_row(mine, one, members, groups, lines.get(one["order_id"], ())) for one in shown)
    return Listed(rows, len(found), max(1, -(-len(found) // PAGE_ROWS)), len(orders) < most)


def _lines(mine: Own, orders: Sequence[Mapping[str, Any]], start: date, end: date) -> Mapping[str, tuple[Line, ...]]:
    """The paid goods of each order; what was placed on a day may have been paid a day later."""
    if not orders:
        return {}
    raw = mine.rows("order_lines", start, min(end + timedelta(days=1), mine.today))
    goods, writer = mine.names("dim_sku", "sku_id", (one["sku_id"] for one in raw)), mine.viewer.writer
    found: dict[str, tuple[Line, ...]] = {}
    for one in raw:
        line = Line(
            goods.get(one["sku_id"], one["sku_id"]),
            writer.full(one["qty"], Unit.QTY),
            writer.full(one["paid_fen"], Unit.FEN),
        )
        found[one["order_id"]] = (*found.get(one["order_id"], ()), line)
    return found


def _is_meant(one: Mapping[str, Any], asked: Asked, members: Mapping[str, str], lines: Sequence[Line]) -> bool:
    if asked.state and not (one["refunded_fen"] if asked.state == REFUNDED else one["status"] == asked.state):
        return False
    text = " ".join((one["order_id"], members.get(one["member_id"], ""), *(line.name for line in lines))).lower()
    return all(word in text for word in asked.words.lower().split())


def _row(
    mine: Own, one: Mapping[str, Any], members: Mapping[str, str], groups: Mapping[str, str], lines: tuple[Line, ...]
) -> Row:
    writer, local = mine.viewer.writer, mine.shell.settings.day.local(one["placed_at"])
    return Row(
        one["order_id"], f"{writer.short_day(local.date())} {local:%H:%M}", members.get(one["member_id"], "—"),
        groups.get(one["community_id"], ""), writer.full(one["paid_fen"], Unit.FEN),
        writer.full(one["refunded_fen"], Unit.FEN) if one["refunded_fen"] else "", STATES.get(one["status"], STATES[""]),
        TONES.get(one["status"], ""), writer.day(one["delivery_date"]) if one["delivery_date"] else "",
        writer.full(one["units"], Unit.QTY), lines,
    )  # fmt: skip
