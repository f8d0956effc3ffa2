"""What the overview shows, in words and shapes: pure, from figures to what the templates print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.shell.filters import COMPARE_TITLES
from linshu.engine.shell.stale import Freshness
from linshu.engine.shell.view import MONTHS, POINTS, Writer
from linshu.kernel.period import Grain, Period
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from linshu.domains.insight.overview.inputs import Figure, Hours, Ranked, Ranking, Trend
    from linshu.domains.insight.targets.view import Line
    from linshu.engine.metrics import Metric
    from linshu.engine.shell.filters import Days, PageFilter
    from linshu.engine.shell.view import Movement, Number
    from linshu.kernel.company_day import CompanyDay

NO_COMPARISON = Text("今天未结束，暂不对比", "Today is not over: no comparison yet")
NOTHING_BEFORE = Text("上期没有数据", "No data in the compared period")
GRAIN_WORDS = {
    Grain.HOUR: Text("按小时", "by hour"),
    Grain.DAY: Text("按天", "by day"),
    Grain.WEEK: Text("按周", "by week"),
    Grain.MONTH: Text("按月", "by month"),
}
RUNNING = Text("（不含今天）", " (without today)")


@dataclass(frozen=True, slots=True)
class Target:
    """How far a figure is on the way to its target."""

    share: float  # 0.82 = 82 % reached
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure with all that makes it readable: movement, target, its last days, what it means."""

    name: str
    title: str
    value: str
    full: str
    movement: Movement | None
    beside: str  # what stands beside or instead of the movement
    spark: tuple[float | None, ...]
    definition: str
    note: str
    href: str
    current: bool
    problem: str = ""
    target: Target | None = None
    aim: Line | None = None  # the target the figure works towards, in which the shown days end
    aimless: bool = False  # no target is set for it, though others have one


def cards(
    figures: tuple[Figure, ...],
    filters: PageFilter,
    writer: Writer,
    shown: str = "",
    aims: Mapping[str, Line] | None = None,
) -> tuple[Card, ...]:
    """The cards of a row; `shown` is the metric the trend shows now."""
    made = (_card(figure, filters, writer, shown, (aims or {}).get(figure.metric.name)) for figure in figures)
    return tuple(replace(card, aimless=bool(aims) and card.aim is None and not card.problem) for card in made)


def _card(figure: Figure, filters: PageFilter, writer: Writer, shown: str, aim: Line | None) -> Card:
    metric = figure.metric
    movement = writer.movement(figure.now, figure.before, metric.unit, metric.better)
    beside = COMPARE_TITLES[filters.compare]
    if figure.lacking is not None:
        beside = figure.lacking
    elif filters.complete is None:
        beside = NO_COMPARISON
    elif movement is None:
        beside = NOTHING_BEFORE
    return Card(
        metric.name,
        writer.say(metric.title),
        writer.short(figure.value, metric.unit),
        writer.full(figure.value, metric.unit),
        movement,
        "" if figure.value is None and figure.lacking is None else writer.say(beside),
        tuple(None if value is None else float(value) for value in figure.days),
        writer.say(figure.help or metric.definition),
        writer.say(metric.note),
        filters.address(metric=metric.name),
        metric.name == shown,
        writer.say(figure.problem) if figure.problem else "",
        None if aim is not None and _same_days(aim, filters) else _target(figure, writer),
        aim,
    )


def _same_days(aim: Line, filters: PageFilter) -> bool:
    """Whether the shown days are those of the target itself, so that one line says it all."""
    return filters.period.start == aim.target.start


def _target(figure: Figure, writer: Writer) -> Target | None:
    if not figure.target or figure.value is None:
        return None
    unit = figure.metric.unit
    value, due = Fraction(str(figure.value)), Fraction(str(figure.target))
    whole = unit in (Unit.FEN, Unit.COUNT, Unit.QTY)
    goal = writer.short(round(due) if whole else float(due), unit)
    if unit in POINTS or figure.metric.better is Better.LOWER:
        # The share of a rate reached says nothing; and of what should be low, 102 % would look like success.
        kept = value <= due if figure.metric.better is Better.LOWER else value >= due
        words = Text("达标", "met") if kept else Text("未达标", "missed")
        least = min(value, due) / max(value, due) if value > 0 else Fraction(int(kept))
        return Target(
            1.0 if kept else float(least), writer.say(Text(f"目标 {goal} · {words.zh}", f"Target {goal} · {words.en}"))
        )
    reached = float(value / due)
    percent = writer.short(reached, Unit.RATIO)
    return Target(
        min(reached, 1.0), writer.say(Text(f"目标 {goal} · 达成 {percent}", f"Target {goal} · {percent} reached"))
    )


def past_badge(days: Days) -> Freshness:
    """The badge for data that ended long ago: not when it arrived, but the day it speaks of."""
    assert days.last is not None
    last = days.last
    text = Text(Writer("zh").short_day(last, year=True), Writer("en").short_day(last, year=True))
    return Freshness(
        "past",
        Text(f"数据到 {text.zh}", f"Data until {text.en}"),
        Text("这是过去的数据；时间段从最后一天往回算", "Data of the past; periods count back from its last day"),
    )


def held_against(filters: PageFilter, against: Period | None, writer: Writer, today: date) -> str:
    """The sentence that names both periods: 11月16日 – 11月22日，较上期 11月9日 – 11月15日."""
    shown = writer.days(filters.period.start, filters.period.end, today=today)
    if against is None:
        return shown
    words = writer.say(COMPARE_TITLES[filters.compare])
    other = writer.days(against.start, against.end, today=today)
    tail = writer.say(RUNNING) if filters.running and filters.complete else ""
    return f"{shown}，{words} {other}{tail}" if writer.language == "zh" else f"{shown}, {words} {other}{tail}"


def trend_chart(trend: Trend, filters: PageFilter, writer: Writer) -> dict[str, object]:
    """The line of one metric beside its comparison, as the chart script draws it."""
    compared = writer.say(COMPARE_TITLES[filters.compare]).removeprefix("较").removeprefix("vs ")
    series: list[dict[str, object]] = [
        {"name": writer.say(trend.metric.title), "values": _plain(trend.values), "role": "main"},
    ]
    if any(value is not None for value in trend.before):
        series.append({"name": compared, "values": _plain(trend.before), "role": "compare"})
    chart: dict[str, object] = {
        "kind": "line",
        "first": writer.say(Text("时间", "Time")),
        "labels": [bucket_label(bucket, trend.grain, writer) for bucket in trend.buckets],
        "titles": [bucket_title(bucket, trend.grain, writer) for bucket in trend.buckets],
        "axis": writer.axis(trend.metric.unit),
        "unit": unit_words(trend.metric.unit, writer),
        "series": series,
    }
    if filters.running and trend.grain is Grain.DAY and trend.buckets:
        label = bucket_label(trend.buckets[-1], trend.grain, writer)
        chart["mark"] = {"at": label, "label": writer.say(Text("今天未结束", "Today, not over"))}
    return chart


def unit_words(unit: Unit, writer: Writer) -> str:
    """What stands at the head of an axis or column."""
    words = {
        Unit.FEN: Text(f"单位：{writer.currency}", writer.currency),
        Unit.RATIO: Text("%", "%"),
        Unit.PER_MILLE: Text("‰", "‰"),
        Unit.DAYS: Text("天", "days"),
    }
    return writer.say(words[unit]) if unit in words else ""


def bucket_label(bucket: str, grain: Grain, writer: Writer) -> str:
    """The short name of a bucket under the axis: 11/22, 20时, 2026-10."""
    if grain is Grain.HOUR:
        return f"{int(bucket[11:13])}时" if writer.language == "zh" else f"{bucket[11:13]}:00"
    if grain in (Grain.DAY, Grain.WEEK):
        return f"{int(bucket[5:7])}/{int(bucket[8:10])}" if writer.language == "zh" else _english_day(bucket)
    return bucket


def bucket_title(bucket: str, grain: Grain, writer: Writer) -> str:
    """The full name of a bucket in tooltips and tables."""
    if grain is Grain.HOUR:
        return f"{bucket[:10]} {bucket[11:16]}"
    if grain is Grain.DAY:
        return writer.day(date.fromisoformat(bucket), year=True)
    if grain is Grain.WEEK:
        day = writer.short_day(date.fromisoformat(bucket), year=True)
        return writer.say(Text(f"{day} 起的一周", f"week of {day}"))
    return bucket


def _english_day(bucket: str) -> str:
    return f"{int(bucket[8:10])} {MONTHS[int(bucket[5:7]) - 1]}"


def _plain(values: tuple[Number | None, ...]) -> list[float | int | None]:
    return [None if value is None else value if isinstance(value, int) else float(value) for value in values]


@dataclass(frozen=True, slots=True)
class TodayView:
    """The running day: sold so far, against the same hours of yesterday and last week, and the time left."""

    title: str
    gmv: str
    gmv_full: str
    orders: str
    against: tuple[tuple[str, Movement | None], ...]
    closes_at: str  # ISO instant of the cut-off, for the countdown
    closes: str
    over: bool  # the day shown is past: no countdown
    chart: dict[str, object]


def today(
    hours: tuple[Hours, Hours, Hours], metrics: tuple[Metric, Metric], day: CompanyDay, now: datetime, writer: Writer
) -> TodayView:
    """The running day beside yesterday and the same weekday last week, hour by hour.

    Held against the same full hours only: at half past ten, what was sold by ten.
    """
    shown, yesterday, _ = hours
    gmv, orders = metrics
    marks = day.hours(shown.day)
    over = now >= day.span(shown.day)[1]
    full = sum(1 for mark in marks if over or day.hour_of(now) > mark)
    lines = [_by_hour(one, day) for one in hours]
    drawn = tuple(value if index < full else None for index, value in enumerate(lines[0]))
    names = (
        writer.say(Text("今天", "Today")) if not over else writer.short_day(shown.day),
        writer.say(Text("昨天", "Yesterday")) if not over else writer.short_day(yesterday.day),
        writer.say(Text("上周同日", "Same day last week")),
    )
    against = tuple(
        (label, writer.movement(sum(lines[0][:full]), sum(line[:full]), gmv.unit, gmv.better) if full else None)
        for label, line in (
            (
                writer.say(
                    Text("较昨日同时", "vs yesterday by now") if not over else Text("较前一天", "vs the day before")
                ),
                lines[1],
            ),
            (
                writer.say(
                    Text("较上周同时", "vs last week by now") if not over else Text("较上周同日", "vs last week")
                ),
                lines[2],
            ),
        )
    )
    total = sum(value or 0 for value in shown.gmv.values())
    return TodayView(
        writer.day(shown.day),
        writer.short(total, gmv.unit),
        writer.full(total, gmv.unit),
        writer.short(sum(value or 0 for value in shown.orders.values()), orders.unit),
        against,
        day.span(shown.day)[1].isoformat(),
        day.cut_off,
        over,
        {
            "kind": "line",
            "first": writer.say(Text("小时", "Hour")),
            "labels": [f"{mark.hour}时" if writer.language == "zh" else f"{mark:%H}:00" for mark in marks],
            "titles": [f"{mark:%H}:00 – {mark:%H}:59" for mark in marks],
            "axis": writer.axis(gmv.unit),
            "unit": unit_words(gmv.unit, writer),
            "series": [
                {"name": names[0], "values": list(drawn), "role": "main", "hue": 0},
                {"name": names[1], "values": list(lines[1]), "role": "compare", "hue": 1},
                {"name": names[2], "values": list(lines[2]), "role": "compare", "hue": 7},
            ],
        },
    )


def _by_hour(hours: Hours, day: CompanyDay) -> list[int | float]:
    """The day's amounts in the order of its hours, zero where nothing was sold."""
    return [_number(hours.gmv.get(day.hour_name(mark))) for mark in day.hours(hours.day)]


def _number(value: Number | None) -> int | float:
    return 0 if value is None else value if isinstance(value, int) else float(value)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure in a table."""

    text: str
    full: str


@dataclass(frozen=True, slots=True)
class RankRow:
    """One row of a ranking as it is printed."""

    rank: int
    key: str
    name: str
    share: int  # width of its bar, per cent of the first
    cells: tuple[Cell, ...]
    movement: Movement | None


@dataclass(frozen=True, slots=True)
class RankView:
    """A ranking as it is printed."""

    kind: str
    heads: tuple[tuple[str, str, str], ...]  # metric, title, definition
    rows: tuple[RankRow, ...]
    compared: bool


def rank_view(ranking: Ranking, writer: Writer, *, first: int = 1) -> RankView:
    """The ranking with bars relative to its largest first figure."""
    sizes = [float(row.values[0] or 0) for row in ranking.rows] if ranking.metrics else []
    largest = max(sizes, default=0)
    rows = tuple(
        _rank_row(ranking, row, first + place, _share(size, largest), writer)
        for place, (row, size) in enumerate(zip(ranking.rows, sizes, strict=True))
    )
    heads = tuple((one.name, writer.say(one.title), writer.say(one.definition)) for one in ranking.metrics)
    return RankView(ranking.dimension, heads, rows, ranking.compared)


def _rank_row(ranking: Ranking, row: Ranked, rank: int, share: int, writer: Writer) -> RankRow:
    cells = tuple(
        Cell(writer.short(value, metric.unit), writer.full(value, metric.unit))
        for metric, value in zip(ranking.metrics, row.values, strict=True)
    )
    first = ranking.metrics[0]
    movement = writer.movement(row.values[0], row.before, first.unit, first.better) if ranking.compared else None
    return RankRow(rank, row.key, row.name, share, cells, movement)


def _share(size: float, largest: float) -> int:
    return max(1, round(100 * size / largest)) if largest > 0 and size > 0 else 0
