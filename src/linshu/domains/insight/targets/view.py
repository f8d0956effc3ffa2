"""What a target looks like to people: one row of the page, or the lines on a figure's card; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linshu.domains.insight.targets.flow import dimension_title, typed
from linshu.domains.insight.targets.words import VERDICTS
from linshu.engine.metrics.declare import Unit
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.domains.insight.targets.flow import Judged
    from linshu.domains.insight.targets.inputs import Target
    from linshu.engine.metrics import Catalog, Metric
    from linshu.engine.shell.view import Writer


@dataclass(frozen=True, slots=True)
class Line:
    """One target in words."""

    target: Target
    title: str
    of: str  # the whole company, or which part of it
    goal: str
    value: str
    share: float | None  # of the goal, for a bar
    reached: str
    due: float | None  # where the bar would be by now
    pace: str
    likely: str
    between: str
    verdict: Text
    tone: str
    problem: str
    typed: str
    period: str

    @property
    def address(self) -> str:
        """The page of targets, with this one in its form."""
        one = self.target
        return "/targets?" + urlencode({
            "metric": one.metric, "dimension": one.dimension, "part": one.part, "grain": one.grain,
            "start": one.start, "value": self.typed,
        })  # fmt: skip


def line(one: Judged, catalog: Catalog, writer: Writer) -> Line:
    """A target as a person reads it."""
    metric, target, ahead = one.metric, one.target, one.ahead
    words, tone = VERDICTS[one.verdict]
    of = dimension_title(target.dimension, catalog, writer.say)
    return Line(
        target,
        writer.say(metric.title),
        of if target.dimension == "*" else f"{of} {target.name or target.part}",
        short(one.goal, metric, writer),
        "—" if one.value is None else short(one.value, metric, writer),
        one.share,
        writer.short(one.share, Unit.RATIO) if one.share is not None else "",
        one.due / one.goal if one.due is not None and one.goal > 0 and not one.over else None,
        short(one.due, metric, writer) if one.share is not None and one.due is not None and not one.over else "",
        short(ahead.middle, metric, writer) if ahead and not one.over else "",
        f"{short(ahead.low, metric, writer)} – {short(ahead.high, metric, writer)}" if ahead and not one.over else "",
        words,
        tone,
        writer.say(one.problem) if one.problem else "",
        f"{typed(target, metric):.15g}",
        period_name(target, writer),
    )


def short(value: float, metric: Metric, writer: Writer) -> str:
    """A figure as it stands on a card, whole where it counts things."""
    return writer.short(round(value) if metric.unit in (Unit.FEN, Unit.COUNT, Unit.QTY) else value, metric.unit)


def period_name(target: Target, writer: Writer) -> str:
    """The period as people call it: 11月, 4季度, the days of a week."""
    start = target.start
    if target.grain == "month":
        return f"{start.month}月" if writer.language == "zh" else f"{start:%B}"
    if target.grain == "quarter":
        return writer.say(Text(f"{start.month // 3 + 1}季度", f"Q{start.month // 3 + 1}"))
    if target.grain == "year":
        return writer.say(Text(f"{start.year}年", str(start.year)))
    return writer.days(start, target.end)
