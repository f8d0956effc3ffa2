"""Spreadsheets to fill in: one sheet per table with Chinese headings, drop-downs and notes, ready to be imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter

from linshu.kernel.table import Kind
from linshu.kernel.text import Text
from linshu.standard.filling import NO, YES, cell_of, header, unit_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import BinaryIO

    from linshu.kernel.table import Column, Table

__all__ = ["NOTES_SHEET", "sheet_name", "write_template"]

NOTES_SHEET = "说明"
_LAST_ROW = 1_048_575
_WIDEST = 40
_WHOLE = frozenset({Kind.INT, Kind.QTY, Kind.GRAM, Kind.CM3, Kind.METRE, Kind.SECOND})
_DECIMAL = frozenset({Kind.FEN, Kind.PPM, Kind.DEGREE})

KIND_NAMES: dict[Kind, Text] = {
    Kind.TEXT: Text("文本", "text"),
    Kind.INT: Text("整数", "whole number"),
    Kind.FEN: Text("金额", "money"),
    Kind.QTY: Text("数量（基本单位）", "quantity (base units)"),
    Kind.GRAM: Text("重量", "weight"),
    Kind.CM3: Text("体积", "volume"),
    Kind.METRE: Text("距离", "distance"),
    Kind.SECOND: Text("时长", "duration"),
    Kind.PPM: Text("比率", "rate"),
    Kind.DEGREE: Text("经纬度", "coordinate"),
    Kind.BOOL: Text("是/否", "yes or no"),
    Kind.DATE: Text("日期（公司日）", "company day"),
    Kind.INSTANT: Text("时间（北京时间）", "time (Asia/Shanghai)"),
    Kind.JSON: Text("结构（JSON）", "structure (JSON)"),
}
_NUMBER_FORMATS: dict[Kind, str] = {
    # Everything textual is kept as text, so that long ids and numbers are not turned into 1.38E+10.
    Kind.TEXT: "@",
    Kind.JSON: "@",
    Kind.BOOL: "@",
    Kind.FEN: "0.00",
    Kind.PPM: "0.0###",
    Kind.DEGREE: "0.000000",
    Kind.DATE: "yyyy-mm-dd",
    Kind.INSTANT: "yyyy-mm-dd hh:mm:ss",
}
_HOW_TO = (
    "每张表一页，第一行是列名，请不要改动；从第二行开始填写，一行一条记录。",
    "带 * 的红色列必填，其余可空；空着表示没有或不知道，不要填“无”或 0。",
    "金额填元（可带两位小数），比率填百分数，时间填北京时间，是非列从下拉中选择。",
    "编号请保持文本格式；手机号、住址等敏感信息在导入时加密，不会以明文保存。",
    "没有的表可以整页不填，也可以删掉整页。",
)


@dataclass(frozen=True, slots=True)
class _Look:
    """The formats of one workbook."""

    title: Any
    required: Any
    optional: Any
    words: Any
    columns: dict[str, Any]


def sheet_name(table: Table) -> str:
    """The sheet a table is filled in on: its Chinese title."""
    return table.title.zh


def write_template(tables: Sequence[Table], target: Path | BinaryIO, *, filled: bool = False) -> None:
    """Write a workbook with one sheet per table and a sheet of notes; `filled` adds one example row to each.

    The file, filled in, is imported as it is: its headings are the standard's own, in the units people write.
    """
    options = {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target if hasattr(target, "write") else str(target), options) as book:
        look = _look(book)
        notes = book.add_worksheet(NOTES_SHEET)
        for table in tables:
            _table_sheet(book.add_worksheet(sheet_name(table)), table, look, filled=filled)
        _notes_sheet(notes, tables, look)


def _look(book: Any) -> _Look:
    heading = {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}
    return _Look(
        title=book.add_format({"bold": True, "font_size": 13}),
        required=book.add_format({**heading, "bg_color": "#FDE2E1", "font_color": "#B42318"}),
        optional=book.add_format({**heading, "bg_color": "#E7EEF8"}),
        words=book.add_format({"text_wrap": True, "valign": "top"}),
        columns={form: book.add_format({"num_format": form}) for form in {*_NUMBER_FORMATS.values(), "0"}},
    )


def _table_sheet(sheet: Any, table: Table, look: _Look, *, filled: bool) -> None:
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 30)
    for at, column in enumerate(table.columns):
        heading = header(column)
        form = look.columns[_NUMBER_FORMATS.get(column.kind, "0")]
        width = min(max(2 * len(heading) + 2, len(column.example) + 2, 10), _WIDEST)
        sheet.set_column(at, at, width, form)
        sheet.write_string(0, at, heading, look.required if column.required else look.optional)
        sheet.write_comment(0, at, _comment(column), {"x_scale": 2.4, "y_scale": 1.8})
        rule = _rule(column)
        if rule:
            sheet.data_validation(1, at, _LAST_ROW, at, rule)
        if filled:
            _write(sheet, 1, at, cell_of(column, column.example), form)


def _write(sheet: Any, row: int, at: int, value: Any, form: Any) -> None:
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, at, value, form)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, form)
    else:
        sheet.write_number(row, at, value, form)


def _comment(column: Column) -> str:
    lines = [column.title.en, column.meaning.zh, column.meaning.en, f"例：{cell_of(column, column.example)}"]
    return "\n".join(lines)


def _rule(column: Column) -> dict[str, Any] | None:
    """What Excel lets one type: a drop-down for closed lists, numbers within their range, true dates."""
    if column.choices or column.kind is Kind.BOOL:
        names = [choice.title.zh for choice in column.choices] or [YES, NO]
        return {"validate": "list", "source": names, "error_message": "请从下拉列表中选择。", "ignore_blank": True}
    if column.kind in {Kind.DATE, Kind.INSTANT}:
        return {
            "validate": "date",
            "criteria": ">=",
            "value": date(2000, 1, 1),
            "error_message": "请填写日期，如 2026-03-01。",
        }
    if column.kind not in _WHOLE | _DECIMAL or (column.minimum is None and column.maximum is None):
        return None
    scale = unit_of(column).stored
    low, high = ((None if bound is None else bound / scale) for bound in (column.minimum, column.maximum))
    made: dict[str, Any] = {"validate": "integer" if column.kind in _WHOLE else "decimal"}
    if high is None:
        return {**made, "criteria": ">=", "value": low, "error_message": f"请填写不小于 {low:g} 的数。"}
    low = -high if low is None else low
    return {
        **made,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_message": f"请填写 {low:g} 到 {high:g} 之间的数。",
    }


def _notes_sheet(sheet: Any, tables: Sequence[Table], look: _Look) -> None:
    for at, width in enumerate((22, 22, 8, 20, 40, 28, 60)):
        sheet.set_column(at, at, width, look.words)
    sheet.write_string(0, 0, "填写说明", look.title)
    row = 1
    for line in _HOW_TO:
        sheet.write_string(row, 0, line)
        row += 1
    for table in tables:
        row = _notes_of(sheet, row + 1, table, look)


def _notes_of(sheet: Any, row: int, table: Table, look: _Look) -> int:
    """The notes on one table from `row` on; returns the row after them."""
    sheet.write_string(row, 0, f"{table.title.zh} {table.title.en}（{table.name}）", look.title)
    sheet.write_string(row + 1, 0, table.meaning.zh)
    headings = ("列", "English", "必填", "类型", "可选值", "例子", "含义")
    for at, words in enumerate(headings):
        sheet.write_string(row + 2, at, words, look.optional)
    for below, column in enumerate(table.columns, start=row + 3):
        values = "、".join(choice.title.zh for choice in column.choices)
        cells = (
            header(column),
            column.title.en,
            "必填" if column.required else "",
            KIND_NAMES[column.kind].zh,
            values,
            str(cell_of(column, column.example)),
            column.meaning.zh,
        )
        for at, words in enumerate(cells):
            sheet.write_string(below, at, words, look.words)
    return row + 3 + len(table.columns)
