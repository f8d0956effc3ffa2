"""One metric from its file: every word known, every value of its kind, every mistake with its line."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

from linshu.engine.intake.markup import Node, read
from linshu.engine.metrics.declare import Aggregate, Better, Change, Measure, Metric, Unit
from linshu.engine.metrics.expression import Col, Expression
from linshu.engine.metrics.formula import parse
from linshu.kernel.errors import Invalid, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from enum import StrEnum
    from pathlib import Path

WORDS = ("name", "title", "definition", "unit", "better", "owner", "version", "note", "history", "formula", "measure")
FILE = Text("指标文件", "metric file")
LARGEST = 256 * 1024
# Conversion and cohorts follow a later event of another fact, which a file cannot name.
AGGREGATES = tuple(one for one in get_args(Aggregate) if one not in ("entered", "converted"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A metric as its file declares it, and the node to point at when it turns out wrong."""

    metric: Metric
    node: Node

    def at(self, *path: str) -> Node:
        """The node of one of its words; the whole where the word is not written."""
        found = self.node
        for word in path:
            found = found.items().get(word, found) if isinstance(found.value, dict) else found
        return found


def drafts(file: Path | str, shown: str) -> tuple[list[Draft], list[Invalid]]:
    """The metrics of one file, or of the text one would write into it, and what is wrong with the others in it."""
    try:
        declared = read(file if isinstance(file, str) else _text(file, shown), shown, FILE).list()
    except Invalid as problem:
        return [], [problem]
    found, problems = list[Draft](), list[Invalid]()
    for node in declared:
        try:
            found.append(Draft(_metric(node), node))
        except Invalid as problem:
            problems.append(problem)
    return found, problems


def _text(file: Path, shown: str) -> str:
    at = Node(None, shown, 1, 1, what=FILE)
    try:
        if file.stat().st_size > LARGEST:
            raise at.wrong(Text("文件太大", "the file is too large"))
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise at.wrong(
            Text("文件不是 UTF-8", "the file is not UTF-8"), Text("请另存为 UTF-8。", "Save it as UTF-8.")
        ) from error
    except OSError as error:
        raise at.wrong(Text(f"读不了文件：{error.strerror}", f"the file cannot be read: {error.strerror}")) from error


def _metric(node: Node) -> Metric:
    named = node.only(WORDS)
    if ("formula" in named) == ("measure" in named):
        raise node.wrong(
            Text("要写 formula 或 measure，两者之一", "write formula or measure, one of the two"),
            Text("例如 formula: gmv / active_members", "For example formula: gmv / active_members"),
        )
    formula = _formula(named["formula"]) if "formula" in named else _measure(named["measure"])
    return Metric(
        name=_name(node.need("name")),
        title=_said(node.need("title")),
        definition=_said(node.need("definition")),
        unit=Unit(_one_of(node.need("unit"), Unit)),
        formula=formula,
        owner=node.need("owner").text(),
        better=Better(_one_of(named["better"], Better)) if "better" in named else Better.HIGHER,
        version=_whole(named["version"], 1) if "version" in named else 1,
        note=_said(named["note"]) if "note" in named else Text("", ""),
        place=f"{node.file}:{node.line}",
        history=tuple(_change(each) for each in named["history"].list()) if "history" in named else (),
    )


def _change(node: Node) -> Change:
    """What one version changed: {version: 2, day: 2026-11-01, what: {zh: ..., en: ...}}."""
    node.only(("version", "day", "what"))
    day = node.need("day")
    try:
        since = date.fromisoformat(day.text())
    except ValueError as error:
        raise day.wrong(
            Text(f"看不懂日期 {day.value}", f"{day.value} is not a date"),
            Text("写作 2026-10-01", "Write it as 2026-10-01"),
        ) from error
    return Change(_whole(node.need("version"), 2), since, _said(node.need("what")))


def _name(node: Node) -> str:
    name = node.text()
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        said = Text(f"“{name}”不能作指标名", f"“{name}” cannot be a metric's name")
        raise node.wrong(
            said,
            Text("用小写字母、数字和下划线，如 big_orders", "Use lower-case letters, digits and _, such as big_orders"),
        )
    return name


def _said(node: Node) -> Text:
    """A text in both languages: {zh: ..., en: ...}."""
    named = node.only(("zh", "en"))
    for language in ("zh", "en"):
        if language not in named:
            raise node.wrong(
                Text(f"缺少 {language} 的文字", f"the words in {language} are missing"),
                Text("写成 {zh: 中文, en: English}", "Write {zh: 中文, en: English}"),
            )
    return Text(named["zh"].text(), named["en"].text())


def _one_of(node: Node, known: type[StrEnum] | Iterable[str]) -> str:
    names = [str(one) for one in known]
    if node.text() not in names:
        raise node.wrong(Text(f"没有“{node.text()}”", f"there is no “{node.text()}”"), nearest(node.text(), names))
    return node.text()


def _whole(node: Node, least: int) -> int:
    if not least <= (value := node.whole()) < 10_000:
        raise node.wrong(Text(f"这里要写 {least} 到 9999", f"a number from {least} to 9999 is wanted here"))
    return value


def _formula(node: Node) -> Expression:
    try:
        return parse(node.text())
    except Invalid as error:
        if error.where.zh:
            raise
        raise node.wrong(error.what, error.mend if error.mend.zh else None) from error


# The words of a measure are the fields of its declaration; each kind of field is read in its own way.
_READ: dict[str, Callable[[Node], Any]] = {
    "str": Node.text,
    "int": lambda node: _whole(node, 0),
    "bool": Node.flag,
    "Aggregate": lambda node: _one_of(node, AGGREGATES),
    "Expression | None": _formula,
    "tuple[str, ...]": lambda node: tuple(each.text() for each in node.list()),
}
MEASURE_WORDS = tuple(one.name for one in fields(Measure) if one.type in _READ)


def _measure(node: Node) -> Measure:
    named = node.only(MEASURE_WORDS)
    node.need("fact")
    node.need("aggregate")
    kinds = {one.name: str(one.type) for one in fields(Measure)}
    measure = Measure(**{name: _READ[kinds[name]](given) for name, given in named.items()})
    if measure.aggregate == "distinct" and not isinstance(measure.value, Col):
        raise node.wrong(
            Text("去重计数要写一个列", "distinct values are counted over one column"),
            Text("例如 value: member_id", "For example value: member_id"),
        )
    return measure
