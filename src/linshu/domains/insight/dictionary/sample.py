"""How a figure went lately: its last thirty whole days that have data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics import Metric
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.view import Writer

DAYS = 30
DAY = timedelta(days=1)
LAST_DAY = "SELECT max(placed_date) AS last FROM fct_orders"


@dataclass(frozen=True, slots=True)
class Sample:
    """The line as the chart script draws it, and the days it covers."""

    chart: dict[str, object]
    days: str
    empty: bool
    notes: tuple[Text, ...]  # what a reader must know beside it


def sample(shop: Shop, metric: Metric, today: date, scope: Scope, writer: Writer) -> Sample:
    """The figure by day; over data of the past, its last thirty days."""
    end = min(today - DAY, _last_day(shop) or today - DAY)
    start = end - (DAYS - 1) * DAY
    found = shop.query((metric.name,), start=start, end=end, grain="day", scope=scope, fill=True)
    rows = found.rows()
    values = [None if row[metric.name] is None else float(row[metric.name]) for row in rows]
    days = [date.fromisoformat(str(row["day"])[:10]) for row in rows]
    chart: dict[str, object] = {
        "kind": "line",
        "first": writer.say(Text("日期", "Day")),
        "labels": [writer.tick(one) for one in days],
        "titles": [writer.day(one, year=True) for one in days],
        "axis": writer.axis(metric.unit),
        "series": [{"name": writer.say(metric.title), "values": values, "role": "main"}],
    }
    return Sample(chart, writer.days(start, end, today=today), not any(values), found.notes)


def _last_day(shop: Shop) -> date | None:
    found: date | None = shop.read(LAST_DAY).to_pylist()[0]["last"]
    return found
