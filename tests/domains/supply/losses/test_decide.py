"""The rules of losses: classes by share and steadiness, and a change taken apart into parts that add up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.losses.decide import Part, by_share, change, steadiness, variation

shares = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 500), min_size=1, max_size=12)
amounts = st.integers(-50, 5_000)
groups = st.lists(st.tuples(amounts, amounts, amounts, amounts), min_size=1, max_size=8).map(
    lambda rows: [Part(f"g{number}", *row) for number, row in enumerate(rows)]
)


def of(given_parts: dict[str, int]) -> dict[str, float]:
    whole = sum(given_parts.values())
    return {sku: amount / whole if whole else 0.0 for sku, amount in given_parts.items()}


def test_the_first_eighty_percent_are_a_the_next_to_ninety_five_b_the_rest_c() -> None:
    found = by_share({"milk": 0.5, "eggs": 0.29, "rice": 0.1, "salt": 0.07, "soap": 0.04, "wick": 0.0})
    assert found == {"milk": "A", "eggs": "A", "rice": "A", "salt": "B", "soap": "C", "wick": "C"}


@given(shares)
def test_whoever_sells_more_is_classed_no_worse(amounts: dict[str, int]) -> None:
    found = by_share(of(amounts))
    assert found.keys() == amounts.keys()
    ordered = sorted(amounts, key=lambda sku: (-amounts[sku], sku))
    assert [found[sku] for sku in ordered] == sorted(found.values())
    assert not any(amounts.values()) or found[ordered[0]] == "A"


@pytest.mark.parametrize(
    ("weeks", "letter"),
    [
        ((10, 10, 11, 9, 10), "X"),
        ((0, 0, 10, 9, 11, 10), "X"),  # weeks before it was sold say nothing
        ((4, 16, 4, 16, 5), "Y"),
        ((40, 0, 0, 0, 1), "Z"),
        ((10, 10, 10), "Z"),  # too young to tell
        ((), "Z"),
        ((0, 0, 0, 0, 0), "Z"),
    ],
)
def test_steadiness_is_how_much_weeks_differ(weeks: tuple[int, ...], letter: str) -> None:
    assert steadiness(weeks) == letter


@given(st.lists(st.integers(1, 200), min_size=4, max_size=12), st.integers(1, 9))
def test_selling_so_many_times_as_much_is_as_steady(weeks: list[int], times: int) -> None:
    assert variation([times * week for week in weeks]) == pytest.approx(variation(weeks))


@given(groups)
def test_the_parts_of_a_change_add_up_to_it_exactly(parts: list[Part]) -> None:
    found = change(parts)
    if found is None:
        assert sum(one.out for one in parts) <= 0 or sum(one.out_before for one in parts) <= 0
        return
    assert found.total == sum(one.lost - one.lost_before for one in parts)
    assert found.volume + found.spoils + found.mix == found.total
    assert found.volume + sum((one.effect for one in found.drivers), Fraction(0)) == found.total
    assert {one.part for one in found.drivers} == set(parts)
    assert [abs(one.effect) for one in found.drivers] == sorted(
        (abs(one.effect) for one in found.drivers), reverse=True
    )


@given(groups)
def test_looked_at_backwards_only_the_signs_turn(parts: list[Part]) -> None:
    found = change(parts)
    turned = change([Part(one.key, one.lost_before, one.out_before, one.lost, one.out) for one in parts])
    assert (found is None) == (turned is None)
    if found and turned:
        assert (turned.total, turned.volume, turned.spoils, turned.mix) == (
            -found.total, -found.volume, -found.spoils, -found.mix,
        )  # fmt: skip


@given(st.integers(1, 900), st.integers(1, 9), st.integers(1, 9))
def test_the_same_goods_losing_the_same_share_lose_more_only_by_volume(lost: int, before: int, now: int) -> None:
    parts = [Part("a", lost * now, 1_000 * now, lost * before, 1_000 * before)]
    parts.append(Part("b", 3 * lost * now, 2_000 * now, 3 * lost * before, 2_000 * before))
    found = change(parts)
    assert found is not None
    assert found.spoils == found.mix == 0
    assert found.volume == found.total


def test_a_good_that_spoils_more_and_one_that_sells_more() -> None:
    found = change([Part("eggs", 300, 1_000, 100, 1_000), Part("milk", 20, 2_000, 20, 2_000)])
    assert found is not None
    assert [(one.part.key, one.spoils, one.mix) for one in found.drivers] == [("eggs", 200, 0), ("milk", 0, 0)]
    moved = change([Part("eggs", 200, 2_000, 100, 1_000), Part("milk", 10, 1_000, 20, 2_000)])
    assert moved is not None
    assert (moved.volume, moved.spoils) == (0, 0)
    assert moved.mix == moved.total == 90
