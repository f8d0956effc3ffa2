"""Nobody sees a sensitive value in a listing, and a personal one only who is allowed to."""

from __future__ import annotations

import duckdb
import pytest

from linshu.engine.warehouse.schema import create_sql
from linshu.kernel.table import Privacy
from linshu.standard import TABLES, table
from linshu.standard.privacy import select_shown, shown_columns, subject_of


@pytest.fixture(scope="module")
def store():
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'; CREATE SCHEMA std")
    for each in TABLES:
        connection.execute(create_sql(each))
    return connection


@pytest.mark.parametrize("declared", TABLES, ids=lambda each: each.name)
@pytest.mark.parametrize("personal", [False, True], ids=["masked", "personal"])
def test_what_is_shown_reads_from_the_store_and_never_a_token(store, declared, personal):
    shown = shown_columns(declared, personal=personal)
    answer = store.execute(select_shown(declared, shown))
    assert [each[0] for each in answer.description] == list(declared.names)
    for each in shown:
        sensitive = each.column.privacy is Privacy.SENSITIVE
        hidden = sensitive or (each.column.privacy is Privacy.PERSONAL and not personal)
        assert each.masked == hidden
        assert (each.expression == each.column.name) == (not hidden)


def test_a_name_is_cut_to_its_first_sign(store):
    insert = "INSERT INTO std.leader BY NAME SELECT ? AS leader_id, ? AS name, ? AS phone_mask, 'active' AS status, "
    insert += "'t' AS source, ? AS deleted, 'b' AS landing_id, 1 AS landing_row"
    store.execute(insert, ["L1", "王芳", "138****1234", False])
    store.execute(insert, ["L2", "李雷", "139****1234", True])
    leader = table("leader")
    masked = store.sql(select_shown(leader, shown_columns(leader))).fetchall()
    assert [row[:3] for row in masked] == [("L1", "王**", "138****1234")]
    plain = store.sql(select_shown(leader, shown_columns(leader, personal=True))).fetchall()
    assert [row[:3] for row in plain] == [("L1", "王芳", "138****1234")]


def test_the_public_sees_public_columns_alone():
    names = {each.column.name for each in shown_columns(table("sku"), only_public=True)}
    assert names == {"name", "brand", "barcode", "list_price_fen"}
    assert shown_columns(table("member"), only_public=True) == ()


def test_all_that_belongs_to_one_person_is_sealed_under_one_subject():
    assert subject_of(table("orders"), table("orders").column("receiver_phone"), "M1") == "member:M1"
    assert subject_of(table("member"), table("member").column("phone"), "M1") == "member:M1"
    assert subject_of(table("leader"), table("leader").column("phone"), "M1") == "leader:M1"
