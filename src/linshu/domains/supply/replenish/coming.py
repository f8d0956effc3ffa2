"""What is on the way, counted once: orders and transfers in the data, and approved ones that are not in the data yet. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Key = tuple[str, str]
LATE_DAYS = 7  # an order so long overdue, or an approval so long without an order, is no longer waited for
KNOWN_DAYS = 3  # days in which an approved order turns up in the data under the buyer's own number


@dataclass(frozen=True, slots=True)
class Ordered:
    """A line of a purchase order or a transfer as the data has it."""

    number: str
    sku: str
    warehouse: str
    ordered_on: date
    pieces: int  # agreed
    due_on: date
    coming: int  # of these, still on their way
    giver: str = ""  # of a transfer, the warehouse it comes from
    leaving: int = 0  # of these, still to be taken out there


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of an order or a transfer that was approved here."""

    number: str
    sku: str
    warehouse: str
    approved_on: date
    pieces: int
    expected_on: date
    giver: str = ""


def still_coming(ordered: Sequence[Ordered], promises: Iterable[Promise], day: date) -> Iterator[tuple[Key, date, int]]:
    """What is still to arrive, and when; what is late is expected today, so that a slipped date orders nothing twice.

    An approved order is counted as long as the data does not know it: known is an order of its number, or, since buyers give
    their own numbers, what was ordered of the same good for the same warehouse within days of the approval. Each piece of an
    order answers for one approved piece.
    """
    since = day - timedelta(days=LATE_DAYS)
    for one in ordered:
        if one.coming > 0 and one.due_on >= since:
            yield (one.sku, one.warehouse), max(one.due_on, day), one.coming
    for each, left in _not_known(ordered, promises, since):
        yield (each.sku, each.warehouse), max(each.expected_on, day), left


def still_leaving(ordered: Sequence[Ordered], promises: Iterable[Promise], day: date) -> Iterator[tuple[Key, int]]:
    """What lies in a warehouse and is promised to another one."""
    since = day - timedelta(days=LATE_DAYS)
    for one in ordered:
        if one.leaving > 0 and one.due_on >= since:
            yield (one.sku, one.giver), one.leaving
    for each, left in _not_known(ordered, promises, since):
        if each.giver:
            yield (each.sku, each.giver), left


def left_on_shelf(shelf: Sequence[tuple[int, int]], leaving: int) -> tuple[tuple[int, int], ...]:
    """(days, pieces) of a shelf when so many pieces have left it: those that keep longest go, so that they last on the way."""
    found = []
    for days, pieces in sorted(shelf, reverse=True):
        gone = min(leaving, pieces)
        leaving -= gone
        if pieces > gone:
            found.append((days, pieces - gone))
    return tuple(sorted(found))


def _not_known(ordered: Sequence[Ordered], promises: Iterable[Promise], since: date) -> Iterator[tuple[Promise, int]]:
    """What of each promise no order in the data answers for, as long as it is waited for."""
    numbers = {(one.number, one.sku) for one in ordered}
    orders = sorted(ordered, key=lambda one: (one.ordered_on, one.number))
    free = [one.pieces for one in orders]
    by_key: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, one in enumerate(orders):
        by_key[one.sku, one.warehouse, one.giver].append(place)
    for each in sorted(promises, key=lambda one: (one.approved_on, one.number)):
        if (each.number, each.sku) in numbers:
            continue
        left, last = each.pieces, each.approved_on + timedelta(days=KNOWN_DAYS)
        for place in by_key[each.sku, each.warehouse, each.giver]:
            if each.approved_on <= orders[place].ordered_on <= last:
                used = min(left, free[place])
                free[place] -= used
                left -= used
        if left > 0 and each.expected_on >= since:
            yield each, left
