"""What holds for every model: it works on nothing, tells its contract, and reads only what it may."""

from __future__ import annotations

import pytest
from tests.domains.models.company import Company, all_models

from linshu.engine.warehouse.lineage import ColumnLineage, downstream, upstream
from linshu.engine.warehouse.model import Model
from linshu.engine.warehouse.schema import stored_columns
from linshu.standard import TABLES

STANDARD = {f"std.{each.name}": {column.name: column.sql_type for column in stored_columns(each)} for each in TABLES}
CALENDAR = ("dim_date", "dim_day_counterpart", "dim_holiday")  # those that need no data
PUBLISHED = [model for model in all_models() if model.is_published]


@pytest.fixture(scope="module")
def empty() -> Company:
    company = Company()
    company.build()
    return company


def test_every_model_is_built_on_empty_tables(empty: Company) -> None:
    report = empty.build(full=True)
    assert report.ok
    assert report.broken == ()
    for model in all_models():
        if model.name not in CALENDAR:
            assert empty.rows(f"SELECT count(*) AS n FROM {model.name}") == [{"n": 0}], model.name


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.name)
def test_a_model_reads_only_what_its_domain_may(model: Model) -> None:
    homes = {each.name: each.domain for each in all_models()}
    for read in model.reads:
        if read.startswith("std."):
            assert model.name.startswith("stg_"), f"{model.name} reads {read} itself"
            assert model.is_view, f"{model.name} keeps a copy of {read}"
            assert read in STANDARD
        elif read.startswith("stg_"):
            assert homes[read] == model.domain, f"{model.name} reads {read} of another domain"
        else:
            assert read.startswith(("dim_", "fct_")), f"{model.name} reads {read}"


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.name)
def test_a_published_table_tells_its_contract(model: Model, empty: Company) -> None:
    columns = set(empty.warehouse.columns(f"mart.{model.name}"))
    assert model.owner == model.domain
    assert model.empty, "say what no rows mean"
    assert set(model.key) <= columns
    assert {each.name for each in model.columns} == columns, "say what each column means, and of no other"
    assert len(model.columns) == len(columns), "say it once"
    assert model.late or model.is_view, "say what a late row does"
    assert any(rule.name.startswith("unique") for rule in model.rules) or model.is_view


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.name)
def test_money_and_quantities_are_integers(model: Model, empty: Company) -> None:
    for name, kind in empty.warehouse.columns(f"mart.{model.name}").items():
        if name.endswith(("_fen", "_qty", "_pieces")) or name in {"qty", "units", "lines"}:
            assert kind == "BIGINT", f"{model.name}.{name} is {kind}"
        if name.endswith("_date"):
            assert kind == "DATE", f"{model.name}.{name} is {kind}"
        if name.endswith("_at") or name in {"valid_from", "valid_to"}:
            assert kind == "TIMESTAMP WITH TIME ZONE", f"{model.name}.{name} is {kind}"
        if name.startswith("is_"):
            assert kind == "BOOLEAN", f"{model.name}.{name} is {kind}"


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.name)
def test_no_sealed_value_reaches_a_published_table(model: Model, empty: Company) -> None:
    columns = set(empty.warehouse.columns(f"mart.{model.name}"))
    assert not columns & {"phone", "phone_index", "receiver_phone", "receiver_name", "receiver_address", "id_number"}


def test_table_lineage_runs_from_the_standard_to_the_fact_and_back() -> None:
    assert {"std.orders", "std.refund", "std.identity"} <= set(upstream(all_models(), "fct_order_lines"))
    assert {"fct_orders", "fct_order_lines", "fct_refunds", "dim_member"} <= set(
        downstream(all_models(), "std.identity")
    )


def test_column_lineage_reaches_the_standard(empty: Company) -> None:
    lineage = ColumnLineage.of(empty.warehouse, all_models())
    assert lineage.sources("fct_order_lines", "goods_fen") == {("stg_order_lines", "goods_fen")}
    assert lineage.origins("fct_order_lines", "goods_fen") == {("std.order_line", "goods_fen")}
    assert ("std.identity", "member_id") in lineage.origins("fct_order_lines", "member_id")
    assert lineage.origins("dim_community", "city") == {("std.region", "name"), ("std.region", "level")}
    assert ("std.refund", "amount_fen") in lineage.origins("fct_order_lines", "refunded_fen")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dim_community", "dim_sku", "fct_order_lines", "fct_visits", "fct_stock_days"])
def test_every_column_of_a_published_table_can_be_traced(empty: Company, name: str) -> None:
    lineage = ColumnLineage.of(empty.warehouse, all_models())
    constants = {"is_registered"}
    for column in set(empty.warehouse.columns(f"mart.{name}")) - constants:
        origins = lineage.origins(name, column)
        assert origins, f"{name}.{column} comes from nowhere"
        assert all(table.startswith("std.") for table, _ in origins)
