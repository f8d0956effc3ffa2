"""Transfers: the same as trying every way to move boxes, nothing from empty shelves, and never for less than they cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.supply.names import unnamed
from tests.domains.supply.replenish.made_up import TODAY, case

from linshu.domains.supply.transfer.decide import Move, Rules, Stand, loaded, moves, stands
from linshu.domains.supply.transfer.flow import KIND, draft_of

RULES = Rules(least=0)


def made_up(seed: int, many: int = 3) -> list[Stand]:
    chance = np.random.default_rng(seed)
    found = []
    for number in range(many):
        on_hand = int(chance.integers(0, 8))
        one = case(
            seed, warehouse_id=f"W{number}", warehouse=f"仓{number}", pack=1, shelf=((20, on_hand),), coming=(),
            life=10_000, price=900.0, cost=500.0,
        )  # fmt: skip
        spare = chance.integers(0, on_hand + 1, 8).astype(float)
        found.append(Stand(one, np.where(spare > 0, 0, chance.integers(0, 6, 8)).astype(float), spare, 535.0))
    return found


def value(of_good: list[Stand], net: tuple[int, ...]) -> float:
    moved = sum(one for one in net if one > 0)
    gained = sum(one.gains(pieces) for one, pieces in zip(of_good, net, strict=True) if pieces > 0)
    lost = sum(one.loses(-pieces) for one, pieces in zip(of_good, net, strict=True) if pieces < 0)
    return gained - lost - moved * RULES.fen_a_piece


@settings(max_examples=40)
@given(st.integers(0, 5000))
def test_no_other_way_to_move_boxes_is_worth_more(seed: int) -> None:
    of_good = made_up(seed)
    found = moves(of_good, RULES)
    net = [0] * len(of_good)
    for one in found:
        net[of_good.index(one.giver)] -= one.pieces
        net[of_good.index(one.taker)] += one.pieces
    ways = product(*(range(-one.case.on_hand, 7) for one in of_good))
    best = max(value(of_good, way) for way in ways if sum(way) == 0)
    assert value(of_good, tuple(net)) == pytest.approx(best, abs=1)
    assert sum(one.worth for one in found) == pytest.approx(best, abs=len(found) + 1)


@given(st.integers(0, 5000))
def test_nobody_gives_what_is_not_there_or_gives_and_takes(seed: int) -> None:
    of_good = made_up(seed)
    found = moves(of_good, RULES)
    for one in of_good:
        assert sum(each.pieces for each in found if each.giver is one) <= one.case.on_hand
    assert not {id(one.giver) for one in found} & {id(one.taker) for one in found}
    assert all(one.worth > 0 for one in found)
    assert moves(of_good, Rules(fen_a_piece=10_000)) == ()


@settings(max_examples=30)
@given(st.integers(0, 5000), st.integers(1, 4))
def test_a_lorry_takes_the_boxes_that_are_worth_most_for_their_room(seed: int, lorry: int) -> None:
    chance = np.random.default_rng(seed)
    one = Stand(case(seed, pack=1), np.zeros(1), np.zeros(1), 1.0)
    pair = []
    for _ in range(3):
        sized = replace(one, case=replace(one.case, volume_cm3=int(chance.integers(0, 4)) * 500_000))
        pair.append(Move(sized, one, tuple(np.sort(chance.uniform(1, 100, int(chance.integers(1, 5))))[::-1])))
    load = loaded(pair, Rules(least=0, truck_m3=lorry))
    assert sum(each.boxes * each.box_cm3 for each in load) <= lorry * 1_000_000
    assert all(any(each.steps == whole.steps[: each.boxes] for whole in pair) for each in load)
    assert loaded(pair, Rules()) == tuple(pair)
    best = max(
        sum(sum(whole.steps[:many]) for whole, many in zip(pair, taken, strict=True))
        for taken in product(*(range(whole.boxes + 1) for whole in pair))
        if sum(whole.box_cm3 * many for whole, many in zip(pair, taken, strict=True)) <= lorry * 1_000_000
    )
    dearest = max((step for whole in pair for step in whole.steps), default=0)
    assert (
        best - dearest <= sum(each.worth for each in load) + len(pair) <= best + 2 * len(pair) + 1
    )  # greedy misses less than a box


def test_a_warehouse_that_runs_out_before_the_order_comes_is_helped_by_one_that_has_plenty() -> None:
    short = case(
        1,
        warehouse_id="A",
        shelf=(),
        coming=(),
        mean=(10.0,) * 14,
        lead=(3,),
        life=10_000,
        pack=5,
        price=900.0,
        cost=500.0,
    )
    rich = case(
        1,
        warehouse_id="B",
        shelf=((20, 200),),
        coming=(),
        mean=(10.0,) * 14,
        lead=(3,),
        life=10_000,
        pack=5,
        price=900.0,
        cost=500.0,
    )
    (one,) = moves(stands([short, rich], RULES), RULES)
    assert (one.giver.case.warehouse_id, one.taker.case.warehouse_id) == ("B", "A")
    assert 15 <= one.pieces <= 30  # two days of ten pieces a day
    dear = replace(RULES, fen_a_piece=150)
    (costly,) = moves(stands([short, rich], dear), dear)
    draft = draft_of([costly], TODAY, dear, {short.sku_id: [short, rich]}, ())
    assert not unnamed(KIND, draft.inputs)
    assert KIND.called["least"] == KIND.words["least"]  # of a transfer; that of an order is the supplier's minimum
    assert Rules(**draft.inputs["rules"]) == dear  # what it is measured by
    spoiling = case(
        1,
        warehouse_id="B",
        shelf=((0, 200),),
        coming=(),
        mean=(10.0,) * 14,
        lead=(3,),
        life=2,
        pack=5,
        price=900.0,
        cost=500.0,
    )
    assert moves(stands([short, spoiling], RULES), RULES) == ()
