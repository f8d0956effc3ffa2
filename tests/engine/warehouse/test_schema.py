"""A declared table is stored with exact integers, sealed faces for sensitive columns, and the system's columns last."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from linshu.engine.warehouse.schema import arrow_schema, arrow_type, create_sql, sql_type, stored_columns
from linshu.kernel.table import SYSTEM_COLUMNS, Column, Kind, Privacy, Table
from linshu.kernel.text import Text

WORDS = Text("词", "word")


def declared(*columns: Column) -> Table:
    return Table("thing", "test", WORDS, WORDS, ("thing_id",), columns)


THING = declared(
    Column("thing_id", Kind.TEXT, WORDS, WORDS, required=True),
    Column("phone", Kind.TEXT, WORDS, WORDS, privacy=Privacy.SENSITIVE, subject="thing_id"),
    Column("paid_fen", Kind.FEN, WORDS, WORDS, required=True),
    Column("placed_at", Kind.INSTANT, WORDS, WORDS),
    Column("placed_date", Kind.DATE, WORDS, WORDS),
    Column("longitude", Kind.DEGREE, WORDS, WORDS),
    Column("is_test", Kind.BOOL, WORDS, WORDS),
    Column("evidence", Kind.JSON, WORDS, WORDS),
)


def test_a_sensitive_column_is_stored_as_token_index_and_mask():
    faces = [(each.name, each.part, each.of) for each in stored_columns(THING) if each.of == "phone"]
    assert faces == [
        ("phone", "sealed", "phone"),
        ("phone_index", "index", "phone"),
        ("phone_mask", "mask", "phone"),
    ]


def test_system_columns_come_last_and_belong_to_no_declared_column():
    assert [each.name for each in stored_columns(THING)][-len(SYSTEM_COLUMNS) :] == [name for name, _ in SYSTEM_COLUMNS]
    assert all(each.of == "" for each in stored_columns(THING)[-len(SYSTEM_COLUMNS) :])


def test_only_required_columns_refuse_null():
    refused = {field.name for field in arrow_schema(THING) if not field.nullable}
    assert refused == {"thing_id", "paid_fen", "source", "deleted", "landing_id", "landing_row"}


def test_every_kind_has_an_arrow_and_a_duckdb_type():
    assert {arrow_type(kind) for kind in (Kind.FEN, Kind.QTY, Kind.PPM, Kind.GRAM, Kind.INT)} == {pa.int64()}
    for kind in Kind:
        assert sql_type(kind)
        assert isinstance(arrow_type(kind), pa.DataType)


def test_duckdb_and_arrow_describe_the_same_table():
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone='UTC'")
        connection.execute(create_sql(THING, schema="main"))
        told = connection.sql("SELECT * FROM thing").to_arrow_table().schema
    assert [(field.name, field.type) for field in told] == [(field.name, field.type) for field in arrow_schema(THING)]


def test_creating_twice_changes_nothing():
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA std")
        connection.execute(create_sql(THING))
        connection.execute(create_sql(THING))
        assert connection.execute("SELECT count(*) FROM std.thing").fetchone() == (0,)
