"""What the metric dictionary shows: pure, from the catalogue to entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.insight.dictionary import words
from linshu.engine.metrics import Query
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.declare import Better, Measure, Unit
from linshu.engine.metrics.expression import columns
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from datetime import date

    from linshu.engine.metrics import Catalog, Dimension, Metric

UNITS = {
    Unit.FEN: Text("金额（存分，显示元）", "money (kept in hundredths)"),
    Unit.COUNT: Text("个数", "count"),
    Unit.QTY: Text("件（基本单位）", "pieces (base unit)"),
    Unit.RATIO: Text("百分比", "per cent"),
    Unit.TIMES: Text("倍", "times"),
    Unit.DAYS: Text("天", "days"),
    Unit.SECONDS: Text("秒", "seconds"),
    Unit.SCORE: Text("分（0–100）", "score (0–100)"),
    Unit.PER_MILLE: Text("千分比", "per thousand"),
}
BETTER = {
    Better.HIGHER: Text("越高越好", "higher is better"),
    Better.LOWER: Text("越低越好", "lower is better"),
    Better.NEITHER: Text("中性", "neither way is better"),
}
# Dialects in which the same definition is shown; what a company runs elsewhere must give the same figure.
DIALECTS = (("duckdb", "DuckDB"), ("postgres", "PostgreSQL"), ("spark", "Spark"), ("clickhouse", "ClickHouse"))


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric in the list."""

    name: str
    title: Text
    definition: Text
    unit: Text
    formula: Text
    owner: str
    version: int
    own: bool


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric in full."""

    metric: Metric
    unit: Text
    better: Text
    formula: Text
    clock: Text
    made_of: tuple[Metric, ...]
    used_by: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    tables: tuple[str, ...]
    statements: tuple[tuple[str, str], ...]  # dialect, SQL


def entries(catalog: Catalog, asked: str = "") -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The metrics that match what was typed, by owner, in declared order."""
    grouped: dict[str, list[Entry]] = {}
    for metric in catalog.metrics.values():
        if _matches(metric, asked):
            entry = Entry(
                metric.name, metric.title, metric.definition, UNITS[metric.unit], words.formula(metric, catalog),
                metric.owner, metric.version, bool(metric.place),
            )  # fmt: skip
            grouped.setdefault(metric.owner, []).append(entry)
    return tuple((owner, tuple(found)) for owner, found in grouped.items())


def _matches(metric: Metric, asked: str) -> bool:
    said = (metric.title, metric.definition)
    text = f"{metric.name} {' '.join(one.zh for one in said)} {' '.join(one.en for one in said)}"
    return all(word in text.casefold() for word in asked.casefold().split())


def definition(catalog: Catalog, name: str, start: date, end: date) -> Definition:
    """Everything a reader may ask about one metric; Missing names the nearest when there is none of that name."""
    metric = catalog.metric(name)
    parts = () if isinstance(metric.formula, Measure) else tuple(dict.fromkeys(columns(metric.formula)))
    users = tuple(
        other
        for other in catalog.metrics.values()
        if not isinstance(other.formula, Measure) and name in set(columns(other.formula))
    )
    query = Query.of((name,), start=start, end=end)
    statements = tuple(
        (title, compiled(query, catalog, dialect=dialect, inline=True).sql) for dialect, title in DIALECTS
    )
    return Definition(
        metric,
        UNITS[metric.unit],
        BETTER[metric.better],
        words.formula(metric, catalog),
        words.clock(metric, catalog),
        tuple(catalog.metric(part) for part in parts),
        users,
        tuple(catalog.dimensions[one] for one in catalog.reached(name)),
        tuple(dict.fromkeys(fact.table for fact in catalog.facts_of(name))),
        statements,
    )
