"""How a usual day goes by: which part of its sales came before each hour, and until when today's are known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta

    from linshu.engine.shell.asking import Shop

HOURS = """
SELECT
    CAST(floor(epoch((paid_at AT TIME ZONE 'Asia/Shanghai') - CAST(paid_date AS TIMESTAMP)) / 3600) AS BIGINT) AS hour,
    CAST(sum(qty) AS BIGINT) AS units, CAST(coalesce(sum(qty) FILTER (paid_date = $2), 0) AS BIGINT) AS today
FROM fct_order_lines
WHERE is_paid AND NOT is_test AND NOT is_gift AND paid_date BETWEEN $1 AND $2
GROUP BY ALL
ORDER BY hour
"""


@dataclass(frozen=True, slots=True)
class Course:
    """A usual day by its hours, as the wall clock counts them from midnight: below zero after a cut-off the evening before."""

    first: int = 0  # the hour the day's sales begin
    upto: tuple[float, ...] = (1.0,)  # the part of a day's sales before the end of its first hour, its second, ...
    known: int | None = None  # until this hour today's sales are known; None before the first one

    @property
    def gone(self) -> float:
        """The part of a usual day's sales that came before what is known of today."""
        return 0.0 if self.known is None else self.before(self.known)

    def before(self, hour: float) -> float:
        """The part of a usual day's sales that comes before an hour."""
        at = hour - self.first
        if at <= 0:
            return 0.0
        whole = min(int(at), len(self.upto))
        begun = self.upto[whole - 1] if whole else 0.0
        ends = self.upto[whole] if whole < len(self.upto) else begun
        return begun + (at - whole) * (ends - begun)


def course(shop: Shop, day: date, days: timedelta) -> Course:
    """Of the sales of so many days up to this one."""
    rows = shop.read(HOURS, (day - days, day)).to_pylist()
    whole = sum(row["units"] for row in rows)
    if whole <= 0:
        return Course()
    first, units = rows[0]["hour"], {row["hour"]: row["units"] for row in rows}
    seen = accumulate(units.get(hour, 0) for hour in range(first, rows[-1]["hour"] + 1))
    today = [row["hour"] for row in rows if row["today"] > 0]
    return Course(first, tuple(one / whole for one in seen), max(today) + 1 if today else None)
