"""Rules that mend cells: units of the market, whole cells, parts of cells, factors; what they do not know they leave."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.intake.markup import read
from linshu.engine.intake.quarantine import told_once
from linshu.engine.intake.repair import RULE, chosen, node_of, parse
from linshu.kernel.errors import Invalid, Misused


def mend(rule: dict, text: str) -> str | None:
    return parse(node_of({"column": "重量", **rule}, "test"), "test").mend(text)


JIN = {"units": {"斤": 500, "两": 50, "千克": "1000"}}


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        pytest.param(JIN, "3斤", "1500", id="a number and its unit"),
        pytest.param(JIN, " １．５ 斤 ", "750", id="full width, blanks"),
        pytest.param(JIN, "半斤", "250", id="half"),
        pytest.param(JIN, "两斤", "1000", id="a numeral"),
        pytest.param(JIN, "三半斤", "1750", id="a numeral and a half"),
        pytest.param(JIN, "1,200.5千克", "1200500", id="thousands"),
        pytest.param(JIN, "斤", "500", id="the unit alone is one of it"),
        pytest.param(JIN, "2两", "100", id="another unit of the rule"),
        pytest.param(JIN, "3磅", None, id="a unit it does not know"),
        pytest.param(JIN, "3", None, id="no unit says nothing"),
        pytest.param(JIN, "约3斤", None, id="words around it"),
        pytest.param({"values": {"男": "male"}}, "男 ", "male", id="a whole cell"),
        pytest.param({"values": {"男": "male"}}, "男士", None, id="not a part of one"),
        pytest.param({"replace": {"元": "", "。": "."}}, "12。5元", "12.5", id="parts of a cell"),
        pytest.param({"times": "100"}, "12.34", "1234", id="another unit"),
        pytest.param({"times": "0.001"}, "1,500", "1.5", id="the other way"),
        pytest.param({"times": "100"}, "很多", None, id="no number"),
        pytest.param({"set": "0"}, "免费", "0", id="always this"),
        pytest.param({"set": "0", "when": "^免"}, "免费", "0", id="where it matches"),
        pytest.param({"set": "0", "when": "^免"}, "收费", None, id="where it does not"),
    ],
)
def test_what_a_rule_makes_of_a_cell(rule, text, after):
    assert mend(rule, text) == after


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.integers(1, 5000))
def test_units_are_exact(number, factor):
    assert Decimal(mend({"units": {"斤": factor}}, f"{number:f}斤")) == number * factor


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("column: 重量", "一种修法", id="no way to mend"),
        pytest.param("column: 重量\nset: 1\ntimes: 2", "一种修法", id="two ways"),
        pytest.param("units: {斤: 500}", "column", id="no column"),
        pytest.param("column: 重量\nunits: {斤: 五百}", "数", id="no number"),
        pytest.param("column: 重量\nunit: {斤: 500}", "unit", id="a word that means nothing"),
        pytest.param("column: 重量\nset: 1\nwhen: '('", "正则", id="no pattern"),
    ],
)
def test_a_wrong_rule_says_where(text, said):
    with pytest.raises(Invalid) as raised:
        parse(read(text, "jin.yaml", RULE), "jin")
    assert said in raised.value.what.zh
    assert "jin.yaml" in raised.value.where.zh


def test_an_unknown_rule_names_the_nearest():
    with pytest.raises(Misused) as raised:
        chosen({"jin": parse(node_of({"column": "x", "set": "1"}, "jin"), "jin")}, ["jim"])
    assert "jin" in raised.value.mend.zh


def test_a_wrong_cell_is_told_once_however_many_columns_it_spoils() -> None:
    def problem(code: str, cells: str, status: str = "open", row: str = "b::2") -> dict:
        return {"row": row, "code": code, "source_column": cells, "status": status}

    cell = problem("unparsable", "实付")
    beside = [problem("unparsable", "实付"), problem("unparsable", "单价、实付"), problem("rule:paid_adds_up", "")]
    waits = problem("parent", "订单号", "waiting")
    alone = [problem("rule:paid_adds_up", "", row="b::3"), problem("parent", "订单号", "waiting", "b::4")]
    assert told_once([cell, *beside, waits, *alone]) == [cell, *alone]
