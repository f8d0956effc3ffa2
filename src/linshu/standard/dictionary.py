"""The data dictionary: every table and column of the standard in both languages, as a page and as a document.

`python -m linshu.standard.dictionary` writes the document anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from linshu.kernel.table import Privacy
from linshu.kernel.text import Text
from linshu.standard import STANDARD_VERSION, SUBJECTS, TABLES, tables_of
from linshu.standard.template import KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linshu.kernel.table import Column, Kind, Table
    from linshu.kernel.text import Language

__all__ = ["DOCUMENT", "ColumnEntry", "SubjectEntry", "TableEntry", "entries", "markdown"]

DOCUMENT = Path("docs/reference/data-dictionary.md")

PRIVACY_NAMES: dict[Privacy, Text] = {
    Privacy.PUBLIC: Text("公开", "public"),
    Privacy.INTERNAL: Text("内部", "internal"),
    Privacy.PERSONAL: Text("个人（默认打码）", "personal (masked by default)"),
    Privacy.SENSITIVE: Text("敏感（加密存放）", "sensitive (encrypted at rest)"),
}
_STORED_UNITS: dict[str, Text] = {
    "fen": Text("分", "fen"),
    "gram": Text("克", "gram"),
    "cm3": Text("立方厘米", "cm3"),
    "metre": Text("米", "metre"),
    "second": Text("秒", "second"),
    "ppm": Text("百万分之一", "parts per million"),
    "degree": Text("度", "degree"),
    "qty": Text("基本单位", "base unit"),
}

_OPENING = """\
# 数据字典 Data dictionary

数据标准第 {version} 版，{tables} 张表。本文由声明生成，请勿手改：`python -m linshu.standard.dictionary`。

Version {version} of the data standard, {tables} tables. Generated from the declarations; do not edit by hand.

- 金额存整数分，数量存 SKU 基本单位的整数，比率存百万分之一，时间存 UTC；主键永不为空（`*` 表示全部）。
  Money is integer fen, quantities are integers in the SKU's base unit, rates parts per million, instants UTC;
  keys are never empty (`*` means the whole).
- 敏感列加密存放为三列：密文 `x`、检索码 `x_index`、掩码 `x_mask`。
  A sensitive column is stored as three: the sealed `x`, the blind index `x_index`, the mask `x_mask`.
- 每行另有系统列 `source`、`source_id`、`updated_at`、`deleted`、`landing_id`、`landing_row`。
  Every row also carries these system columns.
- **粗体**为主键，`*` 为必填。 **Bold** is the key, `*` is required.

"""


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column as the dictionary shows it, in one language."""

    name: str
    title: str
    meaning: str
    kind: str
    unit: str
    required: bool
    is_key: bool
    choices: tuple[tuple[str, str], ...]
    references: str
    referred: str  # the title of the table referred to
    bounds: str
    privacy: str
    example: str


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table as the dictionary shows it, in one language; `read_by` names the tables that refer to it."""

    name: str
    title: str
    meaning: str
    key: tuple[str, ...]
    history: bool
    columns: tuple[ColumnEntry, ...]
    checks: tuple[str, ...]
    read_by: tuple[tuple[str, str], ...]  # name and title


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """One subject and its tables."""

    name: str
    title: str
    tables: tuple[TableEntry, ...]


@cache
def entries(language: Language = "zh") -> tuple[SubjectEntry, ...]:
    """The whole dictionary in one language, ready to be shown."""
    return tuple(
        SubjectEntry(name, title.say(language), tuple(_table(each, language) for each in tables_of(name)))
        for name, title in SUBJECTS.items()
    )


def _table(table: Table, language: Language) -> TableEntry:
    readers = (each for each in TABLES if any(_target(column) == table.name for column in each.columns))
    return TableEntry(
        table.name,
        table.title.say(language),
        table.meaning.say(language),
        table.key,
        table.history,
        tuple(_column(each, table, language) for each in table.columns),
        tuple(check.message.say(language) for check in table.checks),
        tuple((each.name, each.title.say(language)) for each in readers if each.name != table.name),
    )


def _column(column: Column, table: Table, language: Language) -> ColumnEntry:
    return ColumnEntry(
        column.name,
        column.title.say(language),
        column.meaning.say(language),
        KIND_NAMES[column.kind].say(language),
        _unit(column.kind).say(language),
        column.required,
        column.name in table.key,
        tuple((choice.value, choice.title.say(language)) for choice in column.choices),
        _target(column),
        _titles()[_target(column)].say(language) if _target(column) else "",
        _bounds(column),
        PRIVACY_NAMES[column.privacy].say(language),
        column.example,
    )


@cache
def _titles() -> dict[str, Text]:
    return {each.name: each.title for each in TABLES}


def _target(column: Column) -> str:
    return column.references.partition(".")[0]


def _unit(kind: Kind) -> Text:
    return _STORED_UNITS.get(kind.value, Text("", ""))


def _bounds(column: Column) -> str:
    if column.minimum is None and column.maximum is None:
        return ""
    if column.maximum is None:
        return f"≥ {column.minimum:g}"
    return f"≤ {column.maximum}" if column.minimum is None else f"{column.minimum:g} … {column.maximum:g}"


def markdown() -> str:
    """The dictionary as one Markdown document in both languages."""
    lines = _OPENING.format(version=STANDARD_VERSION, tables=len(TABLES)).splitlines()
    for zh, en in zip(entries("zh"), entries("en"), strict=True):
        lines += [f"- [{zh.title} {en.title}](#{_anchor(zh, en)}): {', '.join(f'`{each.name}`' for each in zh.tables)}"]
    for zh, en in zip(entries("zh"), entries("en"), strict=True):
        lines += ["", f"## {zh.title} {en.title}"]
        for table_zh, table_en in zip(zh.tables, en.tables, strict=True):
            lines += ["", *_table_lines(table_zh, table_en)]
    return "\n".join(lines) + "\n"


def _anchor(zh: SubjectEntry, en: SubjectEntry) -> str:
    return f"{zh.title}-{en.title}".lower().replace(" ", "-")


def _table_lines(zh: TableEntry, en: TableEntry) -> Iterator[str]:
    yield f"### {zh.title} {en.title} `{zh.name}`"
    yield ""
    yield f"{zh.meaning} {en.meaning}"
    if zh.history:
        yield ""
        yield "保留历史：`valid_from` 起（含）至 `valid_to` 止（不含）。 Kept with its history."
    yield ""
    yield "| 列 Column | 名称 Title | 类型 Kind | 含义 Meaning |"
    yield "| --- | --- | --- | --- |"
    for column_zh, column_en in zip(zh.columns, en.columns, strict=True):
        yield _column_line(column_zh, column_en)
    for check_zh, check_en in zip(zh.checks, en.checks, strict=True):
        yield f"{'' if check_zh != zh.checks[0] else chr(10)}- {check_zh} {check_en}"


def _column_line(zh: ColumnEntry, en: ColumnEntry) -> str:
    name = f"**`{zh.name}`**" if zh.is_key else f"`{zh.name}`"
    kind = " · ".join(part for part in (zh.kind, zh.unit, zh.bounds) if part)
    meaning = f"{zh.meaning} {en.meaning}"
    if zh.references:
        meaning += f" → `{zh.references}`"
    if zh.choices:
        pairs = zip(zh.choices, en.choices, strict=True)
        meaning += " " + "、".join(f"`{value}` {title_zh} {title_en}" for (value, title_zh), (_, title_en) in pairs)
    if zh.privacy != PRIVACY_NAMES[Privacy.INTERNAL].zh:
        kind += f" · {zh.privacy}"
    cells = (f"{name}{'*' if zh.required else ''}", f"{zh.title} {en.title}", kind, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    DOCUMENT.parent.mkdir(parents=True, exist_ok=True)
    DOCUMENT.write_text(markdown(), "utf-8")
    sys.stdout.write(f"{DOCUMENT}\n")
