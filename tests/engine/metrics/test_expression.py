from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.metrics.brute import OPERATIONS

from linshu.engine.metrics.expression import Col, Expression, Op, Val, columns, conjuncts, divides, render
from linshu.engine.metrics.nodes import column

A, B, P = Col("a"), Col("b"), Col("p")
STORE = duckdb.connect()


@pytest.mark.parametrize(
    ("expression", "sql"),
    [
        ((A + B) * 2, "(a + b) * 2"),
        (A - (B - 1), "a - (b - 1)"),
        (P & ~(A > 3), "p AND (NOT (a > 3))"),
        (A.isin(1, 2) | B.known(), "(a IN (1, 2)) OR (NOT (b IS NULL))"),
        (A.equals("x'y"), "a = 'x''y'"),
        (A.differs(True), "a <> TRUE"),
        (A.or_else(0) <= B, "COALESCE(a, 0) <= b"),
        (A / B, "CAST(a AS DOUBLE) / NULLIF(b, 0)"),
        (A >= B, "a >= b"),
        (A < B, "a < b"),
    ],
)
def test_an_expression_is_written_as_sql(expression, sql):
    assert render(expression, column).sql("duckdb") == sql


def test_the_parts_of_a_condition():
    assert conjuncts(None) == ()
    assert conjuncts((P & A.known()) & ~B) == (P, A.known(), ~B)
    assert conjuncts(P | A) == (P | A,)
    assert list(columns((A + B) * A)) == ["a", "b", "a"]
    assert divides((A + 1) / B)
    assert not divides(A + 1)
    assert not divides(None)


NUMBERS = st.one_of(st.none(), st.integers(-5, 5))
LEAVES = st.sampled_from((A, B, Val(0), Val(3)))
ARITHMETIC = st.recursive(
    LEAVES, lambda inner: st.builds(Op, st.sampled_from(("+", "-", "*")), st.tuples(inner, inner)), max_leaves=5
)
CONDITIONS = st.recursive(
    st.builds(Op, st.sampled_from(("=", "<", ">")), st.tuples(ARITHMETIC, ARITHMETIC))
    | st.builds(Op, st.just("known"), st.tuples(ARITHMETIC))
    | st.builds(Op, st.just("in"), st.tuples(ARITHMETIC, st.just(Val(1)), st.just(Val(2)))),
    lambda inner: (
        st.builds(Op, st.sampled_from(("and", "or")), st.tuples(inner, inner))
        | st.builds(Op, st.just("not"), st.tuples(inner))
    ),
    max_leaves=4,
)


def _value(expression: Expression, row: dict[str, int | None]):
    if isinstance(expression, Col):
        return row[expression.name]
    if isinstance(expression, Val):
        return expression.value
    assert isinstance(expression, Op)
    return OPERATIONS[expression.name](*(_value(arg, row) for arg in expression.args))


@given(ARITHMETIC | CONDITIONS, NUMBERS, NUMBERS)
def test_sql_and_python_agree_on_every_expression(expression, a, b):
    sql = render(expression, column).sql("duckdb")
    found = STORE.execute(f"SELECT {sql} FROM (SELECT $1::BIGINT AS a, $2::BIGINT AS b)", [a, b]).fetchall()
    assert found[0][0] == _value(expression, {"a": a, "b": b})
