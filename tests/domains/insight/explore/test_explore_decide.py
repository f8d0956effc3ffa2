"""The picture follows from the shape of the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.insight.explore.decide import MOST_COLUMNS, MOST_SERIES, Shape, chosen, offered

shapes = st.builds(
    Shape,
    timed=st.booleans(),
    groups=st.lists(st.integers(0, 60), max_size=3).map(tuple),
    buckets=st.integers(0, 90),
    additive=st.booleans(),
    turned=st.booleans(),
)


@pytest.mark.parametrize(
    ("shape", "first"),
    [
        (Shape(False, ()), "card"),
        (Shape(True, (), 30), "line"),
        (Shape(True, (), 1), "column"),
        (Shape(False, (35,)), "bar"),
        (Shape(True, (3,), 30), "line"),
        (Shape(False, (3, 2)), "group"),
        (Shape(False, (40, 20)), "heat"),
        (Shape(False, (40, 90)), "table"),
        (Shape(True, (3, 4), 30), "table"),
        (Shape(False, (3, 2), turned=True), "table"),
    ],
    ids=str,
)
def test_the_most_telling_picture_comes_first(shape: Shape, first: str) -> None:
    assert offered(shape)[0] == first


@given(shapes)
def test_whatever_is_offered_can_be_read(shape: Shape) -> None:
    kinds = offered(shape)
    assert kinds[-1] == "table"
    assert len(set(kinds)) == len(kinds)
    if not shape.additive:
        assert not {"area", "stack"} & set(kinds)  # a rate is no part of a whole
    if "group" in kinds and not shape.timed:
        assert shape.groups[1] <= MOST_SERIES
    if "heat" in kinds:
        assert (shape.buckets if shape.timed else shape.groups[1]) <= MOST_COLUMNS


@given(shapes, st.sampled_from(["", "line", "bar", "stack", "heat", "pie"]))
def test_a_picture_that_does_not_fit_is_not_drawn(shape: Shape, asked: str) -> None:
    kinds = offered(shape)
    assert chosen(asked, kinds) == (asked if asked in kinds else kinds[0])
