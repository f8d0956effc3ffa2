"""Names are found as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from tests.domains.dictionary import CATALOG

from linshu.engine.shell.search import Findable, index, of_dimensions, of_metrics
from linshu.kernel.text import Text

TITLES = [one.title.zh for one in CATALOG.metrics.values()]


def found(typed: str) -> list[str]:
    return [one.key for one in of_metrics(CATALOG).find(typed)]


@pytest.mark.parametrize(
    "typed",
    ["fgl", "FGL", "fugoulv", "fugoulu", "复购率", "复购", "fugl", "复gl", "repurchase rate", "repurchase_rate"],
)
def test_the_repurchase_rate_is_found_however_it_is_typed(typed: str) -> None:
    assert found(typed)[0] == "repurchase_rate"


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("cfgml", "重复购买率"),
        ("tz", "团长"),
        ("tuanzhang", "团长"),
        ("cs", "长沙"),
        ("yh", "银行"),
    ],
)
def test_a_sign_of_several_readings_is_found_by_each(typed: str, title: str) -> None:
    known = index([Findable("it", Text(title, "")), Findable("other", Text("毛利", ""))])
    assert [one.key for one in known.find(typed)] == ["it"]


def test_the_beginning_of_a_name_comes_before_its_middle_and_short_before_long() -> None:
    keys = found("dds")
    assert keys.index("orders") < keys.index("cancelled_orders") < keys.index("orders_containing")


def test_words_are_all_wanted_and_nothing_typed_is_everything() -> None:
    assert found("退款 率")[0] == "refund_rate"
    assert found("zzzzqq") == []
    assert len(of_metrics(CATALOG).find("", 1000)) == len(CATALOG.metrics)


def test_lists_of_people_are_found_beside_the_dimensions() -> None:
    keys = [one.key for one in of_dimensions(CATALOG).find("jd")]
    assert keys[0] == "street"
    assert {*CATALOG.memberships} <= {one.key for one in of_dimensions(CATALOG).find("", 1000)}


@given(st.sampled_from(TITLES), st.data())
def test_every_name_is_found_by_its_pinyin_its_initials_and_any_run_of_its_signs(
    title: str, data: st.DataObject
) -> None:
    names = {one.title.zh: one.name for one in CATALOG.metrics.values()}
    plain = "".join(title.split())
    full = "".join(lazy_pinyin(plain)).casefold()
    initials = "".join(lazy_pinyin(plain, style=Style.FIRST_LETTER)).casefold()
    start = data.draw(st.integers(0, len(plain) - 1))
    run = plain[start : data.draw(st.integers(start + 1, len(plain)))]
    for typed in (full, initials, run):
        assert names[title] in [one.key for one in of_metrics(CATALOG).find(typed, 1000)]
