"""Purchase orders as their supplier sees them: read within the supplier's own rows, found, filtered, a page at a time."""

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
    from linshu.engine.access.scope import Scope

PAGE_ROWS = 10
TOTALS = ("purchase_units", "purchase_amount")
SPANS: dict[str, tuple[Text, int]] = {  # how many days ago it begins
    "": (Text("近7天", "7 days"), 6),
    "month": (Text("近30天", "30 days"), 29),
    "season": (Text("近90天", "90 days"), 89),
}
STATES: dict[str, Text] = {
    "": Text("全部", "All"),
    **{str(one.value): one.title for one in table("purchase_order").column("status").choices},
}
TONES = {"received": "good", "confirmed": "", "ordered": "warn", "cancelled": "bad"}
# The columns that say whose a purchase order is; a viewer limited by anything else is shown none.
COLUMNS = {"suppliers": "supplier_id", "warehouses": "warehouse_id"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The list as its address asks for it."""

    span: str = ""
    state: str = ""
    words: str = ""
    page: int = 1

    def address(self, **changes: str) -> str:
        """The address with some parts changed; a change begins at page 1."""
        return link({"when": self.span, "state": self.state, "q": self.words}, changes, "?")


@dataclass(frozen=True, slots=True)
class Line:
    """One good of a purchase order."""

    name: str
    ordered: int
    received: int | None
    rejected: int
    amount: int  # fen


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase order."""

    order_id: str
    warehouse: str
    status: str
    ordered: date
    expected: date | None
    received: date | None
    ordered_units: int | None  # of a draft or a cancelled order nothing counts as ordered
    amount_fen: int | None
    lines: tuple[Line, ...]

    @property
    def state(self) -> Text:
        """How it stands, in words."""
        return STATES.get(self.status, STATES[""])

    @property
    def tone(self) -> str:
        """How it stands, as a colour."""
        return TONES.get(self.status, "")

    def units(self, mine: Own) -> str:
        """What was ordered in all."""
        return mine.viewer.writer.full(self.ordered_units, Unit.QTY)

    def amount(self, mine: Own) -> str:
        """What it comes to."""
        return mine.viewer.writer.full(self.amount_fen, Unit.FEN)


def read(params: Mapping[str, str]) -> Asked:
    """The filters in an address; Misused for one that does not exist."""
    when, state = choice_in(params, "when", SPANS), choice_in(params, "state", STATES)
    return Asked(when, state, words_in(params), page_in(params))


def listed(mine: Own, asked: Asked) -> tuple[Purchase, ...]:
    """The purchase orders that are meant, the latest first."""
    start = mine.today - timedelta(days=SPANS[asked.span][1])
    found = mine.kept(("purchases", str(start)), lambda: _orders(mine, start))
    words = asked.words.lower().split()
    return tuple(one for one in found if (not asked.state or one.status == asked.state) and _says(one, words))


def _says(one: Purchase, words: Sequence[str]) -> bool:
    text = " ".join((one.order_id, one.warehouse, *(line.name for line in one.lines))).lower()
    return all(word in text for word in words)


def _orders(mine: Own, start: date) -> tuple[Purchase, ...]:
    where, values = within(mine.scope)
    sql = (
        "SELECT p.*, s.name AS sku_name, w.name AS warehouse_name FROM fct_purchase_lines AS p"
        " LEFT JOIN dim_sku AS s ON s.sku_id = p.sku_id LEFT JOIN dim_warehouse AS w ON w.warehouse_id = p.warehouse_id"
        f" WHERE p.ordered_date >= ? AND {where}"
        " ORDER BY p.ordered_at DESC, p.purchase_order_id DESC, p.line_no"
    )
    orders: dict[str, list[Mapping[str, Any]]] = {}
    for row in mine.shell.shop.read(sql, [start, *values]).to_pylist():
        orders.setdefault(row["purchase_order_id"], []).append(row)
    if not orders:
        return ()
    totals = mine.many(TOTALS, start, mine.today, by=("purchase_order",))
    by_order = {row["purchase_order"]: row for row in totals}
    return tuple(_purchase(key, rows, by_order.get(key, {})) for key, rows in orders.items())


def _purchase(order_id: str, rows: Sequence[Mapping[str, Any]], totals: Mapping[str, Any]) -> Purchase:
    head = rows[0]
    lines = tuple(
        Line(
            row["sku_name"] or row["sku_id"],
            row["ordered_qty"],
            row["received_qty"],
            row["rejected_qty"],
            row["amount_fen"],
        )
        for row in rows
    )
    return Purchase(
        order_id, head["warehouse_name"] or head["warehouse_id"], head["status"], head["ordered_date"],
        head["expected_date"], head["received_date"], totals.get("purchase_units"), totals.get("purchase_amount"), lines,
    )  # fmt: skip


def within(scope: Scope) -> tuple[str, list[str]]:
    """The rows of a scope as a condition; what cannot be told of a purchase order lets none through."""
    parts, values = [], list[str]()
    for attribute, ids in scope.restrictions():
        if attribute not in COLUMNS or not ids:
            return "FALSE", []
        parts.append(f"p.{COLUMNS[attribute]} IN ({', '.join('?' for _ in ids)})")
        values += ids
    return " AND ".join(parts) or "TRUE", values
