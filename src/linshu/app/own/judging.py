"""Whether a metric of a company fits the dictionary and the published tables: the rules of the built-in ones, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linshu.engine.metrics.check import problems
from linshu.engine.metrics.check_measure import COMPARISONS
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import Expression, Op, columns
from linshu.engine.metrics.kinds import NAMES, Kind, kind, troubles
from linshu.kernel.errors import nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linshu.app.own.reading import Draft
    from linshu.engine.metrics import Catalog
    from linshu.engine.metrics.declare import Fact
    from linshu.kernel.errors import Invalid

ADDED = ("sum", "min", "max", "last", "percentile")


def wrong(draft: Draft, catalog: Catalog, stored: Callable[[Fact], Mapping[str, Kind]]) -> Iterator[Invalid]:
    """Everything wrong with one metric beside a valid catalogue; `stored` gives a fact's columns, none when not built."""
    metric = draft.metric
    found = [*_names(draft, catalog), *_history(draft)]
    if isinstance(metric.formula, Measure):
        found += _measure(draft, metric.formula, catalog, stored)
    else:
        found += _formula(draft, metric.formula, catalog)
    yield from found
    if not found:  # the last net: whatever the built-in declarations are held to
        parts = (tuple(catalog.dimensions.values()), tuple(catalog.facts.values()), tuple(catalog.metrics.values()))
        for line in problems(parts[0], parts[1], (*parts[2], metric)):
            yield draft.node.wrong(Text(f"声明有误：{line}", line))


def _names(draft: Draft, catalog: Catalog) -> Iterator[Invalid]:
    metric = draft.metric
    taken = catalog.metrics.get(metric.name)
    if taken is not None or metric.name in catalog.dimensions:
        where = f"（{taken.place}）" if taken and taken.place else ""
        said = Text(f"已经有 {metric.name} 了{where}", f"{metric.name} is there already{where}")
        yield draft.at("name").wrong(said, Text("请换一个名字。", "Choose another name."))
    for language in ("zh", "en"):
        title = metric.title.say(language)
        other = next((one for one in catalog.metrics.values() if one.title.say(language) == title), None)
        if other is not None and taken is None:
            said = Text(f"“{title}”已是指标 {other.name} 的名称", f"“{title}” is already what {other.name} is called")
            yield draft.at("title", language).wrong(
                said, Text("一个词只能有一个定义，请换一个名称。", "One word has one definition; choose another.")
            )


def _history(draft: Draft) -> Iterator[Invalid]:
    metric = draft.metric
    if metric.history and [one.version for one in metric.history] != list(range(2, metric.version + 1)):
        yield draft.at("history").wrong(
            Text(f"现在是第 {metric.version} 版，沿革要从第 2 版逐版写到第 {metric.version} 版",
                 f"this is version {metric.version}: the history tells versions 2 to {metric.version}, each once"),
            Text("每一版一条 {version: 2, day: 2026-11-01, what: {zh: 中文, en: English}}",
                 "One {version: 2, day: 2026-11-01, what: {zh: 中文, en: English}} for each"),
        )  # fmt: skip


def _formula(draft: Draft, formula: Expression, catalog: Catalog) -> Iterator[Invalid]:
    node = draft.at("formula")
    names = [*dict.fromkeys(columns(formula))]
    if not names:
        yield node.wrong(Text("公式里没有指标", "the formula reads no metric"))
    unknown = [name for name in names if name not in catalog.metrics]
    for name in unknown:
        yield node.wrong(Text(f"没有指标 {name}", f"there is no metric {name}"), nearest(name, catalog.metrics))
    for said, mend in () if unknown else troubles(formula, dict.fromkeys(names, "whole")):
        yield node.wrong(said, mend if mend.zh else None)
    if not unknown and _decides(formula):
        yield node.wrong(Text("公式要给出一个数", "a formula gives a number, not a condition"))


def _decides(expression: Expression) -> bool:
    if not isinstance(expression, Op):
        return False
    return expression.name in COMPARISONS or any(_decides(arg) for arg in expression.args)


def _measure(
    draft: Draft, measure: Measure, catalog: Catalog, stored: Callable[[Fact], Mapping[str, Kind]]
) -> Iterator[Invalid]:
    fact = catalog.facts.get(measure.fact)
    if fact is None:
        said = Text(f"没有事实 {measure.fact}", f"there is no fact {measure.fact}")
        yield draft.at("measure", "fact").wrong(said, nearest(measure.fact, catalog.facts))
        return
    clocks = [clock.name for clock in fact.clocks]
    if measure.clock and measure.clock not in clocks:
        said = Text(f"{fact.title.zh}没有时钟 {measure.clock}", f"{fact.title.en} has no clock {measure.clock}")
        yield draft.at("measure", "clock").wrong(said, nearest(measure.clock, clocks))
    known = stored(fact)
    if not known:
        return
    value, where = draft.at("measure", "value"), draft.at("measure", "where")
    for said, mend in troubles(measure.value, known) if measure.value else ():
        yield value.wrong(said, mend if mend.zh else None)
    for said, mend in troubles(measure.where, known) if measure.where else ():
        yield where.wrong(said, mend if mend.zh else None)
    yield from _named(draft, measure, known)
    yield from _kinds(draft, measure, known)


def _named(draft: Draft, measure: Measure, known: Mapping[str, Kind]) -> Iterator[Invalid]:
    """The columns that are named outside of any expression."""
    for word, names in (("each", [measure.each] if measure.each else []), ("per", measure.per)):
        for name in names:
            if name not in known:
                said = Text(f"没有列 {name}", f"there is no column {name}")
                yield draft.at("measure", word).wrong(said, nearest(name, known))


def _kinds(draft: Draft, measure: Measure, known: Mapping[str, Kind]) -> Iterator[Invalid]:
    value, where = draft.at("measure", "value"), draft.at("measure", "where")
    if measure.where and set(columns(measure.where)) <= known.keys() and kind(measure.where, known) != "flag":
        said = NAMES[kind(measure.where, known)]
        yield where.wrong(
            Text(f"where 要是条件，这里是{said.zh}", f"where is a condition, not {said.en}"),
            Text("写成比较，如 qty > 0", "Write a comparison, such as qty > 0"),
        )
    if measure.value and measure.aggregate in ADDED and set(columns(measure.value)) <= known.keys():
        given = kind(measure.value, known)
        if given != "whole" and not _has(measure.value, "/"):
            said = Text(
                f"{measure.aggregate} 要整数列，这里是{NAMES[given].zh}",
                f"{measure.aggregate} takes whole numbers, not {NAMES[given].en}",
            )
            yield value.wrong(said, Text("数量、金额（分）都是整数列。", "Counts and money (fen) are whole numbers."))


def _has(expression: Expression, name: str) -> bool:
    return isinstance(expression, Op) and (expression.name == name or any(_has(arg, name) for arg in expression.args))
