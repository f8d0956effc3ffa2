"""Every declaration of the standard is complete, consistent, and fit for the store."""

from __future__ import annotations

from collections import Counter

import duckdb
import pytest

from linshu.engine.warehouse.schema import create_sql, stored_columns
from linshu.kernel.errors import Missing
from linshu.kernel.table import SYSTEM_COLUMNS, Kind, Privacy, Table
from linshu.standard import STANDARD_HASH, SUBJECTS, TABLES, table, tables_of
from linshu.standard.columns import KEY_EXAMPLES, both

BY_NAME = {each.name: each for each in TABLES}
EACH_TABLE = pytest.mark.parametrize("declared", TABLES, ids=[each.name for each in TABLES])


@pytest.fixture(scope="module")
def store():
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'; CREATE SCHEMA std")
    for each in TABLES:
        connection.execute(create_sql(each))
    return connection


def test_table_names_are_unique_and_every_subject_is_known():
    assert len(BY_NAME) == len(TABLES)
    assert {each.subject for each in TABLES} == set(SUBJECTS)
    assert sum(len(tables_of(subject)) for subject in SUBJECTS) == len(TABLES)


def test_the_standard_holds_the_tables_it_promises():
    promised = [
        "region",
        "estate",
        "community",
        "community_estate",
        "warehouse",
        "pickup_point",
        "service_calendar",
        "leader",
        "leader_assignment",
        "leader_tier",
        "pickup_assignment",
        "member",
        "group_member",
        "member_binding",
        "identity",
        "consent",
        "segment",
        "member_segment",
        "member_tag",
        "supplier",
        "supplier_certificate",
        "courier",
        "staff",
        "payee_account",
        "category",
        "sku",
        "sku_component",
        "price",
        "sale_batch",
        "listing",
        "orders",
        "order_line",
        "payment",
        "refund",
        "shop",
        "channel",
        "experiment_assignment",
        "after_sale_case",
        "rating",
        "survey_answer",
        "invoice",
        "parcel",
        "parcel_line",
        "delivery_event",
        "handover",
        "container_movement",
        "vehicle",
        "trip",
        "trip_stop",
        "chat_activity",
        "content",
        "share",
        "visit",
        "referral",
        "campaign",
        "campaign_arm",
        "coupon",
        "coupon_grant",
        "coupon_event",
        "touch",
        "marketing_cost",
        "stock_movement",
        "stock_count",
        "stock_batch",
        "purchase_order",
        "purchase_order_line",
        "transfer_order",
        "transfer_order_line",
        "cost_entry",
        "channel_bill_line",
        "withdrawal",
        "payout",
        "target",
        "demand_forecast",
        "weather_forecast",
    ]
    assert sorted(BY_NAME) == sorted(promised)


@EACH_TABLE
def test_every_word_stands_in_both_languages(declared: Table):
    texts = [declared.title, declared.meaning]
    for column in declared.columns:
        texts += [column.title, column.meaning, *(choice.title for choice in column.choices)]
    texts += [check.message for check in declared.checks]
    for words in texts:
        assert words.zh.strip()
        assert words.en.strip()
        assert any("一" <= letter <= "鿿" for letter in words.zh) or words.zh == words.en.upper() or "WGS" in words.zh
        assert not any("一" <= letter <= "鿿" for letter in words.en)


@EACH_TABLE
def test_meanings_are_sentences(declared: Table):
    for words in [declared.meaning, *(column.meaning for column in declared.columns)]:
        assert words.zh.endswith("。")
        assert words.en.endswith(".")


@EACH_TABLE
def test_names_and_titles_are_unique_within_a_table(declared: Table):
    for values in (
        declared.names,
        [column.title.zh for column in declared.columns],
        [column.title.en for column in declared.columns],
        [check.name for check in declared.checks],
        [stored.name for stored in stored_columns(declared)],
    ):
        assert [name for name, times in Counter(values).items() if times > 1] == []
    assert not set(declared.names) & {name for name, _ in SYSTEM_COLUMNS}


@EACH_TABLE
def test_keys_are_required_columns(declared: Table):
    assert declared.key
    for name in declared.key:
        assert declared.column(name).required, name


@EACH_TABLE
def test_references_resolve_to_a_key_of_the_same_kind(declared: Table):
    for column in declared.columns:
        if not column.references:
            continue
        target, _, key = column.references.partition(".")
        pointed = BY_NAME[target]
        assert len(pointed.key) == 1, f"{declared.name}.{column.name} points at a table with a key of several columns"
        assert key in {"", pointed.key[0]}
        assert pointed.column(pointed.key[0]).kind is column.kind


@EACH_TABLE
def test_a_column_named_like_a_key_points_at_it(declared: Table):
    keys = {each.key[0]: each.name for each in TABLES if len(each.key) == 1 and each.key[0].endswith("_id")}
    for column in declared.columns:
        if column.name in keys and keys[column.name] != declared.name:
            assert column.references == keys[column.name], f"{declared.name}.{column.name}"


def test_physical_names_are_never_reserved_words(store):
    reserved = {
        word
        for (word,) in store.execute(
            "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'"
        ).fetchall()
    }
    for each in TABLES:
        assert each.name not in reserved
        for stored in stored_columns(each):
            assert stored.name not in reserved, f"{each.name}.{stored.name}"
        names = ", ".join(stored.name for stored in stored_columns(each))
        assert store.execute(f"SELECT {names} FROM std.{each.name}").fetchall() == []


@EACH_TABLE
def test_checks_parse_and_read_only_their_own_columns(store, declared: Table):
    for check in declared.checks:
        answer = store.execute(f"SELECT ({check.holds}) FROM std.{declared.name}").description
        assert answer[0][1] == "BOOLEAN", check.name


@EACH_TABLE
def test_checks_never_read_a_sealed_column(declared: Table):
    import sqlglot
    from sqlglot import exp

    sealed = {column.name for column in declared.columns if column.privacy is Privacy.SENSITIVE}
    for check in declared.checks:
        read = {found.name for found in sqlglot.parse_one(check.holds, read="duckdb").find_all(exp.Column)}
        assert read <= set(declared.names)
        assert not read & sealed


@EACH_TABLE
def test_relations_with_history_carry_their_span(declared: Table):
    if not declared.history:
        assert declared.history_of == ()
        assert "valid_from" not in declared.names
        return
    assert declared.column("valid_from").kind is Kind.INSTANT
    assert declared.column("valid_from").required
    assert declared.column("valid_to").kind is Kind.INSTANT
    assert not declared.column("valid_to").required
    assert set(declared.history_of) < set(declared.key)
    assert set(declared.key) - set(declared.history_of) == {"valid_from"}
    assert "valid_span" in {check.name for check in declared.checks}


@EACH_TABLE
def test_examples_are_valid(store, declared: Table):
    for column in declared.columns:
        assert column.example, f"{declared.name}.{column.name} has no example"
        stored = next(each for each in stored_columns(declared) if each.name == column.name)
        (value,) = store.execute(f"SELECT TRY_CAST(? AS {stored.sql_type})", [column.example]).fetchone()
        assert value is not None, f"{declared.name}.{column.name}: {column.example}"
        if column.choices:
            assert column.example in {choice.value for choice in column.choices}
        if column.minimum is not None:
            assert value >= column.minimum
        if column.maximum is not None:
            assert value <= column.maximum


@EACH_TABLE
def test_the_example_row_satisfies_every_check(store, declared: Table):
    stored = {each.name: each for each in stored_columns(declared)}
    values = ", ".join(f"CAST(? AS {stored[name].sql_type}) AS {name}" for name in declared.names)
    examples = [column.example for column in declared.columns]
    for check in declared.checks:
        (holds,) = store.execute(f"SELECT ({check.holds}) FROM (SELECT {values})", examples).fetchone()
        assert holds is not False, f"{declared.name}: {check.name}"


@EACH_TABLE
def test_sensitive_columns_name_the_person_whose_key_seals_them(declared: Table):
    for column in declared.columns:
        if column.privacy is Privacy.SENSITIVE:
            assert column.subject in declared.names
            assert column.kind is Kind.TEXT
        elif column.subject:  # a text that goes with the person it is of
            assert column.subject in declared.names
            assert column.privacy is Privacy.INTERNAL


@EACH_TABLE
def test_phones_addresses_and_numbers_of_people_are_sensitive(declared: Table):
    for column in declared.columns:
        if column.name.endswith(("phone", "id_number", "bank_account")):
            assert column.privacy is Privacy.SENSITIVE, f"{declared.name}.{column.name}"


@EACH_TABLE
def test_every_clock_has_its_company_day(declared: Table):
    business = {"placed_at", "paid_at", "closed_at", "refunded_at"} & set(declared.names)
    for name in business - ({"closed_at"} if declared.name == "listing" else set()):
        assert name.removesuffix("_at") + "_date" in declared.names


def test_money_columns_say_so_in_their_name():
    for each in TABLES:
        for column in each.columns:
            assert (column.kind is Kind.FEN) == column.name.endswith("_fen"), f"{each.name}.{column.name}"
            assert (column.kind is Kind.PPM) == column.name.endswith("_ppm"), f"{each.name}.{column.name}"
            assert (column.kind is Kind.INSTANT) == (
                column.name.endswith("_at") or column.name in {"valid_from", "valid_to", "window_from", "window_to"}
            ), f"{each.name}.{column.name}"


def test_key_examples_name_real_tables():
    assert set(KEY_EXAMPLES) <= set(BY_NAME)


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(Missing, match="orders"):
        table("order")
    with pytest.raises(Missing, match="sale"):
        tables_of("sales")


def test_the_hash_tells_declarations_apart():
    assert len(STANDARD_HASH) == 16
    assert table("orders") is BY_NAME["orders"]


@pytest.mark.parametrize("words", ["只有中文", "only English", " | empty", "空 | "], ids=["zh", "en", "no zh", "no en"])
def test_words_in_one_language_are_refused(words: str):
    with pytest.raises(ValueError, match="both languages"):
        both(words)
