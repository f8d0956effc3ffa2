"""Different values of any period, from how many of each day were last seen on which day before.

A value counts on the first day of a period on which it is seen: then it was last seen before the period began. So what a
day adds depends on that beginning alone, and days add up. What other days say does not matter: a period is right as soon
as its own days are. In the same way a row that tells how things stand counts in each period in which none follows it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.declare import Measure
    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.rollups import Standing

NEVER = 10**6  # so many days before the first of all, or after
EPOCH = date(1970, 1, 1)


def stands(rolled: Rolled, standings: Mapping[str, Standing], first: date, last: date) -> bool:
    """Whether every one of these days is held rightly."""
    found = standings.get(rolled.name)
    if found is None or found.signature != rolled.table.signature or last > found.through:
        return False
    return not any(first <= day <= last for day in found.dirty)


def rows(session: Session, rolled: Rolled, first: date, last: date) -> pa.Table:
    """For each of these days on which other days its values were seen, and how many on each of those.

    That is the day before on which they were last seen; of how things stand the day after until which they stood so.
    """
    table = rolled.table
    other, (many, _) = table.keys[-1], table.sums[0]
    none = NEVER if table.per else -NEVER
    key, narrow = (f", {table.keys[0]} AS key", "::SMALLINT") if rolled.by else ("", "")
    return session.ask(
        f"SELECT {table.day} AS day{key}, coalesce(date_diff('day', DATE '1970-01-01', {other}), {none})::INTEGER"
        f" AS other, coalesce({many}, 0){narrow} AS many FROM {table.table} WHERE {table.day} BETWEEN $1 AND $2",
        [first, last],
    )


def by_day(rows: pa.Table, first: date, last: date) -> pa.Table:
    """Rows with a `day` as one row for each of these days, with a list of every other column."""
    days = rows["day"].to_numpy().astype("datetime64[D]").astype(np.int32) - number(first)
    # Of so few different numbers in two bytes each order is cheaper to make here than in the store.
    order = np.argsort(days.astype(np.int16), kind="stable")
    ends = pa.array(np.searchsorted(days[order], np.arange((last - first).days + 2)).astype(np.int32))
    others = {name: pa.array(rows[name].to_numpy()[order]) for name in rows.column_names if name != "day"}
    return pa.table({name: pa.ListArray.from_arrays(ends, values) for name, values in others.items()})


def flat(column: pa.ChunkedArray) -> np.ndarray:
    """The values of all lists; Arrow's own memory would stay with each thread that ever put them together."""
    parts = [chunk.flatten().to_numpy() for chunk in column.chunks]
    return np.concatenate(parts) if parts else np.array([], dtype=np.int64)


def counting(rolled: Rolled, other: np.ndarray, start: date, end: date) -> np.ndarray:
    """Which rows of a period's days count in it."""
    found: np.ndarray = other > number(end) if rolled.table.per else other < number(start)
    return found


def together(rolled: Rolled, rows: pa.Table, first: date, periods: Iterable[tuple[date, date]]) -> list[int]:
    """What each of some periods comes to; `rows` are those of all their days, the first one named."""
    other, many = (rows[name].combine_chunks() for name in ("other", "many"))
    ends = other.offsets.to_numpy() - other.offsets[0].as_py()
    when, how_many = other.flatten().to_numpy(), many.flatten().to_numpy()
    found = []
    for start, end in periods:
        here = slice(ends[(start - first).days], ends[(end - first).days + 1])
        found.append(sum(how_many[here][counting(rolled, when[here], start, end)].tolist()))
    return found


def opening(start: date, end: date, measure: Measure) -> date:
    """The first day that a figure of a period looks at: with a window, so many days to its last; or some days before."""
    return end - timedelta(measure.window - 1) if measure.window else start - timedelta(measure.back)


def number(day: date) -> int:
    """The days since 1970."""
    return (day - EPOCH).days
