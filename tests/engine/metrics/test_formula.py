"""Formulas as people write them: what they mean, what is refused and where, and nothing else can be said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.engine.metrics.expression import Col, Expression, Op, Val
from linshu.engine.metrics.formula import KEYWORDS, parse
from linshu.engine.metrics.kinds import kind, stored, troubles
from linshu.kernel.errors import Invalid

A, B, C = Col("a"), Col("b"), Col("c")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("gmv / active_members", Col("gmv") / Col("active_members")),
        ("a - b - c", A - B - C),
        ("a - (b - c)", A - (B - C)),
        ("a + b * c", A + B * C),
        ("-a * 2", Op("*", (Op("-", (Val(0), A)), Val(2)))),
        ("a >= -3", A >= -3),
        ("is_paid and not is_gift", Col("is_paid") & ~Col("is_gift")),
        ("a = 1 or b = 2 and c = 3", A.equals(1) | (B.equals(2) & C.equals(3))),
        ("mode in ('pickup', 'home')", Col("mode").isin("pickup", "home")),
        ("mode not in ('it''s')", ~Col("mode").isin("it's")),
        ("a is known and b is not known", A.known() & ~B.known()),
        ("coalesce(a, 0) + 1", A.or_else(0) + 1),
        ("known(a)", A.known()),
        ("a == true", A.equals(Val(True))),
        ("a != 'x'", A.differs("x")),
        ("（a + b）÷ c × 100", (A + B) / C * 100),
        ("NOT a AND b", ~A & B),
    ],
)
def test_a_formula_means_what_it_says(text, meant):
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a +", "没有写完"),
        ("", "没有写完"),
        ("a b", "第 3 个字"),
        ("(a", "没有写完"),
        ("a; DROP TABLE x", "“;”"),
        ("sum(a)", "没有函数 sum"),
        ("a * 0.95", "不是整数"),
        ("a in b", "“b”"),
        ("a < b < c", "“<”"),
        ("select", ""),
        ("coalesce(a)", "要 2 个值"),
        ("9" * 19, "太大"),
        ("a -- b", ""),
        ("'a", "“'”"),
        ("(" * 60 + "a" + ")" * 60, "括号太深"),
        ("a" * 3000, "超过"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stops(text, said):
    if not said:
        assert isinstance(parse(text), Expression)  # a name like any other; two signs are a sign
        return
    with pytest.raises(Invalid) as refusal:
        parse(text)
    assert said in refusal.value.say("zh")
    assert refusal.value.say("en").isascii() or "“" in refusal.value.say("en")


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(lambda name: name not in (*KEYWORDS, "coalesce"))
ATOMS = (
    NAMES.map(Col)
    | st.integers(0, 2**63 - 1).map(Val)
    | st.booleans().map(Val)
    | st.text("ab'\" 中\\", max_size=5).map(Val)
)


def larger(inner):
    pair = st.tuples(inner, inner)
    return (
        st.builds(Op, st.sampled_from(("+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "and", "or")), pair)
        | st.builds(Op, st.sampled_from(("not", "known")), st.tuples(inner))
        | st.builds(Op, st.just("coalesce"), pair)
        | st.builds(Op, st.just("in"), st.lists(inner, min_size=2, max_size=4).map(tuple))
    )


def written(one: Expression) -> str:
    """The formula with every bracket."""
    if isinstance(one, Col):
        return one.name
    if isinstance(one, Val):
        if isinstance(one.value, bool):
            return "true" if one.value else "FALSE"
        return str(one.value) if isinstance(one.value, int) else "'" + one.value.replace("'", "''") + "'"
    args = [f"({written(arg)})" for arg in one.args]
    if one.name == "not":
        return f"not {args[0]}"
    if one.name in ("known", "coalesce"):
        return f"{one.name}({', '.join(args)})"
    if one.name == "in":
        return f"{args[0]} in ({', '.join(args[1:])})"
    return f"{args[0]} {one.name} {args[1]}"


@given(st.recursive(ATOMS, larger, max_leaves=12))
def test_every_expression_can_be_written_and_read_back(expression):
    assert parse(written(expression)) == expression


def read(text: str) -> Expression | None:
    try:
        return parse(text)
    except Invalid:
        return None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text):
    assert isinstance(read(text), Expression | None)


@given(
    st.lists(
        st.sampled_from(["a", "b", "1", "'x'", "and", "or", "not", "in", "(", ")", "+", "*", "=", ",", "is", "known"])
    )
)
def test_no_words_break_the_reader(words):
    assert isinstance(read(" ".join(words)), Expression | None)


COLUMNS = {"qty": "whole", "paid": "flag", "mode": "text", "day": "day", "rate": "double"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("qty * 2 + 1", ""),
        ("paid and qty > 1.", "“.”"),
        ("paid and qty > 1", ""),
        ("qty and paid", "and 连接的是条件，这里有整数"),
        ("mode + 1", "+ 只能用于数字，这里有文字"),
        ("qty = 'x'", "整数不能和文字相比"),
        ("mode in ('a', 3)", "文字不能和整数相比"),
        ("day >= '2026-10-01'", ""),
        ("day >= '2026-10-45'", "日期不能和文字相比"),
        ("qyt > 1", "没有列 qyt"),
        ("qty > rate", ""),
        ("paid = true", ""),
        ("not (mode is known)", ""),
        ("coalesce(qty, 'x')", "整数不能和文字相比"),
    ],
)
def test_like_goes_with_like(text, said):
    if "“" in said:
        with pytest.raises(Invalid, match="“"):
            parse(text)
        return
    found = [what.zh for what, _ in troubles(parse(text), COLUMNS)]
    assert found == ([said] if said else [])


def test_what_an_expression_gives():
    assert [kind(parse(text), COLUMNS) for text in ("qty * 2", "qty / 2", "rate + qty", "mode", "qty > 1", "coalesce(qty, 0)")] == [
        "whole", "double", "double", "text", "flag", "whole",
    ]  # fmt: skip
    assert [stored(name) for name in ("BIGINT", "DOUBLE", "DECIMAL(38,0)", "TIMESTAMP WITH TIME ZONE", "BLOB")] == [
        "whole", "double", "double", "instant", "other",
    ]  # fmt: skip
