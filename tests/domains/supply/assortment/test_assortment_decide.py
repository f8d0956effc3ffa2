"""What to offer: rates that lean on what others sell, the share of buyers who switch, and the best list of so many goods."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ortools.sat.python import cp_model
from scipy.stats import gamma

from linshu.domains.supply.assortment.choice import Shelf, _gains, best
from linshu.domains.supply.assortment.decide import Known, Rules, advise, first_choice
from linshu.domains.supply.assortment.rates import HIGH, LOW, MOST_SHAPE, Rates, shrunk, strength
from linshu.domains.supply.assortment.rivals import Warehouse, measured

RULES = Rules(core_skus=0, try_slots=2)


@st.composite
def shelves(draw: st.DrawFn, most: int = 8) -> Shelf:
    many = draw(st.integers(1, most))
    rate = draw(st.lists(st.floats(0.01, 5), min_size=many, max_size=many))
    margin = draw(st.lists(st.integers(-200, 900), min_size=many, max_size=many))
    family = draw(st.lists(st.integers(0, 2), min_size=many, max_size=many))
    switch = draw(st.lists(st.floats(0, 0.95), min_size=3, max_size=3))
    return Shelf(np.array(rate), np.array(margin, float), np.array(family), np.array(switch))


def made_up(seed: int, goods: int = 40, groups: int = 30) -> tuple[Any, Any, Any, Any]:
    """Groups by goods: what is true, pieces sold, days on offer, families."""
    chance = np.random.default_rng(seed)
    family = np.arange(goods) % 5
    own = chance.gamma(3.0, 1 / 3, (groups, goods))
    rate = chance.gamma(1.0, 0.2, goods) * chance.gamma(4.0, 0.25, groups)[:, None] * own
    days = np.where(chance.random((groups, goods)) < 0.6, chance.integers(1, 50, (groups, goods)), 0).astype(float)
    return rate, chance.poisson(rate * days).astype(float), days, family


def known_of(seed: int, group: int = 0, **changes: Any) -> Known:
    rate, sold, days, family = made_up(seed)
    found, chance = shrunk(sold, days, family), np.random.default_rng(seed)
    given_ = {
        "rate": Rates(found.shape[group], found.days[group]), "sold": sold[group], "days": days[group],
        "margin": chance.integers(-50, 800, rate.shape[1]).astype(float), "family": family, "listed": days[group] > 15,
        "core": np.zeros(rate.shape[1], bool), "share": np.full(5, 0.4), "doubt": np.full(5, 0.1), "period": 56.0,
    }  # fmt: skip
    return Known(**(given_ | changes))


def test_shrunken_rates_are_nearer_the_truth_than_what_was_counted_and_their_sides_hold() -> None:
    rate, sold, days, family = made_up(3)
    found, seen = shrunk(sold, days, family), days > 0
    raw = np.divide(sold, days, out=np.zeros_like(sold), where=seen)
    assert np.abs(found.mean - rate)[seen].sum() < 0.8 * np.abs(raw - rate)[seen].sum()
    assert np.abs(found.mean - rate)[~seen].sum() < 0.75 * rate[~seen].sum()
    assert 0.8 < float((rate <= found.side(HIGH)).mean()) < 0.96
    assert 0.8 < float((rate >= found.side(LOW)).mean()) < 0.96


def test_the_more_days_were_seen_the_less_others_matter() -> None:
    _, sold, days, family = made_up(4)
    raw = sold[0, 0] / max(days[0, 0], 1)
    away = []
    for times in (1, 20):
        more_sold, more_days = sold.copy(), days.copy()
        more_sold[0, 0], more_days[0, 0] = raw * 40 * times + 3 * times, 40.0 * times
        found = shrunk(more_sold, more_days, family)
        away.append(abs(found.mean[0, 0] - more_sold[0, 0] / more_days[0, 0]))
    assert away[1] < away[0] / 3


@given(st.floats(0.3, 200), st.floats(0.1, 50))
def test_the_sides_are_those_of_the_gamma(shape: float, days: float) -> None:
    found = Rates(np.array([shape]), np.array([days]))
    for z, level in ((LOW, 0.1), (HIGH, 0.9)):
        true = gamma.ppf(level, shape, scale=1 / days)
        assert found.side(z)[0] == pytest.approx(true, abs=(0.06 * np.sqrt(shape) + 0.02) / days)


def test_groups_that_differ_only_by_chance_are_alike() -> None:
    chance, expected = np.random.default_rng(5), np.full((200, 30), 4.0)
    assert strength(chance.poisson(expected), expected) > 50
    apart = strength(chance.poisson(expected * chance.gamma(2.0, 0.5, expected.shape)), expected)
    assert 1.5 < apart < 2.7
    assert strength(expected, expected) == MOST_SHAPE


@given(shelves(), st.data())
def test_what_a_good_adds_or_takes_is_the_difference_of_the_two_lists(shelf: Shelf, data: st.DataObject) -> None:
    many = len(shelf.rate)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=many, max_size=many)))
    now = shelf.profit(kept)
    for at in range(many):
        other = kept.copy()
        other[at] = not kept[at]
        change = shelf.profit(other) - now
        assert (shelf.added(kept)[at] if other[at] else -shelf.without(kept)[at]) == pytest.approx(change, abs=1e-6)
    outs, ins = np.flatnonzero(kept), np.flatnonzero(~kept)
    gains = _gains(shelf, kept, outs, ins, -shelf.without(kept)[outs])
    for row, out in enumerate(outs):
        for column, into in enumerate(ins):
            other = kept.copy()
            other[out], other[into] = False, True
            assert gains[row, column] == pytest.approx(shelf.profit(other) - now, abs=1e-6)


@given(shelves(), st.integers(0, 6))
def test_the_list_is_nearly_the_best_of_all_lists(shelf: Shelf, slots: int) -> None:
    kept = best(shelf, slots)
    assert kept.sum() <= slots
    every = (
        np.isin(np.arange(len(shelf.rate)), chosen)
        for size in range(min(slots, len(shelf.rate)) + 1)
        for chosen in combinations(range(len(shelf.rate)), size)
    )
    most = max(shelf.profit(one) for one in every)
    assert shelf.profit(kept) >= 0.95 * most - 1e-6


@given(shelves(), st.data())
def test_what_is_core_stays_whatever_it_earns(shelf: Shelf, data: st.DataObject) -> None:
    many = len(shelf.rate)
    core = np.array(data.draw(st.lists(st.booleans(), min_size=many, max_size=many)))
    slots = data.draw(st.integers(int(core.sum()), many))
    assert best(shelf, slots, core)[core].all()
    few = best(shelf, int(core.sum()) // 2, core)
    assert few.sum() == int(core.sum()) // 2
    assert not few[~core].any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_thirty_goods_it_comes_within_a_hundredth_of_a_solver(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shelf = Shelf(
        chance.gamma(1, 1, 30),
        chance.integers(20, 900, 30).astype(float),
        np.arange(30) % 6,
        chance.uniform(0.2, 0.9, 6),
    )
    kept, every = best(shelf, 12), shelf.popular()[shelf.family]
    model = cp_model.CpModel()
    has = [model.new_bool_var(f"has {at}") for at in range(30)]
    straight = shelf.rate * shelf.margin * (1 + shelf.switch[shelf.family])
    terms = [round(1000 * straight[at]) * has[at] for at in range(30)]
    for one in range(30):
        for other in range(30):
            if shelf.family[one] == shelf.family[other]:
                both = model.new_bool_var(f"both {one} {other}")
                model.add_bool_or([has[one].negated(), has[other].negated(), both])
                model.add_implication(both, has[one])
                model.add_implication(both, has[other])
                takes = shelf.switch[shelf.family[one]] * shelf.rate[other] / every[one]
                terms.append(-round(1000 * takes * shelf.rate[one] * shelf.margin[one]) * both)
    model.add(sum(has) <= 12)
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, 10.0
    assert solver.solve(model) == cp_model.OPTIMAL
    optimum = solver.objective_value / 1000
    assert shelf.profit(kept) <= optimum + 1
    assert shelf.profit(kept) >= 0.99 * optimum


def sold_out(share: float, seed: int = 1) -> tuple[Warehouse, Any]:
    """A warehouse in which a sold-out good's buyers look for a rival with this chance, on days as busy as they come."""
    chance, goods, days = np.random.default_rng(seed), 24, 120
    family, usual = np.arange(goods) % 3, chance.gamma(4, 8, goods)
    opened = np.where(chance.random((goods, days)) < 0.12, chance.uniform(0.1, 0.9, (goods, days)), 1.0)
    asked = usual[:, None] * np.exp(chance.normal(0, 0.3, days))[None, :]
    every = np.array([usual[family == which].sum() for which in range(3)])[family]
    lost = np.array([((1 - opened) * asked)[family == which].sum(axis=0) for which in range(3)])[family]
    return Warehouse(
        chance.poisson(opened * (asked + share * lost * (usual / every)[:, None])).astype(float), opened
    ), family


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_the_share_that_switches_is_found_from_days_of_stock_outs(share: float) -> None:
    warehouse, family = sold_out(share)
    found = measured([warehouse], family, 3, assumed=0.3)
    assert found.share == pytest.approx([share] * 3, abs=0.2)
    assert (found.cases > 100).all()


def test_without_stock_outs_the_share_is_what_is_assumed() -> None:
    chance = np.random.default_rng(1)
    never = Warehouse(chance.poisson(20, (6, 56)).astype(float), np.ones((6, 56)))
    found = measured([never], np.array([0, 0, 0, 1, 1, 1]), 2, assumed=0.42)
    assert found.share.tolist() == pytest.approx([0.42, 0.42])
    assert found.cases.tolist() == [0, 0]
    assert measured([], np.array([0]), 1, assumed=0.3).share.tolist() == pytest.approx([0.3])


@given(st.integers(0, 40), st.integers(0, 29), st.integers(0, 25))
def test_every_good_of_either_list_gets_one_advice_and_the_places_are_kept(seed: int, group: int, slots: int) -> None:
    known = known_of(seed, group)
    one = advise(known, Rules(slots=slots, core_skus=0))
    ats = [line.at for line in one.advice]
    assert len(ats) == len(set(ats))
    assert set(np.flatnonzero(known.listed)) <= set(ats)
    in_list = [line for line in one.advice if line.kind != "drop"]
    assert len(in_list) <= one.slots == (slots or int(known.listed.sum()))
    assert all(not line.new for line in one.advice if line.kind == "drop")
    assert sum(line.kind == "try" for line in in_list) <= one.slots // 10
    assert one.then == pytest.approx(sum(line.month for line in in_list))
    assert one.low <= one.gain <= one.high
    assert all(line.low <= line.rate <= line.high for line in one.advice)
    assert all(line.matters >= 0 for line in one.advice if line.kind == "drop")


@given(st.integers(0, 40))
def test_a_list_of_known_goods_earns_at_least_what_todays_earns(seed: int) -> None:
    known = known_of(seed)
    one = advise(known, Rules(core_skus=0, try_slots=0, try_days=0))
    assert one.gain >= -1e-6


def test_a_good_that_costs_more_than_it_brings_is_dropped_unless_it_is_core() -> None:
    known = known_of(7)
    margin, at = known.margin.copy(), int(np.flatnonzero(known.listed)[0])
    margin[at] = -300
    lines = {line.at: line for line in advise(known_of(7, margin=margin), RULES).advice}
    assert lines[at].kind == "drop"
    core = np.zeros(len(margin), bool)
    core[at] = True
    kept = {line.at: line for line in advise(known_of(7, margin=margin, core=core), RULES).advice}
    assert kept[at].kind == "keep"
    assert kept[at].core


def test_goods_hardly_known_here_are_tried_when_their_upper_side_promises_enough() -> None:
    known = known_of(9)
    lines = [line for line in advise(known, RULES).advice if line.kind == "try"]
    assert 0 < len(lines) <= 2
    assert all(line.days < RULES.try_days and line.high * line.margin > 0 for line in lines)
    assert not [line for line in advise(known, Rules(core_skus=0, try_slots=0)).advice if line.kind == "try"]


def test_first_choices_are_fewer_than_pieces_where_half_of_a_family_is_never_there() -> None:
    known = known_of(11)
    shelf = first_choice(known, known.rate.mean)
    assert (shelf.rate <= known.rate.mean).all()
    always = first_choice(known_of(11, days=np.full(len(known.days), 56.0)), known.rate.mean)
    assert always.rate == pytest.approx(known.rate.mean)
