"""A template shows Chinese headings, examples, choices and what must be filled, and is read back as it was written."""

from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from linshu.kernel.table import Kind
from linshu.standard import SUBJECTS, TABLES, table, tables_of
from linshu.standard.filling import NO, YES, cell_of, header
from linshu.standard.template import NOTES_SHEET, sheet_name, write_template


def written(tables, *, filled=True):
    target = BytesIO()
    write_template(tables, target, filled=filled)
    target.seek(0)
    return target


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_every_template_is_read_back_as_written(subject):
    tables = tables_of(subject)
    book = CalamineWorkbook.from_filelike(written(tables))
    assert book.sheet_names == [NOTES_SHEET, *(sheet_name(each) for each in tables)]
    for each in tables:
        head, row = book.get_sheet_by_name(sheet_name(each)).to_python()
        assert head == [header(column) for column in each.columns]
        for column, cell in zip(each.columns, row, strict=True):
            expected = cell_of(column, column.example)
            if isinstance(expected, int | float):
                assert cell == pytest.approx(expected)
            elif isinstance(cell, date) and not isinstance(cell, datetime) and column.kind is Kind.INSTANT:
                assert datetime.combine(cell, time()) == expected  # midnight reads as a day
            else:
                assert cell == expected, f"{each.name}.{column.name}"


def test_an_unfilled_template_holds_headings_alone():
    book = CalamineWorkbook.from_filelike(written([table("orders")], filled=False))
    assert len(book.get_sheet_by_name("订单").to_python()) == 1


@pytest.mark.parametrize("name", ["orders", "handover", "target"])
def test_headings_carry_words_marks_and_comments(name):
    declared = table(name)
    sheet = openpyxl.load_workbook(written([declared]))[sheet_name(declared)]
    for at, column in enumerate(declared.columns, start=1):
        cell = sheet.cell(1, at)
        assert cell.value == header(column)
        assert column.title.en in cell.comment.text
        assert column.meaning.zh in cell.comment.text
        assert (cell.value.endswith("*")) == column.required
        assert (cell.font.color is not None and cell.font.color.rgb == "FFB42318") == column.required


def test_closed_lists_drop_down_below_the_heading():
    declared = table("orders")
    sheet = openpyxl.load_workbook(written([declared]))["订单"]
    rules = {str(each.sqref): each for each in sheet.data_validations.dataValidation}
    letter = openpyxl.utils.get_column_letter(1 + declared.names.index("mode"))
    rule = rules[f"{letter}2:{letter}1048576"]
    assert rule.type == "list"
    assert rule.formula1 == '"自提,到家,快递"'
    flag = openpyxl.utils.get_column_letter(1 + declared.names.index("is_test"))
    assert rules[f"{flag}2:{flag}1048576"].formula1 == f'"{YES},{NO}"'


@pytest.mark.parametrize("declared", TABLES, ids=lambda each: each.name)
def test_drop_downs_fit_into_excel(declared):
    for column in declared.columns:
        names = [choice.title.zh for choice in column.choices]
        assert len(",".join(names)) <= 255
        assert len(set(names)) == len(names)
        assert not any("," in name for name in names)
    assert len(sheet_name(declared)) <= 31
    assert len({header(column) for column in declared.columns}) == len(declared.columns)


def test_long_ids_stay_text():
    sheet = openpyxl.load_workbook(written([table("payment")]))["支付"]
    at = 1 + table("payment").names.index("channel_trade_id")
    assert sheet.cell(2, at).value == "4200001234202603010001"
    assert sheet.cell(2, at).number_format == "@"


def test_the_notes_tell_every_column():
    tables = tables_of("sale")
    rows = CalamineWorkbook.from_filelike(written(tables)).get_sheet_by_name(NOTES_SHEET).to_python()
    words = {cell for row in rows for cell in row}
    for each in tables:
        assert {header(column) for column in each.columns} <= words
        assert {column.meaning.zh for column in each.columns} <= words


@pytest.mark.parametrize(
    ("name", "stored", "people_write"),
    [
        ("paid_fen", "2990", 29.9),
        ("paid_fen", "3000", 30),
        ("is_test", "true", YES),
        ("is_test", "false", NO),
        ("mode", "pickup", "自提"),
        ("placed_at", "2026-03-01 10:30:00+08:00", datetime(2026, 3, 1, 10, 30)),
        ("placed_at", "2026-03-01 02:30:00+00:00", datetime(2026, 3, 1, 10, 30)),
        ("placed_date", "2026-03-01", date(2026, 3, 1)),
        ("longitude", "114.3054", 114.3054),
        ("order_id", "00123", "00123"),
    ],
)
def test_values_are_written_as_people_write_them(name, stored, people_write):
    assert cell_of(table("orders").column(name), stored) == people_write


def test_units_of_people_differ_only_for_money_and_rates():
    headings = {column.kind: header(column) for each in TABLES for column in each.columns}
    assert "（元）" in headings[Kind.FEN]
    assert "（%）" in headings[Kind.PPM]
    assert "（克）" in headings[Kind.GRAM]
