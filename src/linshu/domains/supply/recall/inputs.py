"""What a recall reads: lots, the movements of their SKU, what is left of them, and who bought it; published tables only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.domains.supply.recall.decide import Bought, Held, Move, Window
from linshu.engine.shell.listing import link, order_in, page_in, words_in
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.shell.asking import Shop

PAGE_ROWS = 50
MOST_FOUND = 200  # by command and HTTP, unless more are asked for
MOST_IN_FILE = 1_000_000
SORTS = ("name", "sku_name", "supplier_name", "produced_on", "expires_on", "received_qty", "left_qty")
USUAL_SORT = "-produced_on"
BEFORE, AFTER = (
    timedelta(days=30),
    timedelta(days=2),
)  # how far before goods leave they may have been paid for, and after

FIND = """
SELECT
    l.stock_batch_id AS lot, l.name, l.sku_id AS sku, coalesce(s.name, l.sku_id) AS sku_name, l.supplier_id AS supplier,
    coalesce(v.name, l.supplier_id, '') AS supplier_name, l.produced_on, l.expires_on, l.received_qty, l.unit_cost_fen,
    CAST(coalesce(sum(h.on_hand_qty), 0) AS BIGINT) AS left_qty, min(h.received_on) AS received_on
FROM dim_stock_lot AS l
LEFT JOIN dim_sku AS s ON s.sku_id = l.sku_id
LEFT JOIN dim_supplier AS v ON v.supplier_id = l.supplier_id
LEFT JOIN fct_stock_lots AS h ON h.stock_batch_id = l.stock_batch_id
WHERE {where}
GROUP BY ALL
"""
LISTED = """
SELECT *, count(*) OVER () AS among FROM ({found}) WHERE left_qty > 0 OR NOT ?
ORDER BY {column} {way} NULLS LAST, lot DESC
LIMIT ? OFFSET ?
"""
WORDS = """
contains(lower(concat_ws(' ', l.stock_batch_id, l.supplier_lot, l.sku_id, s.name, v.name)), lower(?))
"""
MOVES = """
SELECT m.warehouse_id, m.moved_date, m.kind, m.qty, coalesce(m.stock_batch_id, '') AS lot
FROM fct_stock_movements AS m
WHERE m.sku_id = ? AND m.warehouse_id IN (SELECT warehouse_id FROM fct_stock_movements WHERE stock_batch_id = ?)
"""
HELD = """
SELECT h.warehouse_id, coalesce(w.name, h.warehouse_id) AS name, h.on_hand_qty, h.on_hand_fen
FROM fct_stock_lots AS h LEFT JOIN dim_warehouse AS w ON w.warehouse_id = h.warehouse_id
WHERE h.stock_batch_id = ?
ORDER BY h.on_hand_qty DESC, h.warehouse_id
"""
BOUGHT = """
SELECT
    l.order_id, l.line_no, coalesce(l.member_id, '') AS member, coalesce(c.name, l.community_id, '') AS community,
    coalesce(d.name, l.leader_id, '') AS leader, coalesce(w.parent_id, l.warehouse_id) AS above, l.warehouse_id AS own,
    l.paid_date, l.delivery_date, l.qty, l.paid_fen, coalesce(l.refunded_fen, 0) AS refunded_fen
FROM fct_order_lines AS l
LEFT JOIN dim_warehouse AS w ON w.warehouse_id = l.warehouse_id
LEFT JOIN dim_community AS c ON c.community_id = l.community_id
LEFT JOIN dim_leader AS d ON d.leader_id = l.leader_id
WHERE l.sku_id = ? AND l.is_paid AND NOT l.is_test AND l.paid_date BETWEEN ? AND ?
"""
PACKED = "SELECT order_id, stock_batch_id FROM fct_packed_lots WHERE sku_id = ?"


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot as people know it, and how much of it is left in all."""

    lot: str
    name: str
    sku: str
    sku_name: str
    supplier: str
    supplier_name: str
    produced_on: date | None
    expires_on: date | None
    received_qty: int | None
    unit_cost_fen: int | None
    left_qty: int
    received_on: date | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The list of lots as the address asks for it."""

    words: str = ""
    held: bool = False  # only those of which some is left
    sort: str = USUAL_SORT
    page: int = 1

    def address(self, **changes: object) -> str:
        """The same list with some parts changed."""
        sort = self.sort if self.sort != USUAL_SORT else ""
        return link({"q": self.words, "held": int(self.held), "sort": sort}, changes)


def read(given: Mapping[str, str]) -> Asked:
    """What the address asks for; Misused for an order nobody knows."""
    return Asked(words_in(given), bool(given.get("held")), order_in(given, SORTS, USUAL_SORT), page_in(given))


def find(shop: Shop, asked: Asked, limit: int = MOST_FOUND, offset: int = 0) -> tuple[list[Lot], int]:
    """The lots whose number, SKU or supplier hold the words, all without words; and how many there are."""
    found = FIND.format(where=WORDS if asked.words else "TRUE")
    way = "DESC" if asked.sort[0] == "-" else "ASC"
    sql = LISTED.format(found=found, column=asked.sort.removeprefix("-"), way=way)
    words = (asked.words,) if asked.words else ()
    rows = shop.read(sql, (*words, asked.held, limit, offset)).to_pylist()
    among = rows[0]["among"] if rows else 0
    return [Lot(**{name: value for name, value in row.items() if name != "among"}) for row in rows], among


def one(shop: Shop, lot: str) -> Lot:
    """One lot; Missing for one nobody knows."""
    rows = shop.read(FIND.format(where="l.stock_batch_id = ?"), (lot,)).to_pylist()
    if not rows:
        raise Missing(
            Text(f"没有库存批次 {lot}", f"there is no stock batch {lot}"),
            mend=Text("按商品、供应商或批号找一找。", "Find it by SKU, supplier or lot number."),
        )
    return Lot(**rows[0])


def moves(shop: Shop, lot: Lot) -> list[Move]:
    """All movements of the SKU in the warehouses the lot was in."""
    rows = shop.read(MOVES, (lot.sku, lot.lot)).to_pylist()
    return [Move(row["warehouse_id"], row["moved_date"], row["kind"], row["qty"], row["lot"]) for row in rows]


def held(shop: Shop, lot: Lot) -> list[Held]:
    """What is left of the lot, warehouse by warehouse."""
    rows = shop.read(HELD, (lot.lot,)).to_pylist()
    return [Held(row["warehouse_id"], row["name"], row["on_hand_qty"], row["on_hand_fen"] or 0) for row in rows]


def bought(shop: Shop, lot: Lot, found: Sequence[Window], today: date) -> list[Bought]:
    """The paid lines of the SKU around the days the lot may have gone out, each under the warehouse it came from."""
    if not found:
        return []
    last = max(one.last or today for one in found)
    rows = shop.read(BOUGHT, (lot.sku, min(one.first for one in found) - BEFORE, last + AFTER)).to_pylist()
    homes = {one.warehouse for one in found}
    return [
        Bought(
            row["order_id"], row["line_no"], row["member"], row["community"], row["leader"],
            row["own"] if row["own"] in homes else row["above"] or "", row["paid_date"], row["delivery_date"], row["qty"],
            row["paid_fen"], row["refunded_fen"],
        )
        for row in rows
    ]  # fmt: skip


def packed(shop: Shop, lot: Lot) -> dict[str, frozenset[str]]:
    """Of which lots each order of the SKU was packed, where parcels say so."""
    found: dict[str, set[str]] = {}
    for row in shop.read(PACKED, (lot.sku,)).to_pylist():
        found.setdefault(row["order_id"], set()).add(row["stock_batch_id"])
    return {order: frozenset(lots) for order, lots in found.items()}
