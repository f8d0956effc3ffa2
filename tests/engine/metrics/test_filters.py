from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics.declare import Dimension
from linshu.engine.metrics.filters import Filter, is_unknown, read_filters, typed
from linshu.kernel.errors import Misused
from linshu.kernel.table import Choice, Kind
from linshu.kernel.text import Text

TITLE = Text("标题", "Title")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("city=武汉", Filter("city", "in", ("武汉",))),
        (" city == 武汉 ", Filter("city", "in", ("武汉",))),
        ("city!=武汉", Filter("city", "not in", ("武汉",))),
        ("city<>武汉", Filter("city", "not in", ("武汉",))),
        ("sku in (A1,A2)", Filter("sku", "in", ("A1", "A2"))),
        ("sku NOT  IN (A1，A2)", Filter("sku", "not in", ("A1", "A2"))),
        ("sku in ('A,1', \"B\")", Filter("sku", "in", ("A,1", "B"))),
        ("sku in ('it''s')", Filter("sku", "in", ("it's",))),
        ("paid_date>=2026-10-01", Filter("paid_date", ">=", ("2026-10-01",))),
        ("paid_date < 2026-10-01", Filter("paid_date", "<", ("2026-10-01",))),
        ("name='a=b'", Filter("name", "in", ("a=b",))),
        ("name=a=b", Filter("name", "in", ("a=b",))),
        ("name=''", Filter("name", "in", ("",))),
        ("name=in", Filter("name", "in", ("in",))),
        ("channel=(未知)", Filter("channel", "in", ("(未知)",))),
        ("channel in ((未知), wx)", Filter("channel", "in", ("(未知)", "wx"))),
    ],
)
def test_a_written_filter_is_read(text, read):
    assert Filter.parse(text) == read


@pytest.mark.parametrize(
    "text", ["", "city", "city=", "=武汉", "city in 武汉", "city in ()", "1city=x", "a b=c", "city ~ x"]
)
def test_what_cannot_be_read_is_said_with_an_example(text):
    with pytest.raises(Misused, match="city=武汉"):
        Filter.parse(text)


@given(st.text(alphabet=st.characters(exclude_characters="\n'", exclude_categories=("Cs", "Cc", "Z")), min_size=1))
def test_any_quoted_value_comes_back_as_it_was(value):
    assert Filter.parse(f"city='{value}'").values == (value,)
    assert Filter.parse(f"city in ('{value}', 'x')").values == (value, "x")


def test_programs_pass_mappings_and_ready_filters():
    ready = Filter("city", "in", ("武汉",))
    assert read_filters({"city": "武汉", "sku": ["A2", "A1"], "paid_date": date(2026, 10, 1)}) == (
        ready,
        Filter("sku", "in", ("A1", "A2")),
        Filter("paid_date", "in", (date(2026, 10, 1),)),
    )
    assert read_filters([ready, "sku=A1"]) == (ready, Filter("sku", "in", ("A1",)))
    assert read_filters(None) == read_filters(()) == read_filters({}) == ()
    for wrong in ({"city": None}, {"city": []}, {"city": 1.5}):
        with pytest.raises(Misused):
            read_filters(wrong)


def test_values_become_what_the_key_holds():
    assert typed(Dimension("d", TITLE, kind=Kind.DATE), "2026-10-01") == date(2026, 10, 1)
    assert typed(Dimension("n", TITLE, kind=Kind.INT), "12") == 12
    assert typed(Dimension("b", TITLE, kind=Kind.BOOL), "是") is True
    assert typed(Dimension("b", TITLE, kind=Kind.BOOL), "FALSE") is False
    assert typed(Dimension("t", TITLE), 7) == "7"
    chosen = Dimension("m", TITLE, choices=(Choice("pickup", Text("自提", "Pick-up")),))
    assert typed(chosen, "自提") == typed(chosen, "Pick-up") == typed(chosen, "pickup") == "pickup"
    assert typed(chosen, "else") == "else"


@pytest.mark.parametrize(("kind", "value"), [(Kind.DATE, "2026-13-01"), (Kind.INT, "x"), (Kind.BOOL, "maybe")])
def test_a_value_of_the_wrong_kind_is_refused(kind, value):
    with pytest.raises(Misused, match=value):
        typed(Dimension("d", TITLE, kind=kind), value)


def test_the_unknown_has_two_names():
    assert is_unknown("(未知)")
    assert is_unknown("unknown")
    assert not is_unknown("未知")
