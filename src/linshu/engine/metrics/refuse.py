"""Refusals that help: what a figure cannot be cut or restricted by, and the nearest question that can be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.access.scope import TITLES
from linshu.kernel.errors import Forbidden, Misused
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Alignment, AsOf, Fact, Membership
    from linshu.engine.metrics.query import Query

SHOWN = 8


def cut_by_membership(asked: Membership, metrics: tuple[str, ...]) -> Misused:
    """Sets that one thing may belong to several of at once would count it several times."""
    return Misused(
        Text(
            f"不能按 {asked.name}（{asked.title.zh}）拆分：同一个可以同时属于几个，会被重复计算",
            f"{asked.title.en} ({asked.name}) cannot cut a figure: who is in several would be counted several times",
        ),
        mend=Text(
            f"请逐个筛选，如 {metrics[0]} --where {asked.name}=...",
            f"Restrict by one at a time, such as {metrics[0]} --where {asked.name}=...",
        ),
    )


def no_order(asked: Membership) -> Misused:
    """Sets are named, not ordered."""
    return Misused(
        Text(f"{asked.title.zh}没有大小之分", f"{asked.title.en} has no order"),
        mend=Text(f"写 {asked.name}=... 或 {asked.name}!=...", f"Write {asked.name}=... or {asked.name}!=..."),
    )


def no_moment(asked: Membership, fact: Fact) -> Misused:
    """Rows that tell no instant cannot say who belonged then."""
    return Misused(
        Text(
            f"{fact.title.zh}没有发生时刻，说不出当时属于哪个{asked.title.zh}",
            f"{fact.title.en} tell no instant, so who belonged to which {asked.title.en.lower()} then is unknown",
        ),
        mend=Text("请改用 as_of=now 或某个公司日", "Ask as_of=now, or as of a company day"),
    )


def not_aligned(query: Query, alignment: Alignment | None) -> Misused:
    """A comparison day by day that the dictionary does not know, or asked by the hour."""
    if alignment is None:
        return Misused(
            Text(f"这个指标字典没有对比方式 {query.compare}", f"This dictionary has no comparison {query.compare}"),
            mend=Text(
                "可用 previous、last_week、last_month、last_year", "Use previous, last_week, last_month, last_year"
            ),
        )
    return Misused(
        Text(
            f"{alignment.title.zh}是逐日对齐的，不能按小时看", f"{alignment.title.en} goes by days, never by the hour"
        ),
        mend=Text("请用 day 或更粗的粒度", "Use day or a coarser grain"),
    )


def unreachable(catalog: Catalog, metrics: tuple[str, ...], fact: Fact, dimension: str, as_of: AsOf) -> Misused:
    """A figure asked by a dimension that its fact does not reach."""
    metric = next(name for name in metrics if fact in catalog.facts_of(name))
    title, asked = catalog.metric(metric).title, catalog.dimension(dimension).title
    ways: dict[AsOf, str] = {"ordered": "ordered", "now": "now", "then": "2026-10-01"}
    open_ways = [said for way, said in ways.items() if way != as_of and catalog.road(fact.name, dimension, way)]
    dimensions = ", ".join(_near_dimensions(catalog, metric, dimension, as_of)) or "-"
    others = ", ".join(_near_metrics(catalog, metric, dimension, as_of)) or "-"
    hint = Text("", "")
    if open_ways:
        hint = Text(f"；或改用 as_of={'、'.join(open_ways)}", f"; or ask as_of={' or '.join(open_ways)}")
    why = Text(f"{fact.title.zh} {fact.name} 到不了该维度", f"{fact.title.en} {fact.name} does not reach it")
    if as_of == "then" and catalog.dimension(dimension).now and not catalog.dimension(dimension).past:
        why = Text(f"没有保存{asked.zh}的历史", f"No history of {asked.en} is kept")
    return Misused(
        Text(
            f"指标 {metric}（{title.zh}）不能按 {dimension}（{asked.zh}）拆分或筛选",
            f"Metric {metric} ({title.en}) cannot be cut or filtered by {dimension} ({asked.en})",
        ),
        where=why,
        mend=Text(
            f"{metric} 可用的维度：{dimensions}；可按 {dimension} 看的指标：{others}{hint.zh}",
            f"{metric} can be cut by: {dimensions}; {dimension} can cut: {others}{hint.en}",
        ),
    )


def out_of_scope(catalog: Catalog, metrics: tuple[str, ...], fact: Fact, attribute: str) -> Forbidden:
    """A figure that a viewer's row scope does not reach; it stays closed."""
    metric = next((name for name in metrics if fact in catalog.facts_of(name)), metrics[0])
    title = catalog.metric(metric).title
    return Forbidden(
        Text(
            f"指标 {metric}（{title.zh}）不能只算您范围内的{TITLES[attribute].zh}，因此不能查看",
            f"Metric {metric} ({title.en}) cannot be restricted to your scope of {attribute}, so it stays closed",
        ),
        mend=Text(
            "请换用范围内可看的指标，或请管理员调整范围", "Use a metric within your scope, or ask for a wider one"
        ),
    )


def _near_dimensions(catalog: Catalog, metric: str, dimension: str, as_of: AsOf) -> list[str]:
    """Dimensions the figure has: first those of the same hierarchy or the same road as the one asked."""
    asked = catalog.dimension(dimension)
    family = {asked.parent, *(via.dimension for via in asked.of)}
    reached = catalog.reached(metric, as_of)

    def distance(name: str) -> int:
        one = catalog.dimension(name)
        kin = name in family or one.parent == dimension or any(via.dimension in family for via in one.of)
        return 0 if kin else 1

    return sorted(reached, key=distance)[:SHOWN]


def _near_metrics(catalog: Catalog, metric: str, dimension: str, as_of: AsOf) -> list[str]:
    """Metrics the dimension cuts: first those with a word of their name, their unit or their owner in common."""
    asked = catalog.metric(metric)
    words = set(metric.split("_"))

    def distance(name: str) -> tuple[int, bool, bool]:
        one = catalog.metric(name)
        return (-len(words & set(name.split("_"))), one.unit is not asked.unit, one.owner != asked.owner)

    return sorted(catalog.cut_by(dimension, as_of), key=distance)[:SHOWN]
