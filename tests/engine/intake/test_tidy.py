"""A column is called tidy only when cleaning would change nothing in it."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.intake.columns import clean
from linshu.engine.intake.tidy import tidy_columns

WRAPS = st.sampled_from(["", " ", "\t", "\u00a0", "\u3000", "\ufeff", "=", "'", '"', "\r\n", "="])
VALUES = st.one_of(st.none(), st.builds(lambda a, b, c, d: a + b + c + d, WRAPS, WRAPS, st.text(max_size=4), WRAPS))


@given(values=st.lists(VALUES, max_size=6), skip=st.integers(0, 2))
def test_what_is_tidy_needs_no_cleaning(values: list[str | None], skip: int) -> None:
    rows = pa.table({"x": pa.array(["  ", "="][:skip] + values, pa.string())}).slice(skip)
    cleaned = duckdb.connect().sql(f"FROM {clean('rows', ['x'], ['x'])}").to_arrow_table()["x"].to_pylist()
    if tidy_columns(rows):
        assert cleaned == [value or None for value in values]


@pytest.mark.parametrize("value", ["O1", "已支付", "2026-03-01 10:30:00", "12.30", "a=b", "o'neill", None, ""])
def test_usual_values_are_tidy(value: str | None) -> None:
    assert tidy_columns(pa.table({"x": pa.array([value], pa.string())})) == ("x",)


@pytest.mark.parametrize("value", [" a", "a\t", '="7"', "'7", "\u30007", "7\u00a0", "\ufeff7"])
def test_wrapped_values_are_not(value: str) -> None:
    assert tidy_columns(pa.table({"x": pa.array(["a", value], pa.string())})) == ()
