"""Advice on orders: the budget and the supplier's minimum hold, the words say what the numbers say, nothing is ordered twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.supply.replenish.made_up import case

from linshu.domains.supply.replenish.advise import (
    House,
    Short,
    advise,
    advise_supplier,
    price_of_money,
    price_of_room,
    reasons,
    recost,
)
from linshu.domains.supply.replenish.case import untold, ways_of
from linshu.domains.supply.replenish.coming import Ordered, Promise, left_on_shelf, still_coming, still_leaving
from linshu.domains.supply.replenish.flow import affordable, draft_of
from linshu.domains.supply.replenish.outcome import gain
from linshu.domains.supply.replenish.presale import beside, presale

DAY = date(2026, 3, 2)
SEEDS = st.integers(0, 10_000)


@given(SEEDS, st.integers(1, 12), st.integers(100, 200_000))
def test_a_budget_holds_for_all_together(seed: int, many: int, budget: int) -> None:
    cases = [case(seed + number) for number in range(many)]
    told = advise(cases, House(budget=budget))
    assert sum(one.cost for one in told) <= budget + many  # rounding to fen
    free = advise(cases, House())
    assert all(one.boxes <= other.boxes for one, other in zip(told, free, strict=True))
    assert [one.case for one in told] == cases


@given(SEEDS, st.integers(1, 8), st.floats(1, 3))
def test_where_a_missing_piece_counts_more_orders_are_larger_and_judged_by_what_it_costs(
    seed: int, many: int, service: float
) -> None:
    cases = [case(seed + number) for number in range(many)]
    plain, house = advise(cases, House()), House(service=service)
    for one, other in zip(plain, advise(cases, house), strict=True):
        assert other.boxes >= one.boxes
        assert other.worth <= one.worth
        assert recost(other.case, one.boxes, house).worth == recost(one.case, one.boxes, House()).worth


def test_an_order_says_that_missing_pieces_count_more() -> None:
    def said(service: float) -> str:
        draft = draft_of([replace(case(1), shelf=(), coming=())], DAY, House(service=service), 0, Short(), ())
        assert draft is not None
        return " ".join(one.zh for one in draft.reasons)

    assert "缺一件按 1.5 倍算，订得略多" in said(1.5)
    assert "缺一件按" not in said(1)


@given(SEEDS, st.integers(2, 10), st.integers(1, 3), st.integers(0, 60))
def test_an_order_fits_its_lorry_and_the_warehouse(seed: int, many: int, lorry: int, capacity: int) -> None:
    cases = [replace(case(seed + number), volume_cm3=40_000, shelf=(), coming=()) for number in range(many)]
    free = advise(cases, House())
    room_of = sum(one.pieces * one.case.volume_cm3 for one in free)
    told = advise_supplier(cases, House(truck_m3=lorry), 0)
    filled = sum(one.pieces * one.case.volume_cm3 for one in told)
    assert filled <= lorry * 1_000_000
    assert filled == room_of or room_of > lorry * 1_000_000
    price = price_of_room(cases, House(), 0.0, capacity * 100_000)
    stored = advise_supplier(cases, House(), 0, Short(room=price))
    assert sum(one.pieces * one.case.volume_cm3 for one in stored) <= capacity * 100_000
    assert (price == 0) == (room_of <= capacity * 100_000)
    assert sum(one.worth for one in stored) <= sum(one.worth for one in free) + many
    assert price_of_room(cases, House(), 0.0, None) == 0  # nobody knows how much it holds


def test_what_a_limit_keeps_out_says_so_with_what_it_would_be_otherwise() -> None:
    one = replace(case(1), shelf=(), coming=(), volume_cm3=40_000)
    (free,) = advise_supplier([one], House(), 0)
    (poor,) = advise_supplier([one], House(), 0, Short(dearer=60.0))
    assert free.boxes > poor.boxes
    assert (free.held, poor.held, poor.free) == ((), ("money",), free.boxes)
    assert f"今天的预算不够，先给了更划算的；不限的话订 {free.boxes} 箱" in reasons(poor)[0].zh
    (small,) = advise_supplier([one], House(), 10**12)
    assert (small.boxes, small.held) == (0, ("least",))
    assert "供应商起订金额也不划算" in reasons(small)[0].zh


@given(SEEDS, st.integers(1, 6), st.integers(0, 300_000), st.integers(0, 100_000))
def test_a_day_of_orders_grown_to_their_minimum_keeps_to_the_budget(
    seed: int, many: int, budget: int, least: int
) -> None:
    cases = [replace(case(seed + number), supplier_id=f"S{number}", shelf=(), coming=()) for number in range(many)]
    drafts = [draft_of([one], DAY, House(), least, Short(), ()) for one in cases]
    made = [one for one in drafts if one is not None]
    kept = affordable(made, budget)
    stocked = [one for one in kept if one.subject.startswith("supplier:")]
    assert sum(one.cost for one in stocked) <= budget + len(made)
    assert [one for one in made if one in kept] == kept
    assert all(one in kept for one in made if not one.subject.startswith("supplier:"))
    assert affordable(made, sum(one.cost for one in made)) == made


@given(SEEDS)
def test_ordering_does_not_depend_on_how_the_goods_are_bundled(seed: int) -> None:
    one = case(seed)
    assert advise([one], House())[0] == advise_supplier([one], House(), 0)[0]
    assert price_of_money([one], House()) == 0.0


@given(SEEDS)
def test_an_order_never_leaves_more_missing_and_wastes_what_it_says(seed: int) -> None:
    (one,) = advise([case(seed)], House())
    assert one.missing_with <= one.missing + 1e-4
    assert one.wasted_with >= one.wasted - 1e-4
    assert 0 <= one.sells <= 1
    assert one.worth >= 0
    again = recost(one.case, one.boxes, House())
    assert (again.worth, again.cost, again.better) == (one.worth, one.cost, one.better)


@given(SEEDS)
def test_what_is_frozen_comes_back_the_same(seed: int) -> None:
    assert untold(case(seed).told()) == case(seed)


@given(SEEDS)
def test_every_good_has_a_reason_in_both_languages(seed: int) -> None:
    (one,) = advise([case(seed)], House())
    words = reasons(one)
    assert 1 <= len(words) <= 3
    assert all(each.zh and each.en for each in words)
    if one.boxes:
        assert f"{one.missing:,.0f}" in words[0].zh


def test_why_nothing_says_what_holds() -> None:
    full = advise([case(1, shelf=((20, 500),), price=900.0, cost=500.0)], House())[0]
    assert full.boxes == 0
    assert "够卖" in reasons(full)[0].zh
    dear = advise([case(1, shelf=(), coming=(), price=500.0, cost=600.0)], House())[0]
    assert "亏" in reasons(dear)[0].zh
    nobody = advise([case(1, mean=(0.0,) * 14)], House())[0]
    assert "没人要" in reasons(nobody)[0].zh
    big = advise(
        [case(1, shelf=(), coming=(), mean=(1.0,) * 14, life=2, pack=60, price=900.0, cost=700.0, lead=(1,))], House()
    )[0]
    assert big.boxes == 0
    assert "不划算" in reasons(big)[0].zh


@given(SEEDS, st.integers(0, 60))
def test_what_is_on_the_way_is_not_ordered_again(seed: int, more: int) -> None:
    one = case(seed, lead=(2,), life=10_000, shelf=())
    without, with_it = advise([one], House())[0], advise([replace(one, coming=(*one.coming, (1, more)))], House())[0]
    assert with_it.pieces <= without.pieces
    # a slipped date: the same pieces, expected today instead of yesterday, change nothing about how much there is
    bought = [Ordered("PO1", "S", "W", DAY - timedelta(days=3), 40, DAY - timedelta(days=1), 40)]
    assert list(still_coming(bought, [], DAY)) == [(("S", "W"), DAY, 40)]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 30), st.booleans()), max_size=6), st.integers(1, 40))
def test_an_approved_order_counts_until_the_data_knows_it(bought: list[tuple[int, int, bool]], pieces: int) -> None:
    approved = DAY - timedelta(days=2)
    rows = [
        Ordered(
            f"PO{number}",
            "S",
            "W",
            approved + timedelta(days=after),
            many,
            DAY + timedelta(days=1),
            many if is_open else 0,
        )
        for number, (after, many, is_open) in enumerate(bought)
    ]
    promise = Promise("LS1", "S", "W", approved, pieces, DAY + timedelta(days=1))
    total = sum(found for _, _, found in still_coming(rows, [promise], DAY))
    opened = sum(many for _, many, is_open in bought if is_open)
    answered = sum(many for after, many, _ in bought if after <= 3)
    assert total == opened + max(0, pieces - answered)
    known = [*rows, Ordered("LS1", "S", "W", approved, pieces, DAY + timedelta(days=1), pieces)]
    assert sum(found for _, _, found in still_coming(known, [promise], DAY)) == opened + pieces


def test_what_nobody_delivered_for_a_week_is_no_longer_waited_for() -> None:
    late = DAY - timedelta(days=8)
    rows = [Ordered("PO1", "S", "W", late, 40, late, 40)]
    assert not list(still_coming(rows, [Promise("LS1", "S", "W", late, 9, late)], DAY))


@given(st.integers(1, 60), st.integers(0, 60), st.booleans())
def test_a_transfer_leaves_one_warehouse_as_it_comes_to_the_other(pieces: int, sent: int, is_bought: bool) -> None:
    promise = Promise("LT1", "S", "W", DAY, pieces, DAY + timedelta(days=1), giver="V")
    known = Ordered("T9", "S", "W", DAY, sent, DAY + timedelta(days=1), sent, "" if is_bought else "V", sent)
    coming = sum(found for _, _, found in still_coming([known], [promise], DAY))
    leaving = [found for key, found in still_leaving([known], [promise], DAY) if key == ("S", "V")]
    assert coming == (sent + pieces if is_bought else max(sent, pieces))  # a purchase answers for no transfer
    assert sum(leaving) == (pieces if is_bought else max(sent, pieces))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 20)), max_size=5), st.integers(0, 80))
def test_what_leaves_a_shelf_keeps_longest(shelf: list[tuple[int, int]], leaving: int) -> None:
    left = left_on_shelf(shelf, leaving)
    by_age = sorted(days for days, pieces in shelf for _ in range(pieces))
    assert [days for days, pieces in left for _ in range(pieces)] == by_age[: max(0, len(by_age) - leaving)]


@given(SEEDS, st.integers(0, 30))
def test_what_is_ordered_already_comes_in_every_way(seed: int, sure: int) -> None:
    one = case(seed, mean=(40.0,) * 14, shelf=(), coming=())
    goods, demand = ways_of([replace(one, sure=(sure, 0, sure))], 7)
    assert len(goods.pack) == 1
    assert (demand[0, :, 0] >= sure).all()
    assert (demand[0, :, 2] >= sure).all()
    assert demand[0, :, 0].mean() == pytest.approx(40, rel=0.02)
    certain, _ = ways_of([replace(one, mean=(9.0, 9.0), sure=(9, 9))], 7)[1][0, :, :2].T
    assert (certain == 9).all()


@given(st.integers(0, 60), st.floats(0, 40), st.integers(0, 30), st.integers(1, 12), st.floats(0, 1), st.integers(1, 3))
def test_presale_covers_what_is_confirmed(
    confirmed: int, mean: float, on_hand: int, pack: int, gone: float, life: int
) -> None:
    one = case(
        3, mode="presale", confirmed=confirmed, mean=(mean,), shelf=((0, on_hand),), coming=(), pack=pack, gone=gone,
        price=900.0, cost=600.0, life=life, lead=(0,),
    )  # fmt: skip
    told = presale(one, House())
    assert told.pieces + on_hand >= confirmed
    assert told.missing_with <= told.missing + 1e-6
    sure = presale(replace(one, gone=1.0), House())
    assert sure.pieces - pack < max(0, confirmed - on_hand) <= sure.pieces or (sure.boxes == 0 and confirmed <= on_hand)
    owed = max(0, -(-(confirmed - on_hand) // pack))
    tried = [presale(one, House(), boxes).worth for boxes in range(owed, told.boxes + 4)]
    assert told.worth >= max(tried) - 2
    assert told.better >= -1  # by its own reckoning never worse than the spreadsheet


@given(st.floats(0.1, 30), st.floats(0, 0.5), st.integers(-5, 60))
def test_pieces_missing_and_too_many_balance(mean: float, width: float, have: int) -> None:
    missing, over = beside(mean, width, have)
    assert missing >= 0
    assert over >= 0
    assert abs((over - missing) - (have - mean)) < 1e-6 * (1 + abs(have) + mean)


@given(SEEDS, st.integers(0, 40), st.integers(0, 40), st.lists(st.floats(0, 20), min_size=1, max_size=21))
def test_an_order_gains_nothing_against_itself_and_turns_its_sign(
    seed: int, one: int, other: int, came: list[float]
) -> None:
    made = case(seed)
    assert gain(made, one, one, came, House()) == 0
    assert np.isclose(gain(made, one, other, came, House()), -gain(made, other, one, came, House()), atol=1e-6)


def test_an_order_that_was_needed_gained_its_margin() -> None:
    made = case(5, shelf=(), coming=(), lead=(1,), life=2, price=1000.0, cost=600.0)
    house = House(goodwill=0.0, holding=0.0)
    assert gain(made, 10, 0, [0, 10, 0], house) == 4000
    assert gain(made, 10, 0, [0, 0, 0], house) == -6000


def test_a_good_of_class_a_that_keeps_is_ordered_as_surely_as_the_policy_says() -> None:
    good = case(4, rank="A", life=10_000, pack=1, shelf=(), coming=(), price=1000.0, cost=980.0)
    thrifty = House(goodwill=0.0, holding=0.02)
    free, held = advise([good], thrifty)[0], advise([good], replace(thrifty, floor_a=0.95))[0]
    assert held.boxes > free.boxes
    assert held.floored
    assert "保供" in reasons(held)[0].zh
    assert advise([replace(good, rank="C")], replace(thrifty, floor_a=0.95))[0].boxes == free.boxes
