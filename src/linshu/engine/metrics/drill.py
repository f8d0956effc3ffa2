"""From a group of an answer to the next finer question: the group as a filter, cut by the level below it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.shapes import REST, TOTAL
from linshu.kernel.errors import Misused
from linshu.kernel.period import Grain, Period, around, named
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linshu.engine.metrics.catalog import Catalog
    from linshu.engine.metrics.query import Query

SHOWN = 8
_FINER = {
    Grain.YEAR: Grain.QUARTER, Grain.QUARTER: Grain.MONTH, Grain.MONTH: Grain.DAY, Grain.WEEK: Grain.DAY,
    Grain.DAY: Grain.HOUR, Grain.FISCAL_YEAR: Grain.FISCAL_QUARTER, Grain.FISCAL_QUARTER: Grain.MONTH,
}  # fmt: skip


def drill(query: Query, group: Mapping[str, str], catalog: Catalog) -> Query:
    """The question one level finer within a group: its keys and their values, as they stand in a row of the answer.

    The last dimension of the group that has a finer level is cut by it, the others only restrict; where none has one,
    the time is cut more finely. Raises `Misused` when nothing finer exists, and says what can cut the figures instead.
    """
    time = query.grain.value if query.grain else ""
    dimensions = {name: value for name, value in group.items() if name != time}
    if not group:
        raise Misused(
            Text("没有指明下钻哪一组", "No group is named to look into"),
            mend=Text("例如 city=武汉 或 month=2026-10", "For example city=武汉 or month=2026-10"),
        )
    for name, value in dimensions.items():
        _check(name, value, catalog)
    where = tuple(Filter(name, "in", (value,)) for name, value in dimensions.items())
    found = replace(query, where=(*query.where, *where))
    if time in group:
        found = _narrowed(found, group[time])
    ordered = [
        *(name for name in query.by if name in dimensions),
        *(name for name in dimensions if name not in query.by),
    ]
    for name in reversed(ordered):
        finer = _finer(query, name, catalog)
        if finer:
            return _fitted(found, query, name, finer, dimensions, timed=time in group)
    if time in group and query.grain in _FINER:
        return _tidy(replace(found, grain=_FINER[query.grain], by=_without(query, dimensions)), query)
    raise _nothing_finer(query, group, catalog)


def told(query: Query) -> dict[str, object]:
    """The question in the words of `shop.query`, to be shown beside its answer and asked again."""
    return {
        "metrics": list(query.metrics),
        "by": list(query.by),
        "start": str(query.start or ""),
        "end": str(query.end or ""),
        "grain": query.grain.value if query.grain else "",
        "where": [one.written for one in query.where],
    }


def group_of(written: Iterable[str]) -> dict[str, str]:
    """The keys of a group from what people write: city=R1, month=2026-10."""
    found: dict[str, str] = {}
    for text in written:
        one = Filter.parse(text)
        if one.operator != "in" or len(one.values) != 1:
            raise Misused(
                Text(f"{text} 不是一个组", f"{text} is not one group"),
                mend=Text("写作 city=武汉 或 month=2026-10", "Write city=武汉 or month=2026-10"),
            )
        found[one.dimension] = str(one.values[0])
    return found


def _check(name: str, value: str, catalog: Catalog) -> None:
    catalog.dimension(name)
    if value == REST.zh:
        raise Misused(
            Text(
                f"{REST.zh} 是其余各组的合计，不能下钻", "The group of all others is many groups, not one to look into"
            ),
            mend=Text("请加大 --top，或去掉它再选一组", "Raise --top or leave it out, then choose one group"),
        )


def _finer(query: Query, name: str, catalog: Catalog) -> str:
    """The nearest finer level that every asked figure has and that is not asked already."""
    reached = [set(catalog.reached(metric, query.as_of)) for metric in query.metrics]
    level = catalog.children(name)
    while level:
        for child in level:
            if child not in query.by and all(child in one for one in reached):
                return child
        level = tuple(below for child in level for below in catalog.children(child))
    return ""


def _fitted(found: Query, query: Query, name: str, finer: str, dimensions: Mapping[str, str], *, timed: bool) -> Query:
    """The finer level stands where the drilled one stood; a time that was part of the group only restricts."""
    by = tuple(finer if one == name else one for one in query.by if one == name or one not in dimensions)
    by = by if finer in by else (*by, finer)
    pivot = finer if query.pivot == name else query.pivot
    over = {"grain": None, "cumulative": False, "moving": 0} if timed else {}
    return _tidy(replace(found, by=by, pivot=pivot, **over), query)  # type: ignore[arg-type] # parts by name


def _narrowed(query: Query, value: str) -> Query:
    """The days of one bucket within the asked period; a running figure still begins where it began."""
    span = _span(query, value)
    start = max(span.start, query.start) if query.start else span.start
    end = min(span.end, query.end) if query.end else span.end
    if start > end:
        raise Misused(Text(f"{value} 不在所问的时间内", f"{value} lies outside the asked period"))
    return replace(query, start=query.start if query.cumulative else start, end=end)


def _span(query: Query, value: str) -> Period:
    assert query.grain is not None
    span = named(value, fiscal_start=query.fiscal_start)
    if span and query.grain is Grain.WEEK and span.days == 1:
        span = around(Grain.WEEK, span.start)
    if span is None or query.grain is Grain.HOUR:
        raise Misused(
            Text(
                f"{value} 不是一个 {query.grain.value} 的名字，或不能再细分",
                f"{value} names no {query.grain.value} to look into",
            ),
            mend=Text(
                "写法与答案中的时间列相同，如 2026-10", "Write it as in the answer's time column, such as 2026-10"
            ),
        )
    return span


def _without(query: Query, dimensions: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in query.by if name not in dimensions)


def _tidy(found: Query, query: Query) -> Query:
    """Without what was asked of keys that are no longer there."""
    keys = {*found.by, *([found.grain.value] if found.grain else [])}
    gone = {*query.by, *([query.grain.value] if query.grain else [])} - keys
    share = found.share if found.share in found.by[:-1] or found.share == TOTAL else TOTAL
    return replace(
        found,
        order=tuple(item for item in found.order if item.removeprefix("-") not in gone),
        share=share if found.share and found.by else "",
        top=found.top if found.by else 0,
        pivot=found.pivot if found.pivot in keys else "",
    )


def _nothing_finer(query: Query, group: Mapping[str, str], catalog: Catalog) -> Misused:
    reached = [set(catalog.reached(metric, query.as_of)) for metric in query.metrics]
    used = {*query.by, *group, *(level for name in group for level in _above(name, catalog))}
    others = [name for name in catalog.dimensions if name not in used and all(name in one for one in reached)]
    said = ", ".join(group)
    known = ", ".join(others[:SHOWN]) or "-"
    return Misused(
        Text(f"{said} 之下没有更细的一层", f"Nothing finer lies below {said}"),
        mend=Text(f"这些指标还可按 {known} 拆分", f"These figures can also be cut by {known}"),
    )


def _above(name: str, catalog: Catalog) -> tuple[str, ...]:
    if name not in catalog.dimensions:
        return ()
    levels = catalog.hierarchy(name)
    return levels[: levels.index(name)]
