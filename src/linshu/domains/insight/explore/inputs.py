"""What explore asks of the shop: the answer to a question, and the values one can filter by, both within the viewer's scope."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

from linshu.engine.metrics.pivot import value_title
from linshu.engine.shell.question import EVER
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.access.scope import Scope
    from linshu.engine.metrics import Catalog, Filter, Result
    from linshu.engine.shell.asking import Shop
    from linshu.engine.shell.filters import Days
    from linshu.engine.shell.question import Question
    from linshu.kernel.period import Period

MOVE = "_move"  # order by how far a figure moved: what the page shows as ▲▼
MOST_ROWS = 20_000  # beyond this nobody reads a table; an export by `linshu metric` has no such end
MOST_VALUES = 5_000

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, its rows in the order they are shown, and how long it took to get."""

    question: Question
    result: Result
    rows: tuple[Row, ...]
    span: Period | None
    seconds: float
    cut: bool = False  # there are more rows than are shown
    buckets: tuple[str, ...] = ()  # every piece of time the answer speaks of, by name, also those without a row

    @property
    def compared(self) -> str:
        """The name of the comparison in the columns; "" without one."""
        return self.question.compare

    @property
    def limited(self) -> bool:
        """Whether there may be more groups than the rows show."""
        return self.cut or 0 < self.question.limit <= len(self.rows)


def ask(shop: Shop, question: Question, days: Days, scope: Scope) -> Answer:
    """The answer within the viewer's scope; raises as the metric layer does for what has none."""
    options, moved, limit = prepared(question, days)
    keyed = bool(question.by or question.grain)
    options["limit"] = min(options["limit"] or MOST_ROWS, MOST_ROWS) if keyed else None
    options["totals"] = question.totals and keyed and not question.pivot
    began = perf_counter()
    result = shop.query(**options, scope=scope)
    seconds = perf_counter() - began
    rows = result.rows()
    if moved:
        rows = sorted_by_movement(rows, moved, question.compare)[: limit or None]
    return Answer(question, result, tuple(rows), question.span(days), seconds, cut=len(rows) >= MOST_ROWS)


def prepared(question: Question, days: Days) -> tuple[dict[str, Any], str, int]:
    """The question as `shop.query` takes it; the order by movement, and after it the limit, which it does not know."""
    moved, plain = _by_movement(question)
    options = plain.options(days)
    options["order"] = options["order"] or _usual_order(question)
    options["fill"] = bool(question.grain) and not question.by and not question.pivot and question.grain != "hour"
    limit = options["limit"] or 0
    if moved:
        options["limit"] = None
    return options, moved, limit


def sorted_by_movement(rows: list[Row], order: str, compare: str) -> list[Row]:
    """The rows by how far the figure moved in its own unit, points for rates; those without a comparison last."""
    metric = order.removeprefix("-").removesuffix(MOVE)
    other = f"{metric}_{compare}"
    known = [row for row in rows if row[metric] is not None and row[other] is not None]
    rest = [row for row in rows if row[metric] is None or row[other] is None]
    return [*sorted(known, key=lambda row: row[metric] - row[other], reverse=order.startswith("-")), *rest]


def _by_movement(question: Question) -> tuple[str, Question]:
    """The order by movement, if that is asked for, and the question without it."""
    moved = [item for item in question.order if item.endswith(MOVE)]
    if not moved:
        return "", question
    metric = moved[0].removeprefix("-").removesuffix(MOVE)
    if metric not in question.metrics or question.compare in ("", "target") or question.pivot:
        raise Misused(
            Text(f"不能按 {moved[0]} 排序", f"cannot sort by {moved[0]}"),
            mend=nearest(metric, question.metrics) if question.compare else Text("请先选对比", "Choose a comparison"),
        )
    return moved[0], replace(question, order=())


def _usual_order(question: Question) -> tuple[str, ...]:
    """Time by time, then the greatest first."""
    time = (question.grain,) if question.grain else ()
    return (*time, f"-{question.metrics[0]}") if question.by and not question.top and question.metrics else time


@dataclass(frozen=True, slots=True)
class Value:
    """One value a dimension has within the viewer's scope: its key and its name."""

    key: str
    name: Text


def values(shop: Shop, question: Question, dimension: str, days: Days, scope: Scope) -> tuple[Value, ...]:
    """The values of a dimension, those with the greatest figures first; of a list of people, all there are.

    Read by the question's own first metric, so that nobody is offered what lies outside their scope.
    """
    catalog = shop.catalog
    if dimension in catalog.memberships:
        return _members(shop, catalog, dimension, scope)
    where = tuple(one for one in question.where if one.dimension != dimension)
    return _listed(shop, replace(question, where=where), dimension, days, scope)


def names(shop: Shop, question: Question, one: Filter, days: Days, scope: Scope) -> dict[str, Text]:
    """The names of the values of a filter: as they occur in the asked period, else at any time."""
    if one.dimension in shop.catalog.memberships:
        return {value.key: value.name for value in _members(shop, shop.catalog, one.dimension, scope)}
    only = (replace(one, operator="in"),)
    found = _listed(shop, replace(question, where=only), one.dimension, days, scope)
    if len(found) < len(one.values):
        ever = replace(question, where=only, period=EVER)
        found = (*found, *_listed(shop, ever, one.dimension, days, scope))
    return {value.key: value.name for value in found}


def _listed(shop: Shop, question: Question, dimension: str, days: Days, scope: Scope) -> tuple[Value, ...]:
    """The values of a dimension in the rows that a question counts."""
    catalog = shop.catalog
    metric = _counting(question, dimension, catalog)
    span = question.span(days)
    result = shop.query(
        metric, by=dimension, start=span.start if span else None, end=span.end if span else None,
        order=f"-{metric}", limit=MOST_VALUES, as_of=question.as_of, scope=scope, where=question.where,
    )  # fmt: skip
    declared, label = catalog.dimension(dimension), f"{dimension}_name"
    found = ((str(row[dimension]), row.get(label)) for row in result.rows())
    return tuple(Value(key, value_title(declared, key, name)) for key, name in found)


def _counting(question: Question, dimension: str, catalog: Catalog) -> str:
    """A metric by which the values of a dimension are listed: of the question's own the first that reaches it."""
    wanted = (*question.metrics, *catalog.metrics)
    found = next((name for name in wanted if dimension in catalog.reached(name, _as_of(question))), None)
    if found is None:
        raise Misused(
            Text(f"没有指标能按 {dimension} 筛选", f"no metric can be filtered by {dimension}"),
            mend=nearest(dimension, catalog.dimensions),
        )
    return found


def _members(shop: Shop, catalog: Catalog, name: str, scope: Scope) -> tuple[Value, ...]:
    """The lists of people there are; none within a row scope, which they are not cut to."""
    if scope.restrictions():
        return ()
    one = catalog.memberships[name]
    label = one.label or one.value
    rows = shop.read(
        f"SELECT DISTINCT {one.value} AS key, coalesce({label}, {one.value}) AS name FROM {one.table} ORDER BY 2"
    ).to_pylist()
    return tuple(Value(key, Text(name, name)) for key, name in ((str(row["key"]), str(row["name"])) for row in rows))


def _as_of(question: Question) -> Any:
    return question.as_of if question.as_of in ("ordered", "now") else "then"
