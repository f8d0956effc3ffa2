"""What the metric dictionary shows: pure, from the catalogue to entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshu.domains.insight.dictionary import words
from linshu.domains.insight.dictionary.lineage import graph
from linshu.engine.metrics import Query
from linshu.engine.metrics.compile import compile as compiled
from linshu.engine.metrics.declare import Better, Measure, Unit
from linshu.engine.metrics.expression import columns
from linshu.engine.metrics.help import clock
from linshu.engine.shell.search import of_metrics
from linshu.engine.warehouse import models
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from linshu.domains.insight.dictionary.lineage import Graph
    from linshu.engine.metrics import Catalog, Dimension, Metric
    from linshu.engine.shell.feature import Domain, MenuItem

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
    shown_on: tuple[MenuItem, ...]  # pages that always show it
    graph: Graph
    statements: tuple[tuple[str, str], ...]  # dialect, SQL


def entries(catalog: Catalog, asked: str = "") -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The metrics that match what was typed, by owner: in declared order, or the nearest first."""
    found = of_metrics(catalog).find(asked, limit=len(catalog.metrics))
    grouped: dict[str, list[Entry]] = {}
    for metric in (catalog.metrics[one.key] for one in found):
        entry = Entry(
            metric.name, metric.title, metric.definition, UNITS[metric.unit], words.formula(metric, catalog),
            metric.owner, metric.version, bool(metric.place),
        )  # fmt: skip
        grouped.setdefault(metric.owner, []).append(entry)
    return tuple((owner, tuple(found)) for owner, found in grouped.items())


def definition(catalog: Catalog, name: str, start: date, end: date, domains: Sequence[Domain] = ()) -> Definition:
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
        clock(metric, catalog),
        tuple(catalog.metric(part) for part in parts),
        users,
        tuple(catalog.dimensions[one] for one in catalog.reached(name)),
        tuple(dict.fromkeys(fact.table for fact in catalog.facts_of(name))),
        tuple(one.menu[0] for domain in domains for one in domain.features if name in one.shows and one.menu),
        graph(name, catalog, models.load(*(domain.models for domain in domains if domain.models))),
        statements,
    )
