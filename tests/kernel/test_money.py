"""Money: the allocation vectors of moneyphp (MIT), examples as a table, and the properties every split must have."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.kernel.errors import Invalid
from linshu.kernel.money import (
    LARGEST_FEN,
    allocate,
    allocate_cumulative,
    format_short,
    format_yuan,
    parse_yuan,
    split_evenly,
)

AMOUNTS = st.integers(-(10**12), 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9) | st.fractions(0, 100, max_denominator=60), min_size=1, max_size=8).filter(any)

# moneyphp/money tests/MoneyTest.php; the negative row follows the sign-symmetric rule, where moneyphp gives (-3, -2).
VECTORS = [
    (100, (1, 1, 1), (34, 33, 33)),
    (101, (1, 1, 1), (34, 34, 33)),
    (5, (3, 7), (2, 3)),
    (5, (7, 3), (4, 1)),
    (5, (7, 3, 0), (4, 1, 0)),
    (-5, (7, 3), (-4, -1)),
    (5, (0, 7, 3), (0, 4, 1)),
    (5, (7, 0, 3), (4, 0, 1)),
    (5, (0, 0, 1), (0, 0, 5)),
    (5, (0, 3, 7), (0, 2, 3)),
    (0, (0, 0, 1), (0, 0, 0)),
    (2, (1, 1, 1), (1, 1, 0)),
    (1, (1, 1), (1, 0)),
    (101, (3, 7), (30, 71)),
    (101, (7, 3), (71, 30)),
]


@pytest.mark.parametrize(("total", "weights", "parts"), VECTORS, ids=str)
def test_allocation_agrees_with_the_published_vectors(total, weights, parts):
    assert allocate(total, weights) == parts


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [(15, 2, (8, 7)), (10, 2, (5, 5)), (15, 3, (5, 5, 5)), (10, 3, (4, 3, 3)), (0, 0, ())],
    ids=str,
)
def test_an_even_split_agrees_with_the_published_vectors(total, count, parts):
    assert split_evenly(total, count) == parts


def test_a_tie_goes_to_the_lowest_key_whatever_the_order_of_the_lines():
    assert allocate(1, (1, 1), keys=("line-2", "line-1")) == (0, 1)


def test_fractions_weigh_exactly():
    assert allocate(100, (Fraction(1, 3), Fraction(1, 6), Fraction(1, 2))) == (33, 17, 50)


def test_nothing_is_split_over_nobody():
    assert allocate(0, (0, 0)) == (0, 0)
    assert allocate(0, ()) == ()


@pytest.mark.parametrize(
    ("total", "weights", "keys", "words"),
    [
        pytest.param(1, (0, 0), None, "every weight is 0", id="all-zero"),
        pytest.param(1, (), None, "every weight is 0", id="nobody"),
        pytest.param(1, (2, -1), None, "weight -1 is negative", id="negative"),
        pytest.param(1, (0.5, 1), None, "weight 0.5 is not exact", id="float"),
        pytest.param(1, (1, 1), ("a", "a"), "keys must be distinct", id="same-key-twice"),
        pytest.param(1, (1, 1), ("a",), "keys must be distinct", id="a-key-missing"),
    ],
)
def test_a_split_without_meaning_is_refused(total, weights, keys, words):
    with pytest.raises(Invalid) as caught:
        allocate(total, weights, keys)
    assert words in caught.value.say("en")


@given(AMOUNTS, WEIGHTS)
def test_no_fen_is_lost_and_each_part_is_within_one_fen_of_exact(total, weights):
    parts = allocate(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total) * weight / sum(weights)) < 1


@given(AMOUNTS, WEIGHTS)
def test_a_refund_mirrors_its_sale(total, weights):
    assert allocate(-total, weights) == tuple(-part for part in allocate(total, weights))


@given(AMOUNTS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_does_not_matter(total, weights, random):
    keys = list(range(len(weights)))
    shuffled = random.sample(keys, len(keys))
    parts = allocate(total, weights)
    assert allocate(total, [weights[key] for key in shuffled], shuffled) == tuple(parts[key] for key in shuffled)


@given(AMOUNTS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportion_of_the_weights_counts(total, weights, factor):
    assert allocate(total, [weight * factor for weight in weights]) == allocate(total, weights)


@given(AMOUNTS, WEIGHTS)
def test_who_weighs_nothing_gets_nothing_and_who_weighs_more_never_gets_less(total, weights):
    parts = sorted(zip(weights, map(abs, allocate(total, weights)), strict=True))
    assert all(part == 0 for weight, part in parts if weight == 0)
    for (lighter, less), (heavier, more) in pairwise(parts):
        assert less <= more or lighter == heavier


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), WEIGHTS)
def test_any_number_of_partial_refunds_ends_exactly_at_the_full_one(steps, weights):
    running, sums = 0, [0] * len(weights)
    for step in steps:
        parts = allocate_cumulative(running, running + step, weights)
        assert sum(parts) == step
        running += step
        sums = [have + part for have, part in zip(sums, parts, strict=True)]
        assert tuple(sums) == allocate(running, weights)
    assert tuple(sums) == allocate(sum(steps), weights)


def test_a_step_may_give_one_fen_back_where_largest_remainders_are_not_monotone():
    assert allocate_cumulative(10, 11, (6, 6, 2)) == (1, 1, -1)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("12.30", 1230), ("1,234.5", 123450), ("¥12", 1200), ("￥１２．３０", 1230), ("12元", 1200), (" -3 ", -300),
        ("-¥1,234.50", -123450), ("−0.01", -1), ("(3.00)", -300), ("（¥3）", -300), (".5", 50), ("+7", 700),
        ("12.3000", 1230), ("1.2万", 1_200_000), ("1.23万元", 1_230_000), ("CNY 88", 8800), ("88 rmb", 8800),
        ("0", 0), ("92233720368547758.07", LARGEST_FEN), ("007", 700), ("1，000", 100000), ("12块", 1200),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(written, fen):
    assert parse_yuan(written) == fen


@pytest.mark.parametrize(
    "written",
    ["", " ", "¥", ".", "12.", "1,23.4", "12,34", "1.2.3", "12.345", "abc", "1e3", "--1", "(-3)", "1.2345678万", "万", "NaN",
     "元", "92233720368547758.08", "12 34", "(3", "3)"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_a_hint(written):
    with pytest.raises(Invalid) as caught:
        parse_yuan(written)
    assert "12.30" in caught.value.say("en")
    assert written in caught.value.say("zh")


@given(st.integers(-LARGEST_FEN, LARGEST_FEN), st.booleans(), st.sampled_from(["", "¥", "￥"]))
def test_what_is_written_reads_back(fen, grouped, symbol):
    assert parse_yuan(format_yuan(fen, grouped=grouped, symbol=symbol)) == fen


def test_amounts_are_written_with_the_sign_before_the_symbol():
    assert format_yuan(-123450, symbol="¥") == "-¥1,234.50"
    assert format_yuan(5) == "0.05"
    assert format_yuan(0) == "0.00"
    assert format_yuan(-1) == "-0.01"
    assert LARGEST_FEN == 9_223_372_036_854_775_807
    assert format_yuan(123456789, grouped=False) == "1234567.89"


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (99_994, "999.94", "999.94"),
        (999_949, "9,999.49", "10.0K"),
        (950_000, "9,500.00", "9.5K"),
        (1_000_000, "1.0万", "10.0K"),
        (100_000, "1,000.00", "1.0K"),
        (1_234_567, "1.2万", "12.3K"),
        (-1_234_567, "-1.2万", "-12.3K"),
        (123_456_789_00, "1.23亿", "123.46M"),
        (12_345_600_000_000, "1,234.56亿", "123.46B"),
        (999_999_999_99, "10.00亿", "1,000.00M"),
    ],
    ids=str,
)
def test_short_amounts_for_tiles(fen, chinese, english):
    assert (format_short(fen), format_short(fen, "en")) == (chinese, english)
