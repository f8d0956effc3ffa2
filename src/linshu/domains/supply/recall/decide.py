"""Who may have got goods of a bad lot, and what taking it back comes to: pure.

An order whose parcel says which lot it holds is certain, one way or the other. Any other order of the SKU counts when it
left the lot's warehouse on a day on which the lot may have gone out:
- where every sale there names its lot, from the first to the last sale of this one;
- otherwise from the day it came in until all that lay there then, itself included, had gone out, oldest first.
Goods leave a warehouse on the day they are handed out or the day before; where that day is not known, within three days
of the payment. Who is called in vain is a smaller harm than who is not called, so every doubt counts as yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Basis = Literal["packed", "sales", "fifo"]
DAY = timedelta(days=1)
BACK = ("return", "count")  # came back or was found; written off at once, it means that no other piece left
UNTIL_HANDED = 3  # days from payment within which goods leave when no day of handing out is known


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of the SKU in one warehouse: signed base units, and whose lot it names, "" for none."""

    warehouse: str
    day: date
    kind: str
    qty: int
    lot: str


@dataclass(frozen=True, slots=True)
class Window:
    """On which days the lot may have gone out of one warehouse; no last day while some of it may still lie there."""

    warehouse: str
    first: date
    last: date | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of a paid order of the SKU: from below which warehouse, when, for how much, fen."""

    order: str
    line: int
    member: str
    community: str
    leader: str
    warehouse: str
    paid_on: date
    handed_on: date | None
    qty: int
    paid: int
    refunded: int

    @property
    def refund(self) -> int:
        """What is still to be given back."""
        return max(self.paid - self.refunded, 0)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A line that did, or may, hold goods of the lot."""

    bought: Bought
    basis: Basis


def windows(lot: str, moves: Iterable[Move]) -> tuple[Window, ...]:
    """When the lot may have gone out of each warehouse it came into; none where it never left by sale."""
    by_home: dict[str, list[Move]] = {}
    for move in moves:
        by_home.setdefault(move.warehouse, []).append(move)
    found = (_window(lot, home, own) for home, own in sorted(by_home.items()))
    return tuple(one for one in found if one is not None)


def _window(lot: str, home: str, moves: Sequence[Move]) -> Window | None:
    came = [one.day for one in moves if one.lot == lot and one.qty > 0]
    if not came:
        return None
    first = min(came)
    sales = [one for one in moves if one.kind == "sale" and one.day >= first]
    if all(one.lot for one in sales):
        own = [one.day for one in sales if one.lot == lot]
        return Window(home, min(own), max(own), "sales") if own else None
    return Window(home, first, _gone(first, moves), "fifo")


def _gone(first: date, moves: Sequence[Move]) -> date | None:
    """The day by which all that lay there at the end of the first day's arrivals had gone; None while it may lie there."""
    left = sum(one.qty for one in moves if one.day < first or (one.day == first and one.qty > 0))
    out: dict[date, int] = {}
    for one in moves:
        if one.day >= first and (one.qty < 0 or (one.day > first and one.kind in BACK)):
            out[one.day] = out.get(one.day, 0) - one.qty
    for day in sorted(out):
        left -= out[day]
        if left <= 0:
            return day
    return None


def buyers(
    lot: str, found: Iterable[Window], bought: Iterable[Bought], packed: Mapping[str, frozenset[str]]
) -> tuple[Buyer, ...]:
    """The lines that did or may hold goods of the lot; `packed` says of which lots an order was packed, where known."""
    by_home = {one.warehouse: one for one in found}
    listed = []
    for one in bought:
        if one.order in packed:
            if lot in packed[one.order]:
                listed.append(Buyer(one, "packed"))
            continue
        window = by_home.get(one.warehouse)
        if window and _may_hold(one, window):
            listed.append(Buyer(one, window.basis))
    return tuple(sorted(listed, key=lambda one: (one.bought.paid_on, one.bought.order, one.bought.line)))


def _may_hold(one: Bought, window: Window) -> bool:
    if one.handed_on:
        early, late = one.handed_on - DAY, one.handed_on
    else:
        early, late = one.paid_on, one.paid_on + UNTIL_HANDED * DAY
    return late >= window.first and (window.last is None or early <= window.last)


@dataclass(frozen=True, slots=True)
class Held:
    """What is left of the lot in one warehouse."""

    warehouse: str
    name: str
    qty: int
    value: int  # fen, at cost


@dataclass(frozen=True, slots=True)
class Bill:
    """What taking the lot back comes to, fen: what lies unsold, what buyers get back, and both from the supplier."""

    units_left: int
    left: int
    orders: int
    members: int
    units_sold: int
    refunds: int

    @property
    def whole(self) -> int:
        """What the supplier is asked for."""
        return self.left + self.refunds


def bill(held: Iterable[Held], found: Iterable[Buyer]) -> Bill:
    """The statement to the supplier; what was refunded before is not asked for twice."""
    listed, homes = tuple(found), tuple(held)
    return Bill(
        sum(max(one.qty, 0) for one in homes),
        sum(max(one.value, 0) for one in homes),
        len({one.bought.order for one in listed}),
        len({one.bought.member for one in listed if one.bought.member}),
        sum(one.bought.qty for one in listed),
        sum(one.bought.refund for one in listed),
    )
