"""How targets stand: loaded, judged by the pure rule, as one plain line for pages, cards, files and programs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from linshu.domains.insight.targets.decide import DAY, Ahead, Verdict, due, forecast, forecast_mean, verdict
from linshu.domains.insight.targets.inputs import NOTHING, WHOLE, Asker, Standing, Target, goal
from linshu.domains.insight.targets.words import FACTOR, GRAINS, HEADS, REACHED, VERDICTS, WHOLE_COMPANY, read
from linshu.engine.metrics.declare import Better, Unit
from linshu.engine.shell.sheet import Sheet, SheetColumn
from linshu.kernel.errors import NOWHERE, Invalid, LinshuError
from linshu.kernel.table import Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics import Catalog, Metric
    from linshu.engine.shell.context import Shell
    from linshu.engine.shell.filters import Days

KEY = ("metric", "dimension", "dimension_value", "period_grain", "period_start")
MOST_TOLD = 20


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A row of a file that is no target: its number there, and why."""

    row: int
    what: Text = field(compare=False)
    mend: Text = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """One target with all that is known of its way."""

    target: Target
    metric: Metric
    goal: float
    value: float | None
    ahead: Ahead | None  # where the period is likely to end; None when nothing can be foretold
    over: bool
    verdict: Verdict
    due: float | None  # what would be done by now, day by day; None for what does not add up
    problem: Text | None = None

    @property
    def share(self) -> float | None:
        """How much of the goal is reached; None for what does not add up, where a share says nothing."""
        return self.value / self.goal if self.due is not None and self.value is not None and self.goal > 0 else None


def judged(ask: Asker, targets: Sequence[Target], last: date | None) -> tuple[Judged, ...]:
    """Targets of known metrics, each held against its figure up to the last day that is over."""
    known = [one for one in targets if one.metric in ask.catalog.metrics]
    found = ask.standings(known, last) if last else {}
    return tuple(_judged(one, ask.catalog.metrics[one.metric], found.get(one, NOTHING), last) for one in known)


def _judged(one: Target, metric: Metric, found: Standing, last: date | None) -> Judged:
    aim, over = goal(one, metric), last is not None and last >= one.end
    ahead = None
    if found.days and last and not over:
        if found.summed:
            ahead = forecast(found.days, one.start, one.end, last)
        elif found.value is not None or last < one.start:
            ahead = forecast_mean(found.days, one.start, one.end, last, found.value or 0.0)
    word = verdict(found.value, aim, ahead, over=over, low_is_good=metric.better is Better.LOWER)
    by_now = due(aim, one.start, one.end, last) if found.summed and last else None
    return Judged(one, metric, aim, found.value, ahead, over, word, by_now, found.problem)


def of_cards(
    shell: Shell, scope: Scope, metrics: Iterable[str], where: Mapping[str, str], until: date, days: Days
) -> dict[str, Judged]:
    """For the figures of a card row the target each works towards, in which the shown days end.

    Whichever of its days are shown, a target stands as it stands: it is judged once.
    """
    shop, kept, catalog = shell.shop, shell.parts, shell.shop.catalog
    if days.last is None or any(name not in catalog.dimensions for name in where):
        return {}
    ask, over, version = Asker(shop, scope), min(days.last, days.today - DAY), shop.data_version
    rows = kept.get(("targets of the whole", version), version, ask.of_the_whole) if not where else None
    aims = tuple(ask.set_for(metrics, where, min(until, days.today), rows).values())
    key = ("targets judged", aims, over, scope.digest(), catalog.edition, version)
    return {one.target.metric: one for one in kept.get(key, version, partial(judged, ask, aims, over))}


def told(rows: Iterable[Judged]) -> Iterator[dict[str, Any]]:
    """As programs and files get them: money in fen, shares as shares."""
    for one in rows:
        target, whole = one.target, one.metric.unit in (Unit.FEN, Unit.COUNT, Unit.QTY)

        def plain(value: float | None, whole: bool = whole) -> float | None:
            return None if value is None else round(value) if whole else value

        ahead = one.ahead
        yield {
            "metric": target.metric, "title": one.metric.title.zh, "title_en": one.metric.title.en,
            "dimension": target.dimension, "part": target.part, "name": target.name,
            "grain": target.grain, "start": target.start.isoformat(), "end": target.end.isoformat(),
            "unit": str(one.metric.unit), "target": plain(one.goal), "value": plain(one.value), "share": one.share,
            "due": plain(one.due), "likely": plain(ahead.middle) if ahead else None,
            "low": plain(ahead.low) if ahead else None, "high": plain(ahead.high) if ahead else None,
            "verdict": one.verdict,
        }  # fmt: skip


def typed(target: Target, metric: Metric) -> float:
    """The value as people type it: yuan, per cent, or a count."""
    value = target.kept / FACTOR.get(metric.unit, 1)
    return int(value) if value.is_integer() else value


def as_sheet(rows: Iterable[Judged], catalog: Catalog, say: Callable[[Text], str]) -> Sheet:
    """A file that can be changed and brought in again; what was reached stands behind what was set."""
    heads = (*HEADS.values(), *REACHED)
    lines = [_line(one, catalog, say) for one in rows]
    note = Text("期末预计是估计", "The likely end is an estimate")
    return Sheet(say(Text("目标", "Targets")), tuple(SheetColumn(say(one)) for one in heads), lines, (say(note),))


def _line(one: Judged, catalog: Catalog, say: Callable[[Text], str]) -> tuple[Any, ...]:
    target, unit, ahead = one.target, one.metric.unit, one.ahead
    factor = 100 if unit is Unit.FEN else 0.01 if unit is Unit.RATIO else 1

    def shown(value: float | None) -> float | None:
        return None if value is None else round(value / factor, 2)

    return (
        say(one.metric.title), dimension_title(target.dimension, catalog, say),
        target.part if target.dimension != WHOLE else "", say(GRAINS[target.grain]), target.start.isoformat(),
        typed(target, one.metric), target.name, shown(one.value), None if one.share is None else round(one.share, 4),
        shown(ahead.middle) if ahead else None, shown(ahead.low) if ahead else None,
        shown(ahead.high) if ahead else None, say(VERDICTS[one.verdict][0]),
    )  # fmt: skip


def template(catalog: Catalog, today: date, say: Callable[[Text], str]) -> Sheet:
    """An empty file with three lines to write over, and the words that may stand in it."""
    first = today.replace(day=1).isoformat()
    metrics = [one for one in ("gmv", "orders", "on_time_rate") if one in catalog.metrics]
    lines = [
        (say(catalog.metrics[one].title), say(WHOLE_COMPANY), "", say(GRAINS["month"]), first, value)
        for one, value in zip(metrics, (200_000, 5_000, 95), strict=False)
    ]
    mark = "、" if say(WHOLE_COMPANY) == WHOLE_COMPANY.zh else ", "
    titles = [say(one.title) for one in catalog.metrics.values()]
    dimensions = [say(one.title) for one in catalog.dimensions.values() if one.kind is Kind.TEXT]
    notes = (
        say(Text("金额写元，比率写百分数，其余写个数", "Money in yuan, rates in per cent, else a count")),
        say(Text("时段：", "Period: ")) + mark.join(say(one) for one in GRAINS.values()),
        say(Text("范围：", "Of: ")) + mark.join([say(WHOLE_COMPANY), *dimensions]),
        say(Text("指标：", "Metric: ")) + mark.join(titles),
    )
    columns = tuple(SheetColumn(say(one)) for one in HEADS.values())
    return Sheet(say(Text("目标", "Targets")), columns, lines, notes)


def read_lines(lines: Sequence[tuple[int, Mapping[str, str]]], ask: Asker) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The targets in the rows of a file, and for each row that is none the number it has there, and why.

    A part that does not exist is such a fault; so is the same target twice.
    """
    rows, faults, seen = [], [], dict[tuple[Any, ...], int]()
    headings = {text.casefold(): key for key, head in HEADS.items() for text in (key, head.zh, head.en)}
    for number, cells in lines:
        named = {
            headings.get(name.strip().rstrip(" *").casefold(), ""): (value or "").strip()
            for name, value in cells.items()
        }
        given = {key: named.get(key, "") for key in HEADS}
        if not any(given.values()):
            continue
        try:
            row = read(given, ask.catalog)
        except LinshuError as error:
            faults.append(Fault(number, error.what, error.mend))
            continue
        key = tuple(row[name] for name in KEY)
        if key in seen:
            faults.append(
                Fault(number, Text(f"和第 {seen[key]} 行是同一个目标", f"the same target as row {seen[key]}"))
            )
            continue
        seen[key] = number
        rows.append({**row, "_row": number})
    faults += unknown_parts(rows, ask)
    return [{name: value for name, value in row.items() if name != "_row"} for row in rows], sorted(faults)


def unknown_parts(rows: Sequence[Mapping[str, Any]], ask: Asker) -> list[Fault]:
    """The rows whose part does not exist."""
    asked: dict[str, set[str]] = defaultdict(set)
    pairs = [
        (int(row.get("_row", 0)), name, value)
        for row in rows
        if row["dimension"] != WHOLE
        for name, value in zip(row["dimension"].split("|"), row["dimension_value"].split("|"), strict=True)
    ]
    for _, name, value in pairs:
        asked[name].add(value)
    known = {name: ask.known_parts(name, values) for name, values in asked.items()}
    titles = {name: ask.catalog.dimensions[name].title for name in asked}
    return [
        Fault(number, Text(f"没有{titles[name].zh}“{value}”", f"there is no {titles[name].en.lower()} {value}"))
        for number, name, value in pairs
        if value not in known[name]
    ]


def refused(faults: Sequence[Fault]) -> Invalid:
    """What a file that holds faults is told with: every row that is wrong, and nothing was kept."""
    zh = "；".join(
        f"第 {one.row} 行：{one.what.zh}{f'（{one.mend.zh}）' if one.mend.zh else ''}" for one in faults[:MOST_TOLD]
    )
    en = "; ".join(
        f"row {one.row}: {one.what.en}{f' ({one.mend.en})' if one.mend.en else ''}" for one in faults[:MOST_TOLD]
    )
    return Invalid(
        Text(f"{len(faults)} 行有问题，一行也没有保存", f"{len(faults)} rows are wrong; nothing was kept"),
        where=Text(zh, en),
        mend=Text("改好再导入。", "Mend them and bring the file in again."),
    )


def dimension_title(dimension: str, catalog: Catalog, say: Callable[[Text], str]) -> str:
    """What a target is split by, in words."""
    if dimension == WHOLE:
        return say(WHOLE_COMPANY)
    return "|".join(
        say(catalog.dimensions[name].title) if name in catalog.dimensions else name for name in dimension.split("|")
    )
