"""How the twin numbers what happens on a day: the day first, so that numbers never repeat."""

from __future__ import annotations

import numpy as np

from linshu.twin.rows import Ints
from linshu.twin.seasons import as_date


def stamp(day: int) -> int:
    """A day as the number yymmdd."""
    date = as_date(day)
    return (date.year % 100) * 10_000 + date.month * 100 + date.day


def batch_numbers(day: int, city: Ints) -> Ints:
    """The number of each city's batch of a day."""
    return stamp(day) * 100 + city


def listing_numbers(day: int, city: Ints, column: Ints) -> Ints:
    """The number of a listing: day, city, place in the list."""
    return batch_numbers(day, city) * 1000 + column


def trip_numbers(day: int, route: Ints) -> Ints:
    """The number of a day's trip of a route; trunk trips are numbered after the vans'."""
    return stamp(day) * 10_000 + route


def grant_numbers(campaign: Ints | int, member: Ints) -> Ints:
    """The number of a member's coupon of a campaign."""
    return np.asarray(campaign * 10_000_000 + member, dtype=np.int64)
