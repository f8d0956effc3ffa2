"""The data dictionary holds every declaration in both languages, and its document is never stale."""

from __future__ import annotations

from pathlib import Path

from linshu.standard import SUBJECTS, TABLES
from linshu.standard.dictionary import DOCUMENT, entries, markdown

PROJECT = Path(__file__).parents[2]


def test_the_document_is_what_the_declarations_say():
    assert (PROJECT / DOCUMENT).read_text("utf-8") == markdown(), "run: python -m linshu.standard.dictionary"


def test_every_table_and_column_is_in_the_dictionary_in_both_languages():
    for language in ("zh", "en"):
        told = {table.name: table for subject in entries(language) for table in subject.tables}
        assert set(told) == {each.name for each in TABLES}
        assert [subject.name for subject in entries(language)] == list(SUBJECTS)
        for each in TABLES:
            entry = told[each.name]
            assert tuple(column.name for column in entry.columns) == each.names
            assert entry.title == each.title.say(language)
            assert {column.name for column in entry.columns if column.is_key} == set(each.key)
            assert len(entry.checks) == len(each.checks)


def test_a_table_names_who_refers_to_it():
    told = {table.name: table for subject in entries() for table in subject.tables}
    assert ("order_line", "订单行") in told["orders"].read_by
    assert "orders" in dict(told["leader"].read_by)
    assert "leader" not in dict(told["leader"].read_by)


def test_a_column_tells_unit_bounds_privacy_and_choices():
    told = {
        table.name: {column.name: column for column in table.columns}
        for subject in entries("en")
        for table in subject.tables
    }
    assert told["orders"]["paid_fen"].unit == "fen"
    assert told["orders"]["goods_fen"].bounds == "≥ 0"
    assert told["rating"]["score"].bounds == "1 … 5"
    assert told["orders"]["receiver_phone"].privacy.startswith("sensitive")
    assert ("pickup", "Pick-up") in told["orders"]["mode"].choices
    assert told["orders"]["supply_leader_id"].references == "leader"


def test_the_document_keeps_its_tables_whole():
    for line in markdown().splitlines():
        if line.startswith("| "):
            assert line.replace("\\|", "").count("|") == 5, line
