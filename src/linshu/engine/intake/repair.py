"""Repairing rows put aside by rule: "all 斤 are 500 g" mends every such cell of a column at once; pure but for the sheets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pyarrow as pa

from linshu.engine.intake.markup import Node
from linshu.engine.intake.quarantine import NOTES, WHICH
from linshu.kernel.errors import Misused, nearest
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linshu.engine.intake.quarantine import Sheet

RULE = Text("修复规则", "repair rule")
_KNOWN = ("title", "column", "when", "set", "values", "units", "replace", "times")
_HOW = ("set", "values", "units", "replace", "times")
_COUNTED = re.compile(r"([+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)|半|[一二两三四五六七八九十]半?)?\s*(\D*?)")
_WORDS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}

Mend = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Repair:
    """One rule: which cells of which column, and what becomes of them; None where it does not apply."""

    name: str
    title: str
    column: str  # of the file, or of the standard
    mend: Mend
    fills: bool = False  # an empty cell too is given the value


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that a rule mends."""

    file: str
    row: str  # batch, part and row number, as the sheet marks it
    column: str
    before: str
    after: str
    rule: str


def parse(node: Node, name: str) -> Repair:
    """The rule in a YAML file, or Misused / Invalid that says where it is wrong."""
    named = node.only(_KNOWN)
    asked = [how for how in _HOW if how in named]
    if len(asked) != 1:
        raise node.wrong(
            Text("要写且只写一种修法", "exactly one way to mend is wanted"),
            Text(f"可用：{'、'.join(_HOW)}", f"Known: {', '.join(_HOW)}"),
        )
    mend = _ways()[asked[0]](named[asked[0]])
    if "when" in named:
        mend = _only_when(named["when"], mend)
    title = named["title"].text() if "title" in named else name
    return Repair(name, title, node.need("column").text(), mend, fills="set" in named and "when" not in named)


def node_of(rule: Mapping[str, Any], name: str) -> Node:
    """A rule given as plain values, in the form that `parse` reads."""

    def made(value: Any) -> Node:
        if isinstance(value, dict):
            keys = tuple(Node(str(key), name, 1, 1, what=RULE) for key in value)
            return Node({str(key): made(each) for key, each in value.items()}, name, 1, 1, keys, RULE)
        return Node(value if isinstance(value, bool) else str(value), name, 1, 1, what=RULE)

    return made(dict(rule))


def repaired(
    sheet: Sheet, problems: Sequence[Mapping[str, Any]], repairs: Sequence[Repair]
) -> tuple[pa.Table, list[Change]]:
    """The rows of a sheet that the rules mend, mended, and every change; of several rules the first that applies."""
    columns = {name: sheet.rows[name].to_pylist() for name in sheet.rows.column_names}
    troubled = _troubled(problems)
    changes: list[Change] = []
    kept: list[int] = []
    for at, mark in enumerate(columns[WHICH]):
        before = len(changes)
        for name, named_by in troubled.get(mark, troubled.get(_file_mark(mark), {})).items():
            if name not in columns or name in NOTES:
                continue
            said = columns[name][at]
            found = _first(said or "", named_by, [one for one in repairs if said is not None or one.fills])
            if found:
                changes.append(Change(sheet.name, mark, name, said or "", found[1], found[0]))
                columns[name][at] = found[1]
        if len(changes) > before:
            kept.append(at)
    table = pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
    return table.take(pa.array(kept, pa.int64())), changes


def _first(text: str, named_by: set[str], repairs: Sequence[Repair]) -> tuple[str, str] | None:
    for one in repairs:
        if one.column in named_by:
            after = one.mend(text)
            if after is not None and after != text:
                return one.name, after
    return None


def _troubled(problems: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, set[str]]]:
    """By row: the columns of the file that something is wrong with, and the names a rule may call each by."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for one in problems:
        sources = [name for name in (one["source_column"] or "").split("、") if name] or [one["column_name"]]
        for stem in ("", one["table_name"]):
            row = found[f"{one['landing_id']}:{stem}:{one['landing_row']}"]
            for name in sources:
                row.setdefault(name, {name}).add(one["column_name"])
    return found


def _file_mark(mark: str) -> str:
    landing, _, rest = mark.partition(":")
    return f"{landing}::{rest.rpartition(':')[2]}"


# -- the ways to mend


def _ways() -> dict[str, Callable[[Node], Mend]]:
    return {"set": _set, "values": _values, "units": _units, "replace": _replace, "times": _times}


def _set(node: Node) -> Mend:
    value = node.text()
    return lambda _: value


def _values(node: Node) -> Mend:
    """Whole cells by a list: 男 is male."""
    known = {_folded(key): each.text() for key, each in node.items().items()}
    return lambda text: known.get(_folded(text))


def _units(node: Node) -> Mend:
    """A number with a unit's word becomes the number in the column's own unit: 3斤 by 500 is 1500, 半斤 is 250."""
    factors = {_folded(word): _number(each) for word, each in node.items().items()}

    def mend(text: str) -> str | None:
        counted = _COUNTED.fullmatch(_folded(text))
        if counted is None or counted[2] not in factors or not (counted[1] or counted[2]):
            return None
        return _plain(_amount(counted[1]) * factors[counted[2]])

    return mend


def _replace(node: Node) -> Mend:
    pairs = [(key, "" if each.value is None else str(each.value)) for key, each in node.items().items()]

    def mend(text: str) -> str | None:
        made = text
        for old, new in pairs:
            made = made.replace(old, new)
        return made

    return mend


def _times(node: Node) -> Mend:
    """The number times a factor, for a column in another unit than it says: 元 written where 分 is meant."""
    factor = _number(node)

    def mend(text: str) -> str | None:
        try:
            return _plain(Decimal(_folded(text).replace(",", "")) * factor)
        except InvalidOperation:
            return None

    return mend


def _only_when(node: Node, mend: Mend) -> Mend:
    try:
        pattern = re.compile(node.text())
    except re.error as error:
        raise node.wrong(Text("不是合法的正则表达式", f"no regular expression: {error}")) from error
    return lambda text: mend(text) if pattern.search(text) else None


def _number(node: Node) -> Decimal:
    try:
        return Decimal(node.text().replace(",", ""))
    except InvalidOperation:
        raise node.wrong(Text("这里要写一个数", "a number is wanted here")) from None


def _amount(written: str | None) -> Decimal:
    """3, 1,200.5, 半, 三, 两半 (a unit alone is one of it)."""
    if not written:
        return Decimal(1)
    if written == "半":
        return Decimal("0.5")
    if written[0] in _WORDS:
        return Decimal(_WORDS[written[0]]) + (Decimal("0.5") if written.endswith("半") else 0)
    return Decimal(written.replace(",", ""))


def _plain(number: Decimal) -> str:
    """Without an exponent or zeros that say nothing."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _folded(text: str) -> str:
    """Full-width written as half-width, no blanks around, letters small: how people mean it."""
    return normalize("NFKC", text).strip().lower()


def chosen(known: Mapping[str, Repair], names: Sequence[str]) -> tuple[Repair, ...]:
    """The saved rules of those names, all where none is named; Misused with the nearest name otherwise."""
    for name in names:
        if name not in known:
            raise Misused(Text(f"没有修复规则 {name}", f"there is no repair rule {name}"), mend=nearest(name, known))
    return tuple(known[name] for name in names or sorted(known))
