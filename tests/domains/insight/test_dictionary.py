"""The metric dictionary: every formula in words, every definition with its page and its SQL."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

import pytest
from tests.domains.dictionary import CATALOG

from linshu.domains.insight.dictionary import view, words
from linshu.engine.metrics.declare import Aggregate
from linshu.engine.metrics.expression import Col, lift
from linshu.kernel.errors import Missing
from linshu.kernel.text import Text

START, END = date(2026, 11, 16), date(2026, 11, 22)


def name(column: str) -> Text:
    return Text(column, column)


@pytest.mark.parametrize(
    ("expression", "zh", "en"),
    [
        (Col("a") / Col("b"), "a ÷ b", "a ÷ b"),
        ((Col("a") - Col("b")) / Col("c"), "（a − b） ÷ c", "(a − b) ÷ c"),
        (Col("a") - (Col("b") - Col("c")), "a − （b − c）", "a − (b − c)"),
        (Col("a") - Col("b") - Col("c"), "a − b − c", "a − b − c"),
        (Col("a") + Col("b") * Col("c"), "a + b × c", "a + b × c"),
        (Col("a") & ~Col("b"), "a 且 非 b", "a and not b"),
        (Col("a").isin("x", "y"), "a 是 x、y 之一", "a is one of x, y"),
        (Col("a").known(), "a 已知", "a is known"),
        (Col("a") >= 3, "a ≥ 3", "a ≥ 3"),
        (Col("a").equals(lift(True)), "a 等于 是", "a is true"),
        (Col("a").or_else(0), "a，缺失则用 0", "a, or when missing 0"),
    ],
    ids=str,
)
def test_formulas_in_words(expression: object, zh: str, en: str) -> None:
    said = words.spoken(expression, name)
    assert (said.zh, said.en) == (zh, en)


def test_gmv_and_refund_rate_read_like_sentences() -> None:
    gmv = words.formula(CATALOG.metric("gmv"), CATALOG)
    assert gmv.zh == "订单行的 商品金额 求和；只算 已支付 且 非 赠品"
    assert words.formula(CATALOG.metric("refund_rate"), CATALOG).zh == "退款额 ÷ 成交额 GMV"


@pytest.mark.parametrize("metric", CATALOG.metrics.values(), ids=lambda metric: metric.name)
def test_no_formula_speaks_in_names_of_columns(metric) -> None:
    """A column or value without words would stand in the sentence under its name in the database."""
    said = words.formula(metric, CATALOG)
    assert not re.search(r"[a-z]{3,}|\w_\w", said.zh)
    assert not re.search(r"\w_\w|[\u3400-\u9fff]", said.en)


@pytest.mark.parametrize("metric", CATALOG.metrics.values(), ids=lambda metric: metric.name)
def test_every_metric_has_a_whole_definition(metric) -> None:
    found = view.definition(CATALOG, metric.name, START, END)
    assert found.formula.zh
    assert found.formula.en
    assert found.clock.zh
    assert found.tables
    assert [title for title, sql in found.statements if "SELECT" in sql] == [title for _, title in view.DIALECTS]
    assert "2026-11-22" in found.statements[0][1]


def test_search_finds_by_name_title_and_meaning_in_both_languages() -> None:
    def names(asked: str) -> set[str]:
        return {entry.name for _, found in view.entries(CATALOG, asked) for entry in found}

    assert "gmv" in names("成交额")
    assert "refund_rate" in names("Refund RATE")
    assert names("成交额 gmv") <= names("gmv")
    assert names("") == set(CATALOG.metrics)
    assert names("no such words") == set()


def test_a_formula_knows_its_parts_and_a_part_its_users() -> None:
    rate = view.definition(CATALOG, "refund_rate", START, END)
    assert [part.name for part in rate.made_of] == ["refund_amount", "gmv"]
    gmv = view.definition(CATALOG, "gmv", START, END)
    assert "refund_rate" in [user.name for user in gmv.used_by]
    with pytest.raises(Missing, match="gmv"):
        view.definition(CATALOG, "gmvv", START, END)


def test_every_aggregate_has_words() -> None:
    assert set(get_args(Aggregate)) == words.AGGREGATES.keys()
