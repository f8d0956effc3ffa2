"""The columns of an answer in order: time, dimensions with their names, figures with what they are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.metrics.comparison import TARGET
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.result import Column
from linshu.engine.metrics.shapes import TOTAL
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.declare import Metric
    from linshu.engine.metrics.query import Query

_GRAIN_TITLES = {
    Grain.HOUR: Text("小时", "Hour"),
    Grain.DAY: Text("日期", "Day"),
    Grain.WEEK: Text("周", "Week"),
    Grain.MONTH: Text("月份", "Month"),
    Grain.QUARTER: Text("季度", "Quarter"),
    Grain.YEAR: Text("年份", "Year"),
    Grain.FISCAL_QUARTER: Text("财季", "Fiscal quarter"),
    Grain.FISCAL_YEAR: Text("财年", "Fiscal year"),
}
_COMPARE_TITLES = {
    "previous": Text("上期", "previous period"),
    "last_week": Text("上周同期", "same days last week"),
    "last_month": Text("上月同期", "same days last month"),
    "last_year": Text("去年同期", "same days last year"),
    "last_year_aligned": Text("去年同期·节日对齐", "last year, festivals aligned"),
}


def columns(query: Query, catalog: Catalog) -> tuple[Column, ...]:
    """What each column of the answer is called, and in which unit it stands; Misused for a figure that is none of them."""
    found = list[Column]()
    if query.grain:
        found.append(Column(query.grain.value, _GRAIN_TITLES[query.grain], "time"))
    for name in query.by:
        dimension = catalog.dimension(name)
        found.append(Column(name, dimension.title, "dimension"))
        if dimension.label:
            title = Text(f"{dimension.title.zh}名称", f"{dimension.title.en} name")
            found.append(Column(f"{name}_name", title, "label"))
    figures = [one for name in query.metrics for one in _figure(catalog.metric(name), query, catalog)]
    known = {one.name for one in figures}
    for name in query.show:
        if name not in known:
            raise Misused(
                Text(f"答案里没有 {name}", f"The answer has no figure {name}"), mend=nearest(name, sorted(known))
            )
    return (*found, *(one for one in figures if not query.show or one.name in query.show))


def _figure(metric: Metric, query: Query, catalog: Catalog) -> Iterator[Column]:
    name, title = metric.name, metric.title
    whole = catalog.whole(name)
    yield Column(name, title, "metric", metric.unit, whole=whole, metric=name)
    if query.compare == TARGET:
        due = Text(f"{title.zh}（目标）", f"{title.en} (target)")
        yield Column(f"{name}_target", due, "compare", metric.unit, whole=False, metric=name)
        attained = Text(f"{title.zh}达成率", f"{title.en} attained")
        yield Column(f"{name}_attained", attained, "change", Unit.RATIO, whole=False, metric=name)
    elif query.compare:
        said = _compared(title, query.compare)
        yield Column(f"{name}_{query.compare}", said, "compare", metric.unit, whole=whole, metric=name)
        changed = Text(f"{title.zh}变化率", f"Change of {title.en}")
        yield Column(f"{name}_change", changed, "change", Unit.RATIO, whole=False, metric=name)
    if query.share:
        shared = _shared(title, query.share, catalog)
        yield Column(f"{name}_share", shared, "share", Unit.RATIO, whole=False, metric=name)
        if query.compare:
            said = _compared(shared, query.compare)
            yield Column(f"{name}_share_{query.compare}", said, "share", Unit.RATIO, whole=False, metric=name)


def _compared(title: Text, compare: str) -> Text:
    said = _COMPARE_TITLES[compare]
    return Text(f"{title.zh}（{said.zh}）", f"{title.en} ({said.en})")


def _shared(title: Text, share: str, catalog: Catalog) -> Text:
    if share == TOTAL:
        return Text(f"{title.zh}占比", f"Share of {title.en}")
    within = catalog.dimension(share).title
    return Text(f"{title.zh}占比（{within.zh}内）", f"Share of {title.en} within {within.en}")
