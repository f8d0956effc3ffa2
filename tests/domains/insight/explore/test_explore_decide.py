"""The picture follows from the shape of the answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.insight.explore.decide import (
    MOST_COLUMNS,
    MOST_SERIES,
    MOST_SLICES,
    TITLES,
    Shape,
    chosen,
    offered,
    refused,
    unfit,
)

shapes = st.builds(
    Shape,
    timed=st.booleans(),
    groups=st.lists(st.integers(0, 60), max_size=3).map(tuple),
    buckets=st.integers(0, 90),
    additive=st.booleans(),
    turned=st.booleans(),
    figures=st.integers(1, 4),
    complete=st.booleans(),
    positive=st.booleans(),
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
        assert not {"area", "stack", "pie"} & set(kinds)  # a rate is no part of a whole
    if "group" in kinds and not shape.timed:
        assert shape.groups[1] <= MOST_SERIES
    if "pie" in kinds:
        assert shape.complete
        assert shape.positive
        assert 2 <= shape.groups[0] <= MOST_SLICES
    if "scatter" in kinds:
        assert shape.figures >= 2
    if "heat" in kinds:
        assert (shape.buckets if shape.timed else shape.groups[1]) <= MOST_COLUMNS


@given(shapes, st.sampled_from(["", *TITLES, "donut"]))
def test_a_picture_that_does_not_fit_is_not_drawn(shape: Shape, asked: str) -> None:
    kinds = offered(shape)
    assert chosen(asked, kinds) == (asked if asked in kinds else kinds[0])
    assert (unfit(asked, shape) is None) == (asked in ("", *kinds))


@given(shapes)
def test_whatever_one_dimension_could_be_is_offered_or_refused_with_a_reason(shape: Shape) -> None:
    kinds, reasons = set(offered(shape)), dict(refused(shape))
    assert not kinds & set(reasons)
    assert all(why.zh and why.en for why in reasons.values())
    if len(shape.groups) == 1 and not shape.timed and not shape.turned:
        assert {"pie", "scatter"} <= kinds | set(reasons)


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (Shape(False, (3,)), "加不成一个整体"),
        (Shape(False, (3,), additive=True, complete=False), "只取了前几行"),
        (Shape(False, (3,), additive=True, positive=False), "有负数"),
        (Shape(False, (1,), additive=True), "只有一组"),
        (Shape(False, (MOST_SLICES + 1,), additive=True), f"超过 {MOST_SLICES} 组"),
        (Shape(True, (3,), 30, additive=True), "一个维度"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_pie_that_would_mislead_is_refused_and_says_why(shape: Shape, why: str) -> None:
    said = unfit("pie", shape)
    assert said is not None
    assert why in said.zh
