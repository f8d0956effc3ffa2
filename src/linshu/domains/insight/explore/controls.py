"""What one can change about a question, each as the address it leads to; pure, from the address and the dictionary."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from linshu.domains.insight.explore.naming import spaced
from linshu.engine.metrics.declare import Unit
from linshu.engine.metrics.filters import Filter
from linshu.engine.metrics.shapes import TOTAL, shares
from linshu.engine.shell.question import EXPLORE, MOST_QUESTIONS, Question, joined, written
from linshu.kernel.errors import LinshuError
from linshu.kernel.period import Grain
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linshu.engine.metrics import Catalog
    from linshu.engine.shell.search import Findable
    from linshu.kernel.period import Period

PATH = EXPLORE
MOST_METRICS = 8

GRAINS: dict[str, Text] = {
    "": Text("不分时间", "No time"),
    "hour": Text("按小时", "Hourly"),
    "day": Text("按天", "Daily"),
    "week": Text("按周", "Weekly"),
    "month": Text("按月", "Monthly"),
    "quarter": Text("按季度", "Quarterly"),
    "year": Text("按年", "Yearly"),
    "fiscal_quarter": Text("按财季", "By fiscal quarter"),
    "fiscal_year": Text("按财年", "By fiscal year"),
}
COMPARES: dict[str, Text] = {
    "": Text("不对比", "No comparison"),
    "previous": Text("较上期", "vs previous"),
    "last_week": Text("较上周同期", "vs last week"),
    "last_month": Text("较上月同期", "vs last month"),
    "last_year": Text("较去年同期", "vs last year"),
    "last_year_aligned": Text("较去年·节日对齐", "vs last year, festivals aligned"),
    "target": Text("与目标比", "vs target"),
}
PERIODS: dict[str, Text] = {
    "this-week": Text("本周", "This week"),
    "last-week": Text("上周", "Last week"),
    "last-12-weeks": Text("近12周", "12 weeks"),
    "this-quarter": Text("本季度", "This quarter"),
    "last-quarter": Text("上季度", "Last quarter"),
    "last-12-months": Text("近12个月", "12 months"),
    "this-year": Text("今年", "This year"),
    "last-year": Text("去年", "Last year"),
    "all": Text("全部时间", "All time"),
}
AS_OF: dict[str, Text] = {
    "ordered": Text("下单时的归属", "As it was at the order"),
    "now": Text("现在的归属", "As it is now"),
}
# Questions to begin with; each stands there only where the dictionary can answer it.
EXAMPLES: tuple[tuple[Text, Question], ...] = (
    (
        Text("哪条街道的复购率降了", "Streets whose repurchase rate fell"),
        Question(
            ("repurchase_rate",), ("street",), period="last-month", compare="previous", order=("repurchase_rate_move",)
        ),
    ),
    (
        Text("各渠道每周卖了多少", "Sales of each channel, week by week"),
        Question(("gmv",), ("channel",), period="last-12-weeks", grain="week", chart="area"),
    ),
    (
        Text("卖得最好的 10 个团长，占多大比例", "The ten best leaders and their shares"),
        Question(("gmv",), ("leader",), period="30d", top=10, share="total"),
    ),
    (
        Text("退款率最高的商品", "Goods with the highest refund rate"),
        Question(("refund_rate", "gmv"), ("sku",), period="30d", order=("-refund_rate",)),
    ),
    (
        Text("今年每月成交与目标", "Sales and targets by month"),
        Question(("gmv",), period="this-year", grain="month", compare="target", chart="column"),
    ),
)
OPERATORS: dict[str, Text] = {"in": Text("是", "is"), "not in": Text("不是", "is not")}
SIGNS = {"in": "=", "not in": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(frozen=True)
class Panel:
    """One of the questions of the page, and the addresses that change it and leave the others as they are."""

    questions: tuple[Question, ...]
    place: int = 0
    view: str = ""  # the saved view that is open

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.questions[self.place]

    @property
    def alone(self) -> bool:
        """Whether it is the only one on the page."""
        return len(self.questions) == 1

    @property
    def address(self) -> str:
        """The page as it is."""
        return self._leading(self._written)

    @cached_property
    def _written(self) -> tuple[str, ...]:
        """Every question as it stands in the address: a panel writes some fifty addresses that differ in one of them."""
        return tuple(written(one, place) for place, one in enumerate(self.questions))

    def to(self, **parts: Any) -> str:
        """The page with this question changed; what no longer fits the change goes with it."""
        return self.asking(self.question.change(**parts))

    def asking(self, question: Question) -> str:
        """The page with another question in this one's place."""
        changed = written(tidied(question), self.place)
        return self._leading(changed if at == self.place else one for at, one in enumerate(self._written))

    def inner(self, path: str, **more: str) -> str:
        """A part of the page that belongs to this question."""
        address = joined(f"{PATH}/{path}", self._written)
        extra = {"n": str(self.place), **({"view": self.view} if self.view else {}), **more}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(extra)}"

    def with_metric(self, name: str) -> str:
        """One metric more, or without it when it is there and not the only one."""
        return self.to(metrics=_toggled(self.question.metrics, name) or self.question.metrics)

    def with_dimension(self, name: str) -> str:
        """Cut by one dimension more, or by one less."""
        return self.to(by=_toggled(self.question.by, name))

    def without_filter(self, gone: Filter) -> str:
        """The question without one of its filters."""
        return self.to(where=tuple(one for one in self.question.where if one != gone))

    def with_filter(self, dimension: str, operator: str, values: Iterable[str]) -> Question:
        """The question filtered by these values, in place of an earlier filter of the same kind on that dimension."""
        where = tuple(one for one in self.question.where if (one.dimension, one.operator) != (dimension, operator))
        listed = tuple(values)
        more = (Filter(dimension, operator, listed),) if listed else ()  # type: ignore[arg-type] # checked by Filter
        return self.question.change(where=(*where, *more))

    def with_column(self, name: str) -> str:
        """The table with a column more or less."""
        return self.to(hidden=_toggled(self.question.hidden, name))

    def beside(self) -> str:
        """The page with the same question once more beside it; "" where there is no more room."""
        if len(self.questions) >= MOST_QUESTIONS:
            return ""
        again = replace(self.question, title="", page=1)
        return self._leading((*self._written, written(again, len(self.questions))))

    def without(self) -> str:
        """The page without this question."""
        left = (one for at, one in enumerate(self.questions) if at != self.place)
        return self._leading(written(one, place) for place, one in enumerate(left))

    def _leading(self, parts: Iterable[str]) -> str:
        address = joined(PATH, parts)
        return f"{address}&view={self.view}" if self.view else address


def _toggled(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(one for one in names if one != name) if name in names else (*names, name)


def tidied(question: Question) -> Question:
    """The question without what was asked of keys and figures that are no longer there."""
    keys = (*([question.grain] if question.grain else []), *question.by)
    figures = tuple(name for name in question.metrics)
    order = tuple(
        item
        for item in question.order
        if (name := item.removeprefix("-")) in keys
        or (
            any(name == one or name.startswith(f"{one}_") for one in figures)
            and (
                (question.compare not in ("", "target") and not question.pivot)
                or not name.endswith(("_move", "_change"))
            )
            and (question.share or not name.endswith("_share"))
        )
    )
    share = question.share if question.share in question.by[:-1] or question.share == TOTAL else ""
    timed = bool(question.grain)
    parts = {
        "order": order,
        "share": share if question.by else "",
        "top": question.top if question.by else 0,
        "cumulative": question.cumulative and timed,
        "moving": question.moving if timed and not question.cumulative else 0,
        "pivot": question.pivot if question.pivot in keys else "",
    }
    gone = {name: value for name, value in parts.items() if getattr(question, name) != value}
    return replace(question, **gone) if gone else question  # type: ignore[arg-type] # each part as it was, or nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from; `why` says why it cannot be chosen now."""

    key: str
    title: Text
    more: Text
    chosen: bool
    href: str
    why: Text | None = None


def metric_choices(panel: Panel, found: Iterable[Findable], catalog: Catalog) -> tuple[Choice, ...]:
    """The metrics one may add; those that cannot be cut or filtered as asked stand last, with the reason."""
    question = panel.question
    asked = tuple(dict.fromkeys((*question.by, *(one.dimension for one in question.where))))
    lines = []
    for one in found:
        lacking = missing(catalog, one.key, asked, question.as_of)
        why = _not_by(lacking[0], catalog) if lacking else None
        chosen = one.key in question.metrics
        if not chosen and len(question.metrics) >= MOST_METRICS:
            why = Text(f"最多 {MOST_METRICS} 个指标", f"at most {MOST_METRICS} metrics")
        lines.append(Choice(one.key, one.title, one.more, chosen, panel.with_metric(one.key), why))
    return tuple(sorted(lines, key=lambda line: line.why is not None and not line.chosen))


def dimension_choices(
    panel: Panel, found: Iterable[Findable], catalog: Catalog, *, filtering: bool = False
) -> tuple[Choice, ...]:
    """What one may cut, or filter, by; what a chosen metric does not reach stands last, with the reason."""
    question = panel.question
    lines = []
    for one in found:
        if one.key in catalog.memberships and not filtering:
            continue
        blocking = [name for name in question.metrics if missing(catalog, name, (one.key,), question.as_of)]
        why = _unreached(blocking[0], catalog) if blocking else None
        chosen = one.key in (tuple(each.dimension for each in question.where) if filtering else question.by)
        href = panel.inner("values", dim=one.key) if filtering else panel.with_dimension(one.key)
        lines.append(Choice(one.key, one.title, one.more, chosen, href, why))
    return tuple(sorted(lines, key=lambda line: line.why is not None and not line.chosen))


def missing(catalog: Catalog, metric: str, dimensions: Iterable[str], as_of: str) -> tuple[str, ...]:
    """Which of the dimensions a metric cannot be cut or filtered by; unknown names are told elsewhere."""
    if metric not in catalog.metrics:
        return ()
    way: Any = as_of if as_of in ("ordered", "now") else "then"
    of = {name: one.of for name, one in catalog.memberships.items()}
    known = (name for name in dimensions if name in catalog.dimensions or name in of)
    facts = catalog.facts_of(metric)
    return tuple(name for name in known if not all(catalog.road(fact.name, of.get(name, name), way) for fact in facts))


def _not_by(dimension: str, catalog: Catalog) -> Text:
    title = title_of(catalog, dimension)
    return Text(f"不能按{title.zh}看", f"cannot be cut by {title.en.lower()}")


def _unreached(metric: str, catalog: Catalog) -> Text:
    title = catalog.metrics[metric].title
    return Text(f"{spaced(title.zh)}不能这样看", f"{title.en} cannot be cut so")


def is_part(catalog: Catalog, metric: str) -> bool:
    """Whether the groups of a figure are parts of a whole, so that they may be stacked and have shares."""
    one = catalog.metrics.get(metric)
    if one is None or one.unit not in (Unit.FEN, Unit.COUNT, Unit.QTY):
        return False
    try:
        shares(one, catalog)
    except LinshuError:
        return False
    return True


def title_of(catalog: Catalog, name: str) -> Text:
    """What a metric, a dimension, a list of people or a time grain is called; an unknown name stands for itself."""
    for known in (catalog.metrics, catalog.dimensions, catalog.memberships):
        if name in known:
            return known[name].title
    return GRAINS.get(name) or Text(name, name)


def command(question: Question, span: Period | None) -> str:
    """The same question on the command line, for the same days; an order by movement is the page's own."""
    words = ["linshu", "metric", ",".join(question.metrics)]
    listed: tuple[tuple[str, str], ...] = (
        ("by", ",".join(question.by)),
        ("from", str(span.start) if span else ""),
        ("to", str(span.end) if span else ""),
        ("grain", question.grain),
        *(("where", one.written) for one in question.where),
        ("compare", question.compare),
        ("order", ",".join(one for one in question.order if not one.endswith("_move"))),
        ("limit", str(question.limit or "")),
        ("as-of", question.as_of if question.as_of != "ordered" else ""),
        ("moving", str(question.moving or "")),
        ("share", question.share),
        ("top", str(question.top or "")),
        ("pivot", question.pivot),
    )
    for name, value in listed:
        words += [f"--{name}", shlex.quote(value)] if value else []
    return " ".join([*words, *(["--cumulative"] if question.cumulative else [])])


def sentence(question: Question, catalog: Catalog, period: Text) -> Text:
    """The question in words: 复购率 · 按街道 · 上月 · 较上期."""
    metrics = [title_of(catalog, name) for name in question.metrics]
    parts = [Text("、".join(one.zh for one in metrics), ", ".join(one.en for one in metrics))]
    by = [title_of(catalog, name) for name in question.by]
    if by:
        parts.append(Text(f"按{'、'.join(one.zh for one in by)}", f"by {', '.join(one.en.lower() for one in by)}"))
    if question.grain:
        parts.append(GRAINS[Grain(question.grain).value] if question.grain in GRAINS else Text(question.grain, ""))
    parts.append(period)
    if question.compare in COMPARES and question.compare:
        parts.append(COMPARES[question.compare])
    return Text(" · ".join(one.zh for one in parts if one.zh), " · ".join(one.en for one in parts if one.en))
