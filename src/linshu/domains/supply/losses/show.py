"""What the pages of losses print: cards, the chart, the list in order, addresses; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from linshu.engine.metrics.declare import Unit
from linshu.engine.shell.listing import link
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.domains.supply.losses.classes import Asked as ClassesAsked
    from linshu.domains.supply.losses.decide import Change
    from linshu.domains.supply.losses.inputs import Line
    from linshu.domains.supply.losses.why import Reason
    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.filters import PageFilter
    from linshu.engine.shell.view import Movement, Writer

OPENED = {"warehouse": "sku", "supplier": "sku", "sku": "stock_lot", "loss_cause": "sku"}  # what a group is cut by next


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure, and how it moved."""

    name: str
    title: str
    value: str
    full: str
    movement: Movement | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The change of the losses, the sentence that says it, and the groups that moved it."""

    change: Change
    words: str
    reasons: Sequence[Reason]

    @property
    def bars(self) -> tuple[tuple[Text, int], ...]:
        """The three parts of the change, fen."""
        return (
            (Text("出货多少", "How much went out"), round(self.change.volume)),
            (Text("卖了什么（结构）", "What went out (mix)"), round(self.change.mix)),
            (Text("坏得多少（损耗率）", "How much of it spoiled (rate)"), round(self.change.spoils)),
        )


def kpis(catalog: Catalog, now: Mapping[str, Any], before: Mapping[str, Any], writer: Writer) -> list[Kpi]:
    """The figures of all that is meant."""
    found = []
    for name, value in now.items():
        if name not in before:
            continue
        metric = catalog.metric(name)
        moved = writer.movement(value, before[name], metric.unit, metric.better)
        found.append(
            Kpi(
                name,
                writer.say(metric.title),
                writer.short(value, metric.unit),
                writer.full(value, metric.unit),
                moved,
            )
        )
    return found


def sifted(found: Sequence[Line], words: str, sort: str) -> list[Line]:
    """The groups found by words, in order; what has no rate comes last."""
    sought = words.casefold()
    kept = [one for one in found if not sought or sought in f"{one.name} {one.of} {one.key}".casefold()]
    name, down = sort.lstrip("-"), sort.startswith("-")
    known = [one for one in kept if getattr(one, name) is not None]
    ordered = sorted(known, key=lambda one: (getattr(one, name), one.key, one.of), reverse=down)
    return [*ordered, *(one for one in kept if getattr(one, name) is None)]


def opens(filters: PageFilter, by: str, key: str, *, recalls: bool = False) -> str:
    """Where a group of the list leads: the same days, narrowed to it and cut finer; a batch to what a recall would do."""
    if by == "stock_lot" and recalls and not key.startswith("("):
        return f"/recall/{quote(key, safe='')}"
    if by not in OPENED or key.startswith("("):
        return ""
    then = OPENED[by]
    return "/losses" + filters.address(**{by: key, "by": then if then != "sku" else None, "q": None, "sort": None})


def trend_chart(buckets: Sequence[str], causes: Mapping[str, Mapping[str, int]], writer: Writer) -> dict[str, Any]:
    """Bars of the losses, cause upon cause."""
    return {
        "kind": "bar", "stack": True, "first": writer.say(Text("日期", "Day")), "labels": [_short(one, writer) for one in buckets],
        "titles": [_long(one, writer) for one in buckets],
        "series": [
            {"name": name, "values": [values.get(one, 0) for one in buckets], "role": "main"} for name, values in causes.items()
        ],
        "axis": writer.axis(Unit.FEN), "unit": writer.currency,
    }  # fmt: skip


def _short(bucket: str, writer: Writer) -> str:
    """A day as the axis writes it."""
    try:
        day = date.fromisoformat(bucket)
    except ValueError:
        return bucket[11:16] or bucket  # an hour, or a month
    return writer.tick(day)


def _long(bucket: str, writer: Writer) -> str:
    try:
        return writer.day(date.fromisoformat(bucket))
    except ValueError:
        return bucket


def days_of(filters: PageFilter, writer: Writer) -> str:
    """The days shown, and what they are held against."""
    now = writer.days(filters.period.start, filters.period.end, today=filters.days.today)
    against = filters.against()
    if against is None:
        return now
    then = writer.days(against.start, against.end, today=filters.days.today)
    return writer.say(Text(f"{now}，对比 {then}", f"{now}, against {then}"))


def parts_of_classes(asked: ClassesAsked) -> dict[str, str]:
    """What the address of the classes keeps."""
    return {"cell": asked.cell, "q": asked.words, "sort": asked.sort if asked.sort != "-gmv" else ""}


def address(path: str, parts: Mapping[str, str], **changes: str | None) -> str:
    """A page's address with some parts changed."""
    return path + link(parts, changes)
