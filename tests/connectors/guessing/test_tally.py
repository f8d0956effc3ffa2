"""Cells of a tally: what is taken for a count when a sheet is looked at is read as that count when it comes in."""

from __future__ import annotations

from decimal import Decimal

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from linshu.connectors.guessing.tally import count_of
from linshu.engine.intake.goods import COUNTERS, TICKS, counted

NONES = ("0", "00", "0.0", "-", "—", "/", "×", "✕", "✖", "✗", "✘", "无", "没有", "否", "不要")
FRONT = st.sampled_from(["", "+", "x", "X", "×", "✕", "*", "＋", " "])
NUMBER = st.one_of(st.integers(1, 999).map(str), st.sampled_from(["２", "3.5", "一", "两", "十"]))
BEHIND = st.sampled_from(["", " ", *COUNTERS])
CELL = st.one_of(
    st.sampled_from(NONES), st.sampled_from(TICKS), st.builds(lambda *parts: "".join(parts), FRONT, NUMBER, BEHIND)
)


@given(cells=st.lists(CELL, min_size=1, max_size=30))
def test_a_cell_is_read_as_the_count_it_was_taken_for(cells: list[str]) -> None:
    with duckdb.connect() as store:
        sql = f"SELECT {counted('cell')} FROM (SELECT unnest($1::VARCHAR[]) AS cell)"
        read = [Decimal(row[0]) for row in store.execute(sql, [cells]).fetchall()]
    assert read == [count_of(each) for each in cells]
