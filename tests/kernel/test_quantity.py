from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.errors import Invalid
from linshu.kernel.quantity import UNITS, Base, Quantity, parse, to_base

GRAMS = st.integers(-(10**9), 10**9)


@pytest.mark.parametrize(
    ("written", "base", "amount"),
    [
        ("1.5斤", Base.GRAM, 750), ("3 两", Base.GRAM, 150), ("2公斤", Base.GRAM, 2000), ("0.5KG", Base.GRAM, 500),
        ("１,５００ｇ", Base.GRAM, 1500), ("1吨", Base.GRAM, 1_000_000), ("1.25L", Base.MILLILITRE, 1250),
        ("500毫升", Base.MILLILITRE, 500), ("3", Base.PIECE, 3), ("-2 件", Base.PIECE, -2), ("2打", Base.PIECE, 24),
        ("2市斤", Base.GRAM, 1000), ("1千克", Base.GRAM, 1000), ("2t", Base.GRAM, 2_000_000), ("3升", Base.MILLILITRE, 3000),
        ("2箱", Base.PIECE, 24), ("0.5箱", Base.PIECE, 6),
    ],
)  # fmt: skip
def test_quantities_are_read_as_people_write_them(written, base, amount):
    assert parse(written, pack=12) == Quantity(base, amount)


def test_a_carton_of_weighed_goods_holds_grams():
    assert to_base(3, "箱", pack=Quantity(Base.GRAM, 5000)) == Quantity(Base.GRAM, 15_000)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("0.5件", "no whole number"), ("0.0001kg", "no whole number"), ("2筐", "unknown unit"), ("许多", "not a quantity"),
        ("", "not a quantity"), ("2箱", "how much a"), ("斤", "not a quantity"), ("1,5斤", "unknown unit"),
    ],
)  # fmt: skip
def test_what_does_not_come_out_whole_or_is_unknown_is_refused(written, words):
    with pytest.raises(Invalid) as caught:
        parse(written)
    assert words in caught.value.say("en")


@pytest.mark.parametrize("amount", [0.5, "1e3", "1/2", None])
def test_only_exact_numbers_count(amount):
    with pytest.raises(Invalid):
        to_base(amount, "kg")


def test_an_empty_carton_is_refused():
    with pytest.raises(Invalid, match="箱"):
        to_base(1, "箱", pack=0)


def test_bases_do_not_mix():
    grams, pieces = Quantity(Base.GRAM, 1), Quantity(Base.PIECE, 1)
    with pytest.raises(Invalid, match="克与件"):
        _ = grams + pieces
    with pytest.raises(Invalid, match="件与克"):
        _ = pieces - grams
    with pytest.raises(Invalid, match="件与克"):
        pieces.within("kg")


@pytest.mark.parametrize(
    ("quantity", "chinese", "english"),
    [
        (Quantity(Base.GRAM, 500), "500 克", "500 g"),
        (Quantity(Base.GRAM, 0), "0 克", "0 g"),
        (Quantity(Base.GRAM, 999), "999 克", "999 g"),
        (Quantity(Base.GRAM, 1000), "1 kg", "1 kg"),
        (Quantity(Base.GRAM, 1500), "1.5 kg", "1.5 kg"),
        (Quantity(Base.GRAM, -10_000), "-10 kg", "-10 kg"),
        (Quantity(Base.MILLILITRE, 2000), "2 L", "2 L"),
        (Quantity(Base.PIECE, 3000), "3000 件", "3000 pcs"),
    ],
    ids=str,
)
def test_quantities_are_said_in_both_languages(quantity, chinese, english):
    assert (quantity.say().zh, quantity.say().en) == (chinese, english)


@given(GRAMS, GRAMS, st.integers(-100, 100))
def test_arithmetic_is_that_of_integers(left, right, count):
    one, other = Quantity(Base.GRAM, left), Quantity(Base.GRAM, right)
    assert (one + other - other).amount == left
    assert (-one).amount == -left
    assert one.times(count).amount == left * count


@given(st.sampled_from(sorted(UNITS)), st.integers(-(10**6), 10**6), st.integers(1, 500))
def test_conversion_there_and_back_is_exact(unit, amount, pack):
    assert to_base(amount, unit, pack=pack).within(unit, pack=pack) == amount


@given(st.integers(-(10**6), 10**6))
def test_market_weights_add_up(liang):
    assert to_base(Fraction(liang, 10), "斤") == to_base(liang, "两")
