"""Different values of any period, from how many of each day were last seen on which day before.

A value counts on the first day of a period on which it is seen: then it was last seen before the period began. So what a
day adds depends on that beginning alone, and days add up. What other days say does not matter: a period is right as soon
as its own days are.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from linshu.engine.warehouse.rollups import LAST_SEEN, VALUES_SEEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.rollup import Rolled
    from linshu.engine.warehouse.engine import Session
    from linshu.engine.warehouse.rollups import Standing

NEVER = -(10**6)  # so many days before the first of all
EPOCH = date(1970, 1, 1)


def stands(rolled: Rolled, standings: Mapping[str, Standing], first: date, last: date) -> bool:
    """Whether every one of these days is held rightly."""
    found = standings.get(rolled.name)
    if found is None or found.signature != rolled.table.signature or last > found.through:
        return False
    return not any(first <= day <= last for day in found.dirty)


def read(session: Session, rolled: Rolled, first: date, last: date) -> pa.Table:
    """One row for each of these days: when its values were last seen before, and how many on each of those days."""
    table = rolled.table
    number = "date_diff('day', DATE '1970-01-01', {})".format
    rows = session.ask(
        f"SELECT {number(table.day)} AS day, coalesce({number(LAST_SEEN)}, {NEVER}) AS since, {VALUES_SEEN} AS many"
        f" FROM {table.table} WHERE {table.day} BETWEEN $1 AND $2 ORDER BY day",
        [first, last],
    )
    days = np.arange(_number(first), _number(last) + 2)
    ends = pa.array(np.searchsorted(rows["day"].to_numpy(), days).astype(np.int32))
    return pa.table({name: pa.ListArray.from_arrays(ends, rows[name].combine_chunks()) for name in ("since", "many")})


def different(rows: pa.Table, first: date, periods: Iterable[tuple[date, date]]) -> list[int]:
    """How many values were seen in each of some periods; `rows` are those of all their days, the first one named."""
    since, many = (rows[name].combine_chunks() for name in ("since", "many"))
    ends = since.offsets.to_numpy() - since.offsets[0].as_py()
    when, how_many = since.flatten().to_numpy(), many.flatten().to_numpy()
    found = []
    for start, end in periods:
        here = slice(ends[(start - first).days], ends[(end - first).days + 1])
        found.append(int(how_many[here][when[here] < _number(start)].sum()))
    return found


def opening(start: date, end: date, window: int) -> date:
    """The first day that a count of a period looks at; with a window, so many days to its last."""
    return end - timedelta(window - 1) if window else start


def _number(day: date) -> int:
    return (day - EPOCH).days
