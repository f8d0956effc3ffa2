"""How one column of the standard is read from what a source says: value map, unit, default, and the typed result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from linshu.engine.intake import numbers as n
from linshu.engine.intake import quoting as q
from linshu.engine.intake import times
from linshu.engine.intake.columns import TOKEN
from linshu.engine.intake.expr import Blamed, Expr, any_of
from linshu.engine.intake.expressions import EXPRESSIONS, expression, look_up
from linshu.engine.intake.layout import is_sealed
from linshu.engine.intake.stage import Reading
from linshu.engine.intake.widths import half_width
from linshu.kernel.errors import nearest
from linshu.kernel.table import Column, Kind
from linshu.kernel.text import Text

if TYPE_CHECKING:
    from linshu.engine.intake.columns import Columns
    from linshu.engine.intake.layout import Clock
    from linshu.engine.intake.markup import Node
    from linshu.engine.intake.stage import Doubts

# A long number as a spreadsheet shows it once its last digits are gone.
_DAMAGED = r"^[1-9](\.[0-9]+)?[Ee]\+[0-9]{2}$"
_LONGEST_EXACT = 15  # digits that a spreadsheet keeps of a number
_MODIFIERS = ("values", "otherwise", "unit", "format", "zone", "default")

# The system columns a mapping may fill itself.
SYSTEM_COLUMN: dict[str, Column] = {
    "source_id": Column("source_id", Kind.TEXT, Text("来源编号", "Source id"), Text("来源里的编号", "Its id there")),
    "updated_at": Column("updated_at", Kind.INSTANT, Text("更新时间", "Updated at"), Text("最后更新", "Last change")),
    "deleted": Column("deleted", Kind.BOOL, Text("已删除", "Deleted"), Text("来源已删除", "Deleted in the source")),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a source says for one column, as it says it, and as the standard wants it."""

    text: str  # SQL text of what was said, after value map and default
    value: str  # SQL of the stored type
    failed: str
    doubts: Doubts
    columns: tuple[str, ...]
    over_rows: bool
    known: tuple[tuple[str, str], ...] = ()  # texts the value map translates, with what each becomes
    guilty: str = ""  # SQL of the columns a problem is about, where it may be about some of them only


def reading_of(said: Said) -> Reading:
    """The reading for the staging table."""
    columns = tuple(each.removesuffix(TOKEN) for each in said.columns)
    return Reading(said.value, said.failed, said.doubts, said.text, columns, said.known, said.guilty)


def said_of(column: Column, node: Node, columns: Columns, clock: Clock, *, is_id: bool = False) -> Said:
    """What the mapping's entry for a column means; ids are freed of full-width forms, and refused when damaged."""
    named: dict[str, Node] = {} if node.is_scalar else node.only((*EXPRESSIONS, *_MODIFIERS))
    expr = _expression(node, named, columns)
    if "values" in named:
        expr = look_up(expr, named["values"], named.get("otherwise"), columns)
    elif "otherwise" in named:
        raise named["otherwise"].wrong(Text("otherwise 只能与 values 同用", "otherwise goes with values"))
    if "default" in named:
        default = (
            expression(named["default"], columns) if not named["default"].is_scalar else _constant(named["default"])
        )
        expr = _with_default(expr, default)
    expr = columns.short(expr)
    if column.choices:
        expr = _by_title(expr, column)
    if is_sealed(column) and expr.over_rows:
        raise node.wrong(Text("敏感列不能跨行计算", "a sensitive column cannot look at other rows"))
    said = _id(expr, columns) if is_id and column.kind is Kind.TEXT else _typed(column, expr, node, columns, clock)
    if "values" not in named:
        return said
    return replace(said, known=tuple((word, becomes.text()) for word, becomes in named["values"].items().items()))


def _expression(node: Node, named: dict[str, Node], columns: Columns) -> Expr:
    if node.is_scalar:
        return expression(node, columns)
    asked = [name for name in named if name in EXPRESSIONS]
    if len(asked) != 1:
        raise node.wrong(
            Text("每列只能写一个表达式", "a column wants exactly one expression"),
            Text(f"可用：{'、'.join(EXPRESSIONS)}", f"Known: {', '.join(EXPRESSIONS)}"),
        )
    return EXPRESSIONS[asked[0]](named[asked[0]], columns)


def _constant(node: Node) -> Expr:
    return Expr(q.text(("true" if node.value else "false") if isinstance(node.value, bool) else node.text()))


def _with_default(expr: Expr, default: Expr) -> Expr:
    if expr.is_number:
        return replace(expr, sql=f"coalesce({expr.sql}, {default.number.sql})")
    return replace(expr, sql=f"coalesce({expr.sql}, {default.text})")


def _by_title(expr: Expr, column: Column) -> Expr:
    """A choice may be written by its title in either language."""
    titles: dict[str, str] = {}
    for choice in column.choices:
        for title in (choice.title.zh, choice.title.en):
            titles.setdefault(title, choice.value)
    for choice in column.choices:
        titles.pop(choice.value, None)
    cases = " ".join(f"WHEN {q.text(title)} THEN {q.text(value)}" for title, value in titles.items())
    return replace(expr, sql=f"(CASE {expr.text} {cases} ELSE {expr.text} END)", is_number=False) if cases else expr


def _typed(column: Column, expr: Expr, node: Node, columns: Columns, clock: Clock) -> Said:
    named: dict[str, Node] = {} if node.is_scalar else node.only((*EXPRESSIONS, *_MODIFIERS))
    formats = [each.text() for each in named["format"].list()] if "format" in named else []
    utc = _zone_is_utc(named)
    unit = named.get("unit")
    text = _short(times.said(expr.text) if column.kind in (Kind.INSTANT, Kind.DATE) else expr.text, columns)
    if column.kind in (Kind.TEXT, Kind.JSON):
        value = text
    elif column.kind is Kind.INSTANT:
        if unit is not None:
            return _unix(expr, unit, columns)
        value = times.instant(text, clock, formats, utc=utc)
    elif column.kind is Kind.DATE:
        value = times.day(text, formats, None if utc else clock)
    elif column.kind is Kind.BOOL:
        value = n.yes_or_no(text)
    elif column.kind is Kind.DEGREE:
        value = f"TRY_CAST({n.cleaned(text)} AS DOUBLE)"
    else:
        return _number(column, expr, node, columns)
    if unit is not None:
        raise unit.wrong(Text("这一列没有单位", "this column has no unit"))
    value = _short(value, columns)
    same = column.kind in (Kind.TEXT, Kind.JSON)
    failed = _either(expr.failed, "" if same else f"{text} IS NOT NULL AND {value} IS NULL")
    moments = not formats and column.kind in (Kind.INSTANT, Kind.DATE)
    doubts = (("ambiguous", times.ambiguous(text)),) if moments else ()
    return Said(text, value, failed, doubts, expr.columns, expr.over_rows)


def _short(sql: str, columns: Columns) -> str:
    return columns.short(Expr(sql)).sql


def _id(expr: Expr, columns: Columns) -> Said:
    text = _short(half_width(expr.text), columns)
    damaged = f"regexp_matches({text}, {q.text(_DAMAGED)})"
    if any(each in columns.rounded for each in expr.columns):
        damaged = f"({damaged} OR regexp_matches({text}, '^[1-9][0-9]{{{_LONGEST_EXACT - 1}}}0+$'))"
    failed = any_of(expr.failed, damaged)
    return Said(text, text, failed, (("damaged", damaged),), expr.columns, expr.over_rows)


def _number(column: Column, expr: Expr, node: Node, columns: Columns) -> Said:
    number = columns.number(expr)
    value = n.whole(number.sql, column.kind, _factor(column, expr, node))
    if column.kind is Kind.PPM and not expr.is_number:
        # 12% is 12 of a hundred, whatever the mapping takes bare numbers for.
        percent = n.whole(number.sql, column.kind, n.UNITS[Kind.PPM]["fraction"])
        value = f"(CASE WHEN {n.is_percent(expr.sql)} THEN {percent} ELSE {value} END)"
    value = _short(value, columns)
    failed = _either(number.failed, f"{number.sql} IS NOT NULL AND {value} IS NULL")
    inexact = f"{number.loose} AND {value} IS NULL"
    if not expr.is_number and expr.blamed:  # one cell of several columns
        number = replace(number, failed="true")
    several = expr.is_number or len(expr.columns) > 1
    said = _numbers_said(number) if several else expr.sql
    guilty = _guilty(number, "、", lambda part: part.column) if several else ""
    return Said(said, value, failed, (("decimals", inexact),), expr.columns, expr.over_rows, guilty=guilty)


def _numbers_said(number: Expr) -> str:
    """A computed number is quoted by the texts it was computed from, or by those of them that are no numbers."""
    if not number.columns:
        return f"CAST({number.sql} AS VARCHAR)"
    whole = f"concat_ws(' · ', {q.names(number.columns)})"
    wrong = _guilty(number, " · ", lambda part: part.said)
    return f"coalesce({wrong}, {whole})" if wrong else whole


def _guilty(number: Expr, by: str, say: Callable[[Blamed], str]) -> str:
    """SQL of what is said of the parts that cannot be read; NULL where all can."""
    cases = ", ".join(f"CASE WHEN {part.when} THEN {say(part)} END" for part in number.guilty)
    return f"nullif(concat_ws({q.text(by)}, {cases}), '')" if cases else ""


def _factor(column: Column, expr: Expr, node: Node) -> Fraction:
    unit = None if node.is_scalar else node.items().get("unit")
    units = n.UNITS.get(column.kind, {})
    if unit is None:
        if column.kind is Kind.FEN and expr.columns:
            raise node.wrong(
                Text(f"金额列 {column.name} 没写单位", f"the money column {column.name} has no unit"),
                Text("请写 unit: yuan 或 unit: fen。", "Write unit: yuan or unit: fen."),
            )
        return Fraction(1)
    if not units:
        raise unit.wrong(Text("这一列没有单位", "this column has no unit"))
    if unit.text() not in units:
        raise unit.wrong(
            Text(f"不认识单位“{unit.text()}”", f"unknown unit “{unit.text()}”"), nearest(unit.text(), units)
        )
    return units[unit.text()]


def _unix(expr: Expr, unit: Node, columns: Columns) -> Said:
    if unit.text() not in times.UNIX:
        raise unit.wrong(
            Text(f"不认识时间单位“{unit.text()}”", f"unknown unit of time “{unit.text()}”"),
            nearest(unit.text(), times.UNIX),
        )
    text = expr.text
    value = _short(times.unix(f"TRY_CAST({n.cleaned(text)} AS BIGINT)", unit.text()), columns)
    failed = _either(expr.failed, f"{text} IS NOT NULL AND {value} IS NULL")
    return Said(text, value, failed, (), expr.columns, expr.over_rows)


def _zone_is_utc(named: dict[str, Node]) -> bool:
    if "zone" not in named:
        return False
    if named["zone"].text() not in ("utc", "company"):
        raise named["zone"].wrong(Text("zone 只能是 utc 或 company", "zone is utc or company"))
    return named["zone"].text() == "utc"


def _either(*conditions: str) -> str:
    return " OR ".join(f"({each})" for each in conditions if each)
