"""Markdowns: worth what a slow reckoning says, at the best of the prices allowed, never below the cost before the date nears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.supply.names import unnamed
from tests.domains.supply.replenish.made_up import case

from linshu.domains.supply.markdown.decide import LOOK, SEED, Good, Rules, lift_of, may_spoil, offers, offers_at
from linshu.domains.supply.markdown.flow import DECLARED, KIND, again, apply, draft_of, rules_of, undo, worth_of
from linshu.domains.supply.replenish.case import ways_of
from linshu.engine.decisions import Policy
from linshu.kernel.errors import Invalid

RULES = Rules(least=0)
TODAY = date(2026, 11, 23)


def good(seed: int = 0, *, near: bool = True, **given: object) -> Good:
    chance = np.random.default_rng(seed)
    shelf = tuple((day, int(pieces)) for day, pieces in enumerate(chance.integers(0, 60, 4)))
    drawn = {"shelf": (*shelf, (20, 15)), "life": 5, "price": 1000.0, "cost": 800.0}
    return Good(case(seed, **(drawn | given)), near)


def lived(one: Good, price: int, until: int, lift: float) -> tuple[float, float]:
    """Goods margin less waste over the days, piece by piece, and pieces past their day within the rules' days."""
    _, demand = ways_of([one.case], SEED)
    earned, spoilt = [], []
    for way in demand[0]:
        shelf = {days: float(pieces) for days, pieces in one.case.shelf}
        money = unsold = 0.0
        for day in range(LOOK):
            for arrives, pieces in one.case.coming:
                if arrives == day:
                    last = day + one.case.life - 1
                    shelf[last] = shelf.get(last, 0) + pieces
            left, asked = float(way[day]) * (lift if day <= until else 1), price if day <= until else one.case.price
            for last in sorted(shelf):
                taken = min(shelf[last], left)
                shelf[last] -= taken
                left -= taken
                money += taken * (asked - one.case.cost)
            wasted = shelf.pop(day, 0.0)
            money -= wasted * one.case.cost
            unsold += wasted if day < RULES.days else 0
        earned.append(money)
        spoilt.append(unsold)
    return float(np.mean(earned)), float(np.mean(spoilt))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 5000), st.sampled_from([1000, 900, 700]))
def test_a_price_is_worth_what_living_the_days_piece_by_piece_says(seed: int, price: int) -> None:
    one = good(seed)
    (found,) = offers_at([one], [price], RULES)
    alone, unsold = lived(one, 1000, LOOK, 1.0)
    acted, unsold_with = lived(one, price, found.until, lift_of(one, price, RULES))
    assert found.unsold == pytest.approx(unsold, abs=0.01)
    assert found.unsold_with == pytest.approx(unsold_with, abs=0.01)
    assert found.margin == pytest.approx(alone, abs=20)
    assert found.worth == pytest.approx(acted - alone if unsold > 0 else 0, abs=20)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 5000), st.booleans(), st.floats(0.4, 1.1))
def test_the_best_of_the_prices_allowed_is_asked(seed: int, near: bool, cost: float) -> None:
    one = good(seed, near=near, cost=1000 * cost)
    for found in offers([one], RULES):
        assert found.price == 1000 or found.price >= one.floor(RULES)
        assert near or found.is_push or not found.below_cost
        assert found.unsold_with <= found.unsold + 0.01
        allowed = [price for price in range(100, 1001, 100) if price == 1000 or price >= one.floor(RULES)]
        assert found.worth == max(offers_at([one], [price], RULES)[0].worth for price in allowed if price >= 500)


def test_the_dearest_come_first_and_what_is_not_worth_the_trouble_is_left() -> None:
    goods = [good(seed) for seed in range(12)]
    found = offers(goods, replace(RULES, most=5))
    every = sorted((offers([one], RULES)[0] for one in goods), key=lambda one: -one.worth)
    assert found == tuple(every[:5])  # each as if it were alone, so that it can be run again
    assert offers(goods, replace(RULES, least=10**9)) == ()


def test_only_what_lies_there_and_spoils_soon_is_looked_at() -> None:
    assert may_spoil(good(shelf=((4, 1),)).case, RULES)
    assert not may_spoil(good(shelf=((5, 100),)).case, RULES)
    assert not may_spoil(good(shelf=((1, 100),), mode="presale").case, RULES)


def test_a_proposal_says_why_can_be_run_again_and_its_price_keeps_to_the_law() -> None:
    one = good(3, near=False, shelf=((2, 200),), cost=600.0)
    (offer,) = offers([one], DECLARED)
    draft = draft_of(offer, TODAY, DECLARED, ("翠湖群", "东湖群"), ("42", "4201"))
    assert again(draft.inputs, KIND.policy) == draft
    assert not unnamed(KIND, draft.inputs)
    assert len(draft.reasons) >= 3
    assert worth_of(draft.lines, draft.inputs, KIND.policy) == (draft.value, draft.cost)
    lines = ({**draft.lines[0], "price": 590},)
    with pytest.raises(Invalid, match=r"6\.00"):
        worth_of(lines, draft.inputs, KIND.policy)
    near = draft_of(replace(offer, good=replace(one, near=True)), TODAY, DECLARED, (), ())
    assert worth_of(lines, near.inputs, KIND.policy)[1] > draft.cost


def test_a_lower_price_leaves_as_a_file_a_push_only_as_a_work_order() -> None:
    (offer,) = offers([good(3, shelf=((2, 200),), cost=600.0)], DECLARED)
    cut = _proposal(draft_of(offer, TODAY, DECLARED, ("翠湖群",), ()))
    assert [one.kind for one in apply(cut)] == ["file", "work_order"]
    (row,) = apply(cut)[0].body["rows"]
    assert (row["scope_id"], row["valid_from"], row["sale_price_fen"]) == ("W1", "2026-11-23", offer.price)
    assert undo(cut)[0].body["rows"][0]["do"] == "cancel"
    (told,) = apply(_proposal(draft_of(replace(offer, price=1000), TODAY, DECLARED, ("翠湖群",), ())))
    assert "翠湖群" in told.body["words"]


def test_the_policy_holds_every_number_of_the_rule() -> None:
    assert rules_of(Policy(own=KIND.policy.own)) == DECLARED
    assert set(KIND.words) == set(KIND.policy.own)


def _proposal(draft: object) -> object:
    return SimpleNamespace(
        proposal_id="p1",
        lines=draft.lines,
        title=draft.title,
        day=draft.day,
        place=draft.place,
    )
