"""What the quarantine page says: problems as sentences, states and kinds as words; pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from linshu.engine.shell.listing import link
from linshu.kernel.table import Column, Kind
from linshu.kernel.text import Text
from linshu.standard import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linshu.engine.intake.shelf import Wanted
    from linshu.engine.shell.view import Writer
    from linshu.kernel.table import Table

STATES: dict[str, Text] = {
    "open": Text("待处理", "To mend"),
    "waiting": Text("等待所属单据", "Waiting"),
    "settled": Text("已解决", "Settled"),
    "dismissed": Text("不再处理", "Left aside"),
    "aside": Text("不是数据", "No data"),
}
TONES = {"open": "is-bad", "waiting": "is-warn", "settled": "is-good", "dismissed": "", "aside": ""}
CODES: dict[str, Text] = {
    "missing": Text("必填项为空", "Required value missing"),
    "key_missing": Text("缺主键", "Key missing"),
    "unparsable": Text("读不懂的值", "Cannot be read"),
    "decimals": Text("小数位太多", "Too many decimals"),
    "ambiguous": Text("日期有歧义", "Ambiguous date"),
    "damaged": Text("编号被 Excel 改坏", "Id damaged by Excel"),
    "not_allowed": Text("不在允许的取值里", "Value not allowed"),
    "out_of_range": Text("超出允许范围", "Out of range"),
    "duplicate": Text("主键重复", "Duplicate key"),
    "parent_missing": Text("所属单据未到", "What it belongs to has not come"),
    "broken": Text("拆不开的行", "Line that cannot be split"),
    "bytes": Text("认不出的字节", "Unreadable bytes"),
    "title": Text("标题行", "Title"),
    "total": Text("合计行", "Total"),
    "note": Text("说明行", "Note"),
    "header": Text("重复的表头", "Header again"),
}
BY_NAME: dict[str, Table] = {one.name: one for one in TABLES}
# What a rule can mend: something stands in a cell that should be otherwise, or nothing where one value is meant.
MENDABLE = frozenset({"unparsable", "decimals", "ambiguous", "not_allowed", "out_of_range", "missing"})


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the grouped view."""

    rows: int
    title: str
    table: str
    said: tuple[str, ...]
    batches: int
    address: str
    rule: str  # the page of a rule for it; "" where none can mend it


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row that is being mended."""

    name: str
    value: str
    wrong: tuple[str, ...] = ()  # what is wrong with it
    allowed: tuple[tuple[str, str], ...] = ()  # what may stand there: value and title


def cells(row: Mapping[str, str | None], problems: Sequence[Mapping[str, Any]], writer: Writer) -> tuple[Cell, ...]:
    """The cells of a row, those with a problem first."""
    wrong: dict[str, list[str]] = {}
    allowed: dict[str, tuple[tuple[str, str], ...]] = {}
    for one in problems:
        column = column_of(one["table_name"], one["column_name"])
        for name in [name for name in (one["source_column"] or "").split("、") if name] or [one["column_name"]]:
            wrong.setdefault(name, []).append(writer.say(Text(one["zh"], one["en"])))
            if column is not None and column.choices:
                allowed[name] = tuple((choice.value, writer.say(choice.title)) for choice in column.choices)
    made = [Cell(name, value or "", tuple(wrong.get(name, ())), allowed.get(name, ())) for name, value in row.items()]
    return tuple(sorted(made, key=lambda one: not one.wrong))


def unplaced(row: Mapping[str, str | None], problems: Sequence[Mapping[str, Any]], writer: Writer) -> tuple[str, ...]:
    """What is wrong with the row as a whole, or with a column that its file has not."""
    return tuple(
        writer.say(Text(one["zh"], one["en"]))
        for one in problems
        if not {*(one["source_column"] or "").split("、"), one["column_name"]} & set(row)
    )


@dataclass(frozen=True, slots=True)
class Same:
    """The same change in several cells."""

    column: str
    before: str
    after: str
    file: str
    cells: int


def changes(rows: Sequence[Mapping[str, Any]]) -> list[Same]:
    """Equal changes as one line, the commonest first."""
    found = Counter((row["column"], row["before"], row["after"], row["file"]) for row in rows)
    return [Same(*what, cells) for what, cells in found.most_common()]


def table_title(name: str) -> Text:
    """A table of the standard as people call it."""
    return BY_NAME[name].title if name in BY_NAME else Text(name or "—", name or "—")


def column_of(table: str, name: str) -> Column | None:
    """A column of the standard; None for what is none: the source's own columns, system columns."""
    found = BY_NAME.get(table)
    return next((one for one in found.columns if one.name == name), None) if found else None


def column_title(table: str, name: str) -> Text:
    """A column of the standard as people call it."""
    column = column_of(table, name)
    return column.title if column else Text(name, name)


def code_title(code: str) -> Text:
    """A kind of problem in a few words."""
    return CODES.get(
        code, Text("违反表的规则", "Breaks a rule of its table") if code.startswith("rule:") else Text(code, code)
    )


def sentence(row: Mapping[str, Any]) -> Text:
    """What a group of problems has in common, as a sentence without its end."""
    table, code, shape = row["table_name"], row["code"], row["shape"]
    name = column_title(table, row["column_name"])
    if code.startswith("rule:"):
        check = next((one for one in getattr(BY_NAME.get(table), "checks", ()) if one.name == code[5:]), None)
        return Text(check.message.zh.rstrip("。"), check.message.en.rstrip(".")) if check else code_title(code)
    if code in ("missing", "key_missing"):
        return Text(f"{name.zh}没有填", f"{name.en} is empty")
    if code == "not_allowed" and shape:
        return Text(f"{name.zh}写着“{shape}”，不在允许的取值里", f"{name.en} says “{shape}”, which is not allowed")
    if code in ("unparsable", "decimals") and shape:
        return _shaped(name, shape)
    if code == "unparsable":
        return Text(f"{name.zh}读不懂，各种写法", f"{name.en} cannot be read, each written otherwise")
    title = code_title(code)
    return Text(f"{name.zh}：{title.zh}", f"{name.en}: {title.en}") if name.zh else title


def _shaped(name: Text, shape: str) -> Text:
    word = shape.replace("#", "").strip()
    if shape.count("#") == 1 and word and shape.endswith(word):
        return Text(f"{name.zh}的数字后面写着“{word}”", f"{name.en} has “{word}” behind the number")
    if shape.count("#") == 1 and word and shape.startswith(word):
        return Text(f"{name.zh}的数字前面写着“{word}”", f"{name.en} has “{word}” before the number")
    told = shape.replace("#", "…")
    return Text(f"{name.zh}写成“{told}”", f"{name.en} is written “{told}”")


def address(wanted: Wanted, *, sort: str = "newest", **changes: str | None) -> str:
    """The query part of the page's address; None drops a part, what is usual is left out."""
    parts: dict[str, str | None] = {
        "status": wanted.status if wanted.status != "open" else None,
        "q": wanted.words, "batch": wanted.batch, "table": wanted.table, "column": wanted.column, "code": wanted.code,
        "sort": sort if sort != "newest" else None,
    }  # fmt: skip
    if wanted.shape is not None:
        parts["shape"] = wanted.shape or "-"
    if changes.get("status") == "open":
        changes["status"] = None
    return link(parts, changes, "?")


def kind_words(kind: Kind) -> Text:
    """In what a rule's factor is counted."""
    return {
        Kind.FEN: Text("元或分，看映射", "yuan or fen, as the mapping says"),
        Kind.GRAM: Text("克", "grams"),
        Kind.METRE: Text("米", "metres"),
        Kind.SECOND: Text("秒", "seconds"),
    }.get(kind, Text("该列的单位", "the column's own unit"))
