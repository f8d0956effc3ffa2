"""Addresses of lists: whatever stands there, a page is a page and an order one there is; what is written is read again."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.shell.listing import MOST_WORDS, choice_in, link, order_in, page_in, words_in
from linshu.kernel.errors import Misused


@given(st.text())
def test_a_page_is_a_number_from_one_on(said: str) -> None:
    found = page_in({"page": said})
    assert 1 <= found < 100_000
    assert found == 1 or int(said) == found


@given(st.integers(1, 99_999), st.text(alphabet="猪肉 &=?#%a", max_size=20))
def test_what_a_link_says_is_read_again(page: int, words: str) -> None:
    said = dict(parse_qsl(link({"q": words, "page": 1}, {"page": page})[1:]))
    assert (page_in(said), words_in(said)) == (page, words.strip())


def test_empty_parts_are_left_out_and_changes_go_before() -> None:
    assert link({"tab": "", "q": "蛋", "sort": "x"}, {"sort": None}) == "?q=%E8%9B%8B"
    assert link({"tab": "done"}, {"tab": ""}, "?") == "?"
    assert len(words_in({"q": "长" * 500})) == MOST_WORDS


@pytest.mark.parametrize(("said", "found"), [("", "-cost"), ("cost", "cost"), ("-lines", "-lines")])
def test_an_order_there_is(said: str, found: str) -> None:
    assert order_in({"sort": said}, ("cost", "lines"), "-cost") == found


@pytest.mark.parametrize("said", ["lins", "--lines", "cost;"])
def test_an_order_there_is_not_is_refused_with_the_nearest(said: str) -> None:
    with pytest.raises(Misused, match=said):
        order_in({"sort": said}, ("cost", "lines"), "-cost")


def test_a_choice_is_the_usual_one_or_one_of_these() -> None:
    assert choice_in({}, "by", {"sku": 1, "city": 2}, "sku") == "sku"
    assert choice_in({"tab": ""}, "tab", ("done",)) == ""
    assert choice_in({"tab": "done"}, "tab", ("done",)) == "done"
    with pytest.raises(Misused) as refused:
        choice_in({"tab": "don"}, "tab", ("done",))
    assert "done" in refused.value.mend.zh
