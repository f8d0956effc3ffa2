"""Periods as people ask for them one after the other, and random questions turned into lines by day over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from linshu.engine.metrics.query import Query
from linshu.kernel.period import Grain

FIRST = date(2026, 10, 1)
Span = tuple[date, date]


@st.composite
def spans(draw, first: date = FIRST) -> list[Span]:
    """Up to five periods that overlap, touch, hold one another or lie apart."""
    found = []
    for _ in range(draw(st.integers(2, 5))):
        start = first + timedelta(draw(st.integers(0, 20)))
        found.append((start, start + timedelta(draw(st.integers(0, 15)))))
    return found


def as_lines(query: Query, asked: list[Span]) -> Iterator[Query]:
    """The figures, filters and viewer of a question, day by day over each period."""
    for start, end in asked:
        yield replace(
            Query(query.metrics, where=query.where, as_of=query.as_of, moment=query.moment, scope=query.scope),
            start=start, end=end, grain=Grain.DAY, fill=True,
        )  # fmt: skip
