"""Which rules the data suggests."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.insight.quarantine.decide import nearest, suggest, written
from linshu.engine.intake.numbers import UNITS
from linshu.engine.intake.repair import node_of, parse
from linshu.kernel.table import Choice, Kind
from linshu.kernel.text import Text

GRAMS = UNITS[Kind.GRAM]
CHOICES = (Choice("male", Text("男", "male")), Choice("female", Text("女", "female")))


def said(*texts: str, code: str = "unparsable") -> list[tuple[str, str, int]]:
    return [(text, code, 1) for text in texts]


def test_known_units_come_with_their_factors_the_commonest_first() -> None:
    (found,) = suggest(Kind.GRAM, (), [*said("2两", "半斤"), ("3斤", "unparsable", 9), *said("一个大的")], GRAMS)
    assert (found.how, found.pairs, found.rows) == ("units", (("斤", "500"), ("两", "50")), 11)


def test_a_factor_is_counted_in_the_unit_the_column_is_written_in() -> None:
    kilos = {word: factor / GRAMS["kg"] for word, factor in GRAMS.items()}
    assert suggest(Kind.GRAM, (), said("3斤"), kilos)[0].pairs == (("斤", "0.5"),)


def test_idle_words_are_taken_out_and_words_that_say_a_size_never() -> None:
    found = {one.how: dict(one.pairs) for one in suggest(Kind.FEN, (), said("约300", "3万", "大约 12"), {})}
    assert found == {"replace": {"约": "", "大约": ""}}


def test_pieces_are_counted_one_by_one_only_where_things_are_counted() -> None:
    assert suggest(Kind.QTY, (), said("2个"), {})[0].pairs == (("个", "1"),)
    assert suggest(Kind.GRAM, (), said("2个"), GRAMS) == ()


def test_values_are_brought_near_an_allowed_one_or_left_to_a_person() -> None:
    (found,) = suggest(Kind.TEXT, CHOICES, said("男士", "femal", "???", code="not_allowed"), {})
    assert dict(found.pairs) == {"男士": "male", "femal": "female", "???": ""}


def test_nothing_is_suggested_where_it_would_be_a_guess() -> None:
    assert suggest(Kind.DATE, (), said("03/04/05"), {}) == ()
    assert suggest(Kind.GRAM, (), said("一个大的", ""), GRAMS) == ()


@given(st.integers(1, 10_000), st.sampled_from(sorted(GRAMS)))
def test_what_is_suggested_mends_what_it_was_suggested_for(number: int, unit: str) -> None:
    found = [one for one in suggest(Kind.GRAM, (), said(f"{number}{unit}"), GRAMS) if one.how == "units"]
    assert len(found) == 1
    mended = parse(node_of({"column": "x", "units": dict(found[0].pairs)}, "x"), "x").mend(f"{number}{unit}")
    assert mended is not None
    assert abs(Fraction(mended) - number * GRAMS[unit]) <= Fraction(number, 10**9)


@pytest.mark.parametrize(
    ("factor", "text"), [(Fraction(500), "500"), (Fraction(1, 2), "0.5"), (Fraction(1, 1000), "0.001")]
)
def test_factors_are_written_as_people_type_them(factor: Fraction, text: str) -> None:
    assert written(factor) == text


@given(st.text(max_size=20))
def test_the_nearest_value_is_an_allowed_one_or_none(text: str) -> None:
    assert nearest(text, [(one.value, one.title.zh, one.title.en) for one in CHOICES]) in {"", "male", "female"}
