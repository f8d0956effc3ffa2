"""Numbers of persons in what people write: masked where they stand alone, however they are written; nothing else changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.personal import all_masked, masked


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("请回电 13812345678。", "请回电 138****5678。"),
        ("+86 138-1234-5678", "+86 138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("两个：13812345678/13912345678", "两个：138****5678/139****5678"),
        ("身份证110101199003074514", "身份证110101********4"),
        ("订单 20261122138123456789", "订单 20261122138123456789"),
        ("a13812345678f", "a13812345678f"),
        ("12812345678", "12812345678"),
    ],
)
def test_a_number_is_masked_where_it_stands_alone(written: str, kept: str) -> None:
    assert masked(written) == kept
    assert masked(kept) == kept


@given(st.text(), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text())
def test_no_mobile_is_left_between_any_words(before: str, number: str, after: str) -> None:
    found = masked(f"{before} {number} {after}")
    assert not re.search(rf"(?<![0-9A-Za-z_]){number}(?![0-9A-Za-z_])", found)


def test_only_texts_are_masked() -> None:
    assert all_masked({"13812345678": [1, 13812345678, ("13812345678", None)]}) == {
        "138****5678": [1, 13812345678, ["138****5678", None]]
    }
