"""The Spring Festival as earlier years went: how far each day around it lay from a usual one, in each family of goods: pure.

A forecast looks back on less than a year. So the days around New Year's Day are held against the weeks before and after in
the years that are known, drawn to all goods where a family sold little, and to the usual where all sold little. History is
divided by it before anything is learned, and the days ahead are multiplied by it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from linshu.kernel.calendar import days_from_spring_festival, spring_festival

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from linshu.domains.supply.forecast.panel import Reals

DAY = timedelta(days=1)
FIRST, LAST = -20, 25  # days from New Year's Day that are told
BEFORE, AFTER = (-41, -21), (26, 46)  # the usual: three weeks on either side, first and last day
YEARS = 3  # that are looked back on
LEAST_DAYS = 14  # with sales on either side
OF_ALL, OF_FAMILY = 50.0, 300.0  # pieces a day that count as much as what was seen
SMOOTH = 5  # days of which the middle counts: a promotion or a storm on one of them is not the festival


def spans(first: date, last: date) -> list[tuple[date, date]]:
    """The days of earlier years that tell about a festival near these; none where none is near."""
    days = ((first + step * DAY) for step in range((last - first).days + 1))
    near = {(day - offset * DAY).year for day in days if FIRST <= (offset := days_from_spring_festival(day)) <= LAST}
    years = {year - back for year in near for back in range(1, YEARS + 1)}
    return [(spring_festival(one) + BEFORE[0] * DAY, spring_festival(one) + AFTER[1] * DAY) for one in sorted(years)]


def season(sold: pa.Table, families: Sequence[str], days: Sequence[date]) -> Reals | None:
    """[families, days] the factor on a usual day; None where no earlier festival is known.

    `sold` holds family, day and units of earlier years.
    """
    place = {name: row for row, name in enumerate(families)}
    wide = AFTER[1] - BEFORE[0] + 1
    blocks: dict[int, Reals] = {}
    for family, day, units in zip(*(sold[name].to_pylist() for name in ("family", "day", "units")), strict=True):
        offset = days_from_spring_festival(day)
        if BEFORE[0] <= offset <= AFTER[1]:
            block = blocks.setdefault((day - offset * DAY).year, np.zeros((len(families) + 1, wide), np.float32))
            block[place.get(family, len(families)), offset - BEFORE[0]] += units
    years = [(_expected(block, spring_festival(year)), block) for year, block in sorted(blocks.items())]
    known = [(expected, block) for expected, block in years if expected is not None]
    if not known:
        return None
    expected, came = (np.sum([one[at] for one in known], axis=0) for at in (0, 1))
    every = _middle((came.sum(axis=0) + OF_ALL) / (expected.sum(axis=0) + OF_ALL))
    each = _middle((came + OF_FAMILY * every) / (expected + OF_FAMILY))[: len(families)]
    found = np.ones((len(families), len(days)), np.float32)
    for at, day in enumerate(days):
        offset = days_from_spring_festival(day)
        if FIRST <= offset <= LAST:
            found[:, at] = each[:, offset - BEFORE[0]]
    return found if (found != 1).any() else None


def _expected(block: Reals, new_year: date) -> Reals | None:
    """[families, offsets] what would have been usual: a line from the weeks before to the weeks after, by weekday."""
    every, offsets = block.sum(axis=0), np.arange(BEFORE[0], AFTER[1] + 1)
    sides = [(offsets >= first) & (offsets <= last) & (every > 0) for first, last in (BEFORE, AFTER)]
    if min(side.sum() for side in sides) < LEAST_DAYS:
        return None
    middles = [offsets[side].mean() for side in sides]
    weekday = (new_year.weekday() + offsets) % 7
    usual = [np.mean([every[side & (weekday == one)].mean() / every[side].mean() for side in sides if (side & (weekday == one)).any()]) for one in range(7)]  # fmt: skip
    gone = (offsets - middles[0]) / (middles[1] - middles[0])
    before, after = (block[:, side].mean(axis=1, keepdims=True) for side in sides)
    found: Reals = np.maximum(before + (after - before) * gone, 0) * np.asarray(usual)[weekday]
    return found


def _middle(values: Reals) -> Reals:
    """The middle of the days around each, along the last axis."""
    half = SMOOTH // 2
    padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(half, half)], mode="edge")
    found: Reals = np.median(np.lib.stride_tricks.sliding_window_view(padded, SMOOTH, axis=-1), axis=-1)
    return found
