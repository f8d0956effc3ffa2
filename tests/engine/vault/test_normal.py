"""All ways of writing one phone or number come to the same form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.vault import normalise

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "written",
    [
        "13812341234",
        "+8613812341234",
        "+86 138 1234 1234",
        "86-138-1234-1234",
        "008613812341234",
        " 138-1234-1234 ",
        "１３８１２３４１２３４",
        "(138)12341234",
    ],
)
def test_a_mobile_has_one_form(written):
    assert normalise(written) == "8613812341234"


@given(MOBILES, st.sampled_from(["", "+86", "86", "0086", "+86 ", "86-"]), st.sampled_from([" ", "-", ""]))
def test_prefix_and_separators_count_for_nothing(mobile, prefix, gap):
    assert normalise(prefix + gap.join([mobile[:3], mobile[3:7], mobile[7:]])) == "86" + mobile


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(value):
    once = normalise(value)
    assert normalise(once) == once


@given(MOBILES, MOBILES)
def test_different_mobiles_stay_different(one, other):
    assert (normalise(one) == normalise(other)) == (one == other)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("42010619900101001x", "42010619900101001X"),
        ("6222 0202 0001 2345 678", "6222020200012345678"),
        ("  王 芳 ", "王 芳"),
        ("Li  LEI", "li lei"),
    ],
    ids=["id number", "card", "name", "latin name"],
)
def test_other_values_are_folded(written, form):
    assert normalise(written) == form
