"""A model built slice by slice is the model built whole; each row falls into one slice."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.engine.warehouse import slices
from linshu.engine.warehouse.duck import DuckWarehouse
from linshu.engine.warehouse.graph import Graph
from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.runner import build

KEYS = st.one_of(st.none(), st.text("aB'é团\u0000 ", max_size=3).filter(lambda text: "\u0000" not in text))
"""Keys as sources write them: quotes, blanks, Chinese, none at all."""


@settings(max_examples=20)
@given(st.lists(KEYS, max_size=12), st.lists(KEYS.filter(lambda key: key is not None), min_size=1, max_size=4))
def test_every_key_meets_one_condition(keys, ends):
    conditions = slices._between("k", sorted(set(ends)))
    with duckdb.connect() as sql:
        sql.execute("CREATE TABLE t (k VARCHAR)")
        sql.executemany("INSERT INTO t VALUES (?)", [[key] for key in keys] or [[None]])
        met = " + ".join(f"CAST(({one}) IS TRUE AS INTEGER)" for one in conditions)
        assert set(sql.sql(f"SELECT DISTINCT {met} FROM t").fetchall()) == {(1,)}


MODEL = """-- grain: one row per order
-- key: order_id
-- owner: test
-- materialized: table
-- incremental: key=order_id from=orders
-- check: unique(order_id)
SELECT
    order_id,
    {expression} AS double_fen
FROM std.orders
"""


@pytest.fixture
def filled() -> DuckWarehouse:
    warehouse = DuckWarehouse.open(":memory:")
    warehouse.execute("CREATE TABLE std.orders (order_id VARCHAR, goods_fen BIGINT, landing_id VARCHAR)")
    warehouse.execute("INSERT INTO std.orders SELECT 'O' || (i * 37 % 100), i, 'L' FROM range(100) AS t(i)")
    return warehouse


def test_slices_are_of_like_size_and_no_row_is_in_two(filled: DuckWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_ROWS", 25)
    model = parse("m", "test", MODEL.format(expression="2 * goods_fen"), "m.sql")
    assert build(filled, [model]).outcome("m").rows == 100
    with filled.transaction() as session:
        parts = slices.selects(session, model, Graph([model]))
    sizes = [filled.query(f"SELECT count(*) AS rows FROM ({one})")["rows"][0].as_py() for one in parts]
    assert sum(sizes) == 100
    assert len(parts) > 4
    assert max(sizes) <= 25
    assert filled.query("SELECT sum(double_fen) AS fen FROM mart.m")["fen"].to_pylist() == [2 * sum(range(100))]


def test_a_small_model_is_built_in_one_piece(filled: DuckWarehouse) -> None:
    model = parse("m", "test", MODEL.format(expression="2 * goods_fen"), "m.sql")
    with filled.transaction() as session:
        assert slices.selects(session, model, Graph([model])) == (f"\n{model.select}",)


def test_a_mistake_in_a_sliced_model_is_told_with_its_line(
    filled: DuckWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "SLICE_ROWS", 25)
    report = build(filled, [parse("m", "test", MODEL.format(expression="2 * godds_fen"), "m.sql")])
    assert "m.sql:9: " in report.outcome("m").reason.en
