"""What figures of the whole company are to reach within a period, from its targets as they were set: few rows, kept.

The same as the statement that `goals` writes, operation by operation; what could be added up in several orders is left
to the store, because doubles add up to other last digits then.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from linshu.engine.metrics.comparison import TARGET
from linshu.engine.metrics.goals import SET, WHOLE, kinds
from linshu.engine.metrics.query import Query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.warehouse.engine import Session

MOST = 5_000  # targets of the company that are kept
MOST_DAYS = 366
MOST_ADDED = 2  # numbers whose order makes no difference


class Left(Exception):  # noqa: N818 - no mistake of anybody
    """To be asked of the store."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A target as it was set."""

    metric: str
    start: date
    end: date
    days: int
    fineness: int
    value: int


def asks(query: Query) -> bool:
    """Whether nothing is asked but what figures of the whole company are to reach within a period."""
    plain = Query(
        metrics=query.metrics, start=query.start, end=query.end, compare=TARGET, order=query.order, limit=query.limit,
        as_of=query.as_of, moment=query.moment, fiscal_start=query.fiscal_start, show=query.show,
    )  # fmt: skip
    if query != plain or query.order or query.start is None or query.end is None or not query.show:
        return False
    return (query.end - query.start).days < MOST_DAYS and {*query.show} <= {f"{name}_target" for name in query.metrics}


def read(session: Session, table: str) -> tuple[Aim, ...]:
    """The targets of the whole company; raises `Left` where they are many."""
    rows = session.ask(f"SELECT {', '.join(SET)} FROM {table} WHERE parts = '{WHOLE}' LIMIT {MOST + 1}").to_pylist()
    if len(rows) > MOST or any(None in row.values() for row in rows):
        raise Left
    return tuple(
        Aim(
            row["metric"], row["period_start"], row["period_end"], row["period_days"], row["fineness"],
            row["target_value"],
        )
        for row in rows
    )  # fmt: skip


def due(query: Query, catalog: Catalog, aims: Sequence[Aim]) -> dict[str, float | None]:
    """What each metric is to reach, None where some day has no target; raises `Left`."""
    assert query.start is not None
    assert query.end is not None
    sums, rates, _ = kinds(query.metrics, catalog)
    found: dict[str, float | None] = {}
    for name in query.metrics:
        mine = [one for one in aims if one.metric == name and one.start <= query.end and one.end >= query.start]
        if name in sums or name in rates:
            found[name] = _shared(mine, query.start, query.end, rates.get(name))
        else:
            exact = [float(one.value) for one in mine if (one.start, one.end) == (query.start, query.end)]
            found[name] = max(exact, default=None)
    return found


def _shared(aims: list[Aim], start: date, end: date, scale: int | None) -> float | None:
    """Day by day, each by the finest target that holds on it."""
    if len({(one.fineness, one.start) for one in aims}) < len(aims):
        raise Left
    aims.sort(key=lambda one: (one.fineness, one.start))
    days = Counter[Aim]()
    for offset in range((end - start).days + 1):
        day = start + timedelta(offset)
        held = next((one for one in aims if one.start <= day <= one.end), None)
        if held is None:
            return None
        days[held] += 1
    if len(days) > MOST_ADDED:
        raise Left
    if scale is None:
        return sum(float(one.value) * many / one.days for one, many in days.items())
    return sum(float(one.value) * many for one, many in days.items()) / days.total() / scale
