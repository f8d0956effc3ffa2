"""What the twin tells is valid by the declarations of the data standard: types, keys, references, rules."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from linshu.kernel.table import Kind
from linshu.standard import TABLES, table
from linshu.twin.emission import ORDER, RETOLD
from linshu.twin.rows import ARROW


def test_every_table_of_the_standard_has_a_place_in_the_order_of_telling():
    assert sorted(ORDER) == sorted(each.name for each in TABLES)


def test_columns_are_declared_and_typed(told: dict[str, pa.Table]):
    for name, rows in told.items():
        declared = {column.name: column.kind for column in table(name).columns} | {"updated_at": Kind.INSTANT}
        for field in rows.schema:
            assert field.type == ARROW.get(declared[field.name], pa.int64()), (name, field)


def test_required_columns_are_filled(told: dict[str, pa.Table]):
    for name, rows in told.items():
        for column in table(name).columns:
            if column.required:
                assert column.name in rows.column_names, (name, column.name)
                assert rows[column.name].null_count == 0, (name, column.name)


def test_keys_are_unique(company: duckdb.DuckDBPyConnection, told: dict[str, pa.Table]):
    for name in told:
        key = ", ".join((*table(name).key, *(("updated_at",) if name in RETOLD else ())))
        twice = company.execute(f"SELECT {key} FROM rows_{name} GROUP BY ALL HAVING count(*) > 1 LIMIT 3").fetchall()
        assert twice == [], name


def test_values_are_among_the_choices_and_within_the_range(
    company: duckdb.DuckDBPyConnection, told: dict[str, pa.Table]
):
    for name, rows in told.items():
        for column in table(name).columns:
            if column.name not in rows.column_names:
                continue
            seen = f"SELECT DISTINCT {column.name} FROM {name} WHERE {column.name} IS NOT NULL"
            if column.choices:
                strange = {value for (value,) in company.execute(seen).fetchall()} - {c.value for c in column.choices}
                assert strange == set(), (name, column.name)
            least, most = company.execute(f"SELECT min({column.name}), max({column.name}) FROM {name}").fetchone()
            if column.minimum is not None and least is not None:
                assert least >= column.minimum, (name, column.name)
            if column.maximum is not None and most is not None:
                assert most <= column.maximum, (name, column.name)


def test_references_are_there(company: duckdb.DuckDBPyConnection, told: dict[str, pa.Table]):
    for name, rows in told.items():
        for column in table(name).columns:
            if (
                not column.references
                or column.name not in rows.column_names
                or rows[column.name].null_count == len(rows)
            ):
                continue
            other = column.references.split(".")[0]
            key = table(other).key[0]
            missing = company.execute(
                f"SELECT DISTINCT {column.name} FROM {name} WHERE {column.name} NOT IN ('*') AND {column.name} IS NOT NULL"
                f" AND {column.name} NOT IN (SELECT {key} FROM {other}) LIMIT 3"
            ).fetchall()
            assert missing == [], (name, column.name, other)


def test_rules_over_rows_hold(company: duckdb.DuckDBPyConnection, told: dict[str, pa.Table]):
    for name, rows in told.items():
        for check in table(name).checks:
            try:
                broken = company.execute(
                    f"SELECT count(*) FROM {name} WHERE NOT coalesce(({check.holds}), true)"
                ).fetchone()
            except duckdb.BinderException:
                words = set(rows.column_names)
                assert not all(column in words for column in table(name).names), (name, check.name)
                continue
            assert broken == (0,), (name, check.name)


@pytest.mark.parametrize("name", [each.name for each in TABLES if each.history])
def test_relations_never_overlap(name: str, company: duckdb.DuckDBPyConnection, told: dict[str, pa.Table]):
    if name not in told:
        pytest.skip("not told by the twin")
    over = ", ".join(table(name).history_of)
    clash = company.execute(
        f"SELECT * FROM (SELECT {over}, valid_to, lead(valid_from) OVER (PARTITION BY {over} ORDER BY valid_from) AS next_from"
        f" FROM {name}) WHERE next_from IS NOT NULL AND (valid_to IS NULL OR valid_to > next_from) LIMIT 3"
    ).fetchall()
    assert clash == []
