from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.errors import Invalid
from linshu.kernel.rate import PPM, Rate, round_half_up

RATES = st.fractions(-2, 2, max_denominator=10_000).map(Rate)


@pytest.mark.parametrize(
    ("rate", "fen", "share"),
    [
        pytest.param(Rate.percent(10), 1234, 123, id="below-half-goes-down"),
        pytest.param(Rate.percent(10), 1235, 124, id="half-goes-up"),
        pytest.param(Rate.percent(10), -1235, -124, id="half-goes-away-from-zero"),
        pytest.param(Rate.percent("8.5"), 10_000, 850, id="percent"),
        pytest.param(Rate.ppm(85_000), 10_000, 850, id="ppm"),
        pytest.param(Rate.discount("8.5"), 10_000, 8500, id="eight-and-a-half-zhe-pays-85-percent"),
        pytest.param(Rate(Fraction(1, 3)), 100, 33, id="third"),
    ],
)
def test_a_rate_of_an_amount(rate, fen, share):
    assert rate.of(fen) == share


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("8.5%", "17/200"), ("８．５％", "17/200"), ("3‰", "3/1000"), ("8.5折", "17/20"), ("8折", "4/5"), ("85折", "17/20"),
        ("10折", "1"), ("0.5折", "1/20"), ("11折", "11/100"), ("85000ppm", "17/200"), ("0.085", "17/200"), (" 3/7 ", "3/7"), ("-5%", "-1/20"), (".5", "1/2"), ("1", "1"),
    ],
)  # fmt: skip
def test_rates_are_read_as_people_write_them(written, value):
    assert Rate.parse(written).value == Fraction(value)


@pytest.mark.parametrize(
    "written", ["", "%", "abc", "8.5 %%", "1/0", "0折", "-3折", "12.5折", "10.5折", "100折5", "1e-3"]
)
def test_what_is_no_rate_is_refused(written):
    with pytest.raises(Invalid):
        Rate.parse(written)


@pytest.mark.parametrize("number", [0.1, "eight", "1/2", ""])
def test_percent_takes_exact_numbers_only(number):
    with pytest.raises(Invalid):
        Rate.percent(number)


def test_a_rate_finer_than_ppm_is_not_stored():
    assert Rate.percent("12.3456").as_ppm == 123_456
    with pytest.raises(Invalid, match="1/3"):
        _ = Rate(Fraction(1, 3)).as_ppm


def test_rates_add_multiply_and_compare():
    assert Rate.percent(80) * Rate.percent(90) == Rate.percent(72)
    assert Rate.percent(80) + Rate.percent(5) - Rate.percent(10) == Rate.percent(75)
    assert Rate.percent(5).rest == Rate.percent(95)
    assert Rate.percent(5) < Rate.percent(6)


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        (Rate.percent("8.5"), "8.5%"),
        (Rate.percent(-10), "-10%"),
        (Rate.ppm(1), "0.0001%"),
        (Rate(Fraction(0)), "0%"),
        (Rate(Fraction(1, 3)), "1/3"),
    ],
    ids=str,
)
def test_rates_print_exactly(rate, written):
    assert str(rate) == written


@given(RATES)
def test_what_is_printed_reads_back_when_it_is_a_percentage(rate):
    assert Rate.parse(str(rate)) == rate


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_rounding_agrees_with_decimal(numerator, denominator):
    exact = Fraction(numerator, denominator)
    two = Fraction(round(exact * 2)) / 2  # a number at or beside a half, where roundings differ
    expected = Decimal(two.numerator) / Decimal(two.denominator)
    assert round_half_up(two) == int(expected.quantize(Decimal(1), ROUND_HALF_UP))
    assert abs(round_half_up(exact) - exact) <= Fraction(1, 2)


@given(RATES, st.integers(-(10**12), 10**12))
def test_a_share_mirrors_in_sign_and_grows_with_the_amount(rate, fen):
    assert rate.of(-fen) == -rate.of(fen)
    assert (rate.of(fen + 1) - rate.of(fen)) * (1 if rate.value >= 0 else -1) >= 0


@given(st.integers(-PPM, PPM))
def test_ppm_come_back_unchanged(parts):
    assert Rate.ppm(parts).as_ppm == parts
