"""A metric's formula in words a business reader follows: pure, from the declaration to sentences."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from linshu.domains.insight.dictionary.columns import ADDED, ADDED_CHOICES
from linshu.engine.metrics.declare import Measure
from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from linshu.engine.metrics import Catalog, Metric

AGGREGATES = {
    "sum": Text("求和", "sum of"),
    "count": Text("行数", "number of rows of"),
    "distinct": Text("去重个数", "number of different"),
    "min": Text("最小值", "smallest"),
    "max": Text("最大值", "largest"),
    "last": Text("各键最后一行之和", "sum of the last known row of each key, of"),
    "percentile": Text("百分位数", "percentile of"),
    "entered": Text("首次事件已到期的个数", "number whose time since their first event is over, in"),
    "converted": Text("首次事件后转化的个数", "number who converted after their first event, in"),
}
SIGNS = {
    "+": Text(" + ", " + "), "-": Text(" − ", " − "), "*": Text(" × ", " × "), "/": Text(" ÷ ", " ÷ "),
    "=": Text(" 等于 ", " is "), "<>": Text(" 不等于 ", " is not "), "<": Text(" < ", " < "), "<=": Text(" ≤ ", " ≤ "),
    ">": Text(" > ", " > "), ">=": Text(" ≥ ", " ≥ "), "and": Text(" 且 ", " and "), "or": Text(" 或 ", " or "),
    "coalesce": Text("，缺失则用 ", ", or when missing "),
}  # fmt: skip
TIGHT = {"*": 2, "/": 2, "+": 1, "-": 1}


@cache
def _column_titles() -> dict[str, Text]:
    """Every column's title by its name, the one most tables give it."""
    given: dict[str, Counter[Text]] = {}
    for table in TABLES:
        for column in table.columns:
            given.setdefault(column.name, Counter())[column.title] += 1
    return {name: titles.most_common(1)[0][0] for name, titles in given.items()} | ADDED


@cache
def _choice_titles() -> dict[tuple[str, str], Text]:
    return {
        (column.name, choice.value): choice.title
        for table in TABLES
        for column in table.columns
        for choice in column.choices
    } | ADDED_CHOICES


def column_title(name: str) -> Text:
    """What a column is called; its name in the database where nobody named it."""
    return _column_titles().get(name, Text(name, name))


def choice_title(column: str, value: str) -> Text | None:
    """What a value of a column is called; None for a column that may hold anything."""
    return _choice_titles().get((column, value))


def formula(metric: Metric, catalog: Catalog) -> Text:
    """What the figure is made of: 退款额 ÷ 实付额; or, for a measure, what is counted where."""
    if isinstance(metric.formula, Measure):
        return measure(metric.formula, catalog)
    return spoken(metric.formula, lambda name: catalog.metric(name).title)


def measure(one: Measure, catalog: Catalog) -> Text:
    """What a measure counts, on which fact, under which conditions, by which clock."""
    fact = catalog.facts[one.fact]
    aggregate = AGGREGATES[one.aggregate]
    value = spoken(one.value, column_title) if one.value is not None else Text("", "")
    zh = f"{fact.title.zh}的{f' {value.zh} ' if value.zh else ''}{aggregate.zh}"
    en = f"{aggregate.en} {f'{value.en} in ' if value.en else ''}{fact.title.en}"
    zh, en = _counted(one, zh, en)
    if one.where is not None:
        condition = spoken(one.where, column_title)
        zh, en = f"{zh}；只算 {condition.zh}", f"{en}; only where {condition.en}"
    if one.window:
        zh += f"；取期末前 {one.window} 天" if one.window > 1 else "；取期末当天"
        en += f"; over the {one.window} days up to the end" if one.window > 1 else "; on the last day"
    return Text(zh, en)


def _counted(one: Measure, zh: str, en: str) -> tuple[str, str]:
    if not one.at_least:
        return zh, en
    each = _different(column_title(one.each)) if one.each else Text(" 行", " rows")
    return f"{zh}，只算至少有 {one.at_least}{each.zh}的", f"{en}, counting those with at least {one.at_least}{each.en}"


def _different(each: Text) -> Text:
    return Text(f" 个不同的{each.zh}", f" different {each.en}")


def spoken(expression: Expression, name: Callable[[str], Text], above: int = 0) -> Text:
    """An expression in words; brackets only where leaving them out would change it."""
    if isinstance(expression, Col):
        return name(expression.name)
    if isinstance(expression, Val):
        return _value(expression)
    assert isinstance(expression, Op)
    if expression.name == "not":
        inner = spoken(expression.args[0], name, 3)
        return Text(f"非 {inner.zh}", f"not {inner.en}")
    if expression.name == "known":
        inner = spoken(expression.args[0], name, 3)
        return Text(f"{inner.zh} 已知", f"{inner.en} is known")
    if expression.name == "in":
        return _within(expression, name)
    own = TIGHT.get(expression.name, 0)
    # The right side of − and ÷ binds tighter: a − (b − c).
    parts = [
        _chosen(arg, expression, name, own + (place > 0 and expression.name in {"-", "/"}))
        for place, arg in enumerate(expression.args)
    ]
    sign = SIGNS[expression.name]
    said = Text(sign.zh.join(part.zh for part in parts), sign.en.join(part.en for part in parts))
    return Text(f"（{said.zh}）", f"({said.en})") if own < above else said


def _chosen(arg: Expression, within: Op, name: Callable[[str], Text], above: int = 0) -> Text:
    """A part of an expression; a value held against a column of few values is called by its name."""
    columns = [one.name for one in within.args if isinstance(one, Col)]
    if isinstance(arg, Val) and columns:
        found = choice_title(columns[0], str(arg.value))
        if found is not None:
            return Text(f"“{found.zh}”", f"“{found.en}”")
    return spoken(arg, name, above)


def _within(expression: Op, name: Callable[[str], Text]) -> Text:
    left, *options = (_chosen(arg, expression, name) for arg in expression.args)
    return Text(
        f"{left.zh} 是 {'、'.join(one.zh for one in options)} 之一",
        f"{left.en} is one of {', '.join(one.en for one in options)}",
    )


def _value(value: Val) -> Text:
    if isinstance(value.value, bool):
        return Text("是", "true") if value.value else Text("否", "false")
    return Text(str(value.value), str(value.value))
