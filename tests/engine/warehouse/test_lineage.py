"""What feeds what is read off the SQL."""

from __future__ import annotations

import pytest

from linshu.engine.warehouse.header import parse
from linshu.engine.warehouse.lineage import ColumnLineage, downstream, ordered, reads, upstream
from linshu.engine.warehouse.model import Model
from linshu.kernel.errors import Invalid, Missing


def model(name: str, select: str, kind: str = "view") -> Model:
    return parse(name, "d", f"-- grain: g\n-- key: a\n-- owner: d\n-- materialized: {kind}\n{select}", f"d/{name}.sql")


CHAIN = (
    model("fct_b", "SELECT s.a, s.b + 1 AS more, upper(p.name) AS name FROM stg_a AS s JOIN dim_p AS p ON p.a = s.a"),
    model("stg_a", "SELECT a, b FROM std.thing WHERE NOT deleted"),
    model("dim_p", "SELECT a, name FROM stg_a JOIN std.part USING (a)"),
)


@pytest.mark.parametrize(
    ("select", "tables"),
    [
        ("SELECT * FROM a, std.b", ("a", "std.b")),
        ("WITH c AS (SELECT * FROM a) SELECT * FROM c", ("a",)),
        ("SELECT * FROM a WHERE x IN (SELECT y FROM b)", ("a", "b")),
        ("SELECT * FROM a UNION ALL BY NAME FROM b", ("a", "b")),
        ("SELECT * FROM generate_series(1, 3) AS t(n)", ()),
    ],
    ids=["list", "cte", "subquery", "union", "function"],
)
def test_the_tables_a_select_reads(select: str, tables: tuple[str, ...]) -> None:
    assert reads(select) == tables


def test_models_come_after_what_they_read() -> None:
    assert [each.name for each in ordered(CHAIN)] == ["stg_a", "dim_p", "fct_b"]


def test_a_circle_and_a_double_name_are_refused() -> None:
    with pytest.raises(Invalid, match=r"x > y > x|y > x > y"):
        ordered([model("x", "SELECT * FROM y"), model("y", "SELECT * FROM x")])
    with pytest.raises(Invalid, match="同名"):
        ordered([model("x", "SELECT 1"), model("x", "SELECT 2")])


def test_tables_are_followed_both_ways() -> None:
    assert upstream(CHAIN, "fct_b") == ("dim_p", "std.part", "std.thing", "stg_a")
    assert downstream(CHAIN, "std.part") == ("dim_p", "fct_b")
    assert upstream(CHAIN, "std.part") == ()


def test_columns_are_followed_to_the_standard() -> None:
    schema = {
        "std.thing": {"a": "VARCHAR", "b": "BIGINT", "deleted": "BOOLEAN"},
        "std.part": {"a": "VARCHAR", "name": "VARCHAR"},
        "mart.stg_a": {"a": "VARCHAR", "b": "BIGINT"},
        "mart.dim_p": {"a": "VARCHAR", "name": "VARCHAR"},
    }
    lineage = ColumnLineage(CHAIN, schema)
    assert lineage.sources("fct_b", "more") == {("stg_a", "b")}
    assert lineage.origins("fct_b", "more") == {("std.thing", "b")}
    assert lineage.origins("fct_b", "name") == {("std.part", "name")}
    with pytest.raises(Missing, match="nosuch"):
        lineage.sources("fct_b", "nosuch")
    with pytest.raises(Missing, match="fct_z"):
        lineage.sources("fct_z", "a")
