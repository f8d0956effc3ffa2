"""What is on the way, counted once: purchase orders in the data, and approved ones that are not in the data yet. Pure."""

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
class Bought:
    """A line of a purchase order as the data has it."""

    number: str
    sku: str
    warehouse: str
    ordered_on: date
    pieces: int  # agreed
    due_on: date
    coming: int  # of these, still on their way


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of an order that was approved here."""

    number: str
    sku: str
    warehouse: str
    approved_on: date
    pieces: int
    expected_on: date


def still_coming(bought: Sequence[Bought], promises: Iterable[Promise], day: date) -> Iterator[tuple[Key, date, int]]:
    """What is still to arrive, and when; what is late is expected today, so that a slipped date orders nothing twice.

    An approved order is counted as long as the data does not know it: known is an order of its number, or, since buyers give
    their own numbers, what was ordered of the same good for the same warehouse within days of the approval. Each piece of an
    order answers for one approved piece.
    """
    since = day - timedelta(days=LATE_DAYS)
    for one in bought:
        if one.coming > 0 and one.due_on >= since:
            yield (one.sku, one.warehouse), max(one.due_on, day), one.coming
    for each, left in _not_known(bought, promises):
        if left > 0 and each.expected_on >= since:
            yield (each.sku, each.warehouse), max(each.expected_on, day), left


def _not_known(bought: Sequence[Bought], promises: Iterable[Promise]) -> Iterator[tuple[Promise, int]]:
    """What of each promise no order in the data answers for."""
    numbers = {(one.number, one.sku) for one in bought}
    orders = sorted(bought, key=lambda one: (one.ordered_on, one.number))
    free = [one.pieces for one in orders]
    by_key: dict[Key, list[int]] = defaultdict(list)
    for place, one in enumerate(orders):
        by_key[one.sku, one.warehouse].append(place)
    for each in sorted(promises, key=lambda one: (one.approved_on, one.number)):
        if (each.number, each.sku) in numbers:
            continue
        left, last = each.pieces, each.approved_on + timedelta(days=KNOWN_DAYS)
        for place in by_key[each.sku, each.warehouse]:
            if each.approved_on <= orders[place].ordered_on <= last:
                used = min(left, free[place])
                free[place] -= used
                left -= used
        yield each, left
