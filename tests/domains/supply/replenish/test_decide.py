"""Boxes by marginal value: the same as trying every number of boxes piece by piece, in every way the days may go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linshu.domains.supply.replenish.decide import DEAREST, Goods, Limit, Rules, atleast, packs, reach, within, worth
from linshu.domains.supply.replenish.scenarios import SPREADS, WAYS, draw

DAYS, SLOTS, WAYS_TRIED = 6, 7, 8


def made_up(seed: int, many: int = 4) -> tuple[Goods, np.ndarray]:
    chance = np.random.default_rng(seed)
    life = chance.integers(1, SLOTS + 1, many)
    shelf = chance.integers(0, 4, (many, SLOTS)).astype(np.float32)
    shelf[:, -1] *= life == SLOTS  # only what keeps is in the last slot
    shelf *= np.arange(SLOTS)[None, :] < np.where(life == SLOTS, SLOTS, life)[:, None]
    price = chance.uniform(100, 900, many)
    goods = Goods(
        shelf, chance.integers(0, 5, (many, 2)).astype(np.float32), chance.integers(0, 3, many), life,
        chance.integers(1, 4, many), price.astype(np.float32), (price * chance.uniform(0.4, 1.1, many)).astype(np.float32),
    )  # fmt: skip
    return goods, chance.poisson(3, (many, WAYS_TRIED, DAYS)).astype(np.float32)


def lived(goods: Goods, row: int, demand: np.ndarray, order: int, rules: Rules) -> tuple[float, float]:
    """Piece by piece: what an order earns in one way of the days beyond ordering next time, and beyond never, fen.

    Older pieces are sold first; an order stands last, and may be sold until its last day, or until that of the next order.
    """
    life, lead, review = int(goods.life[row]), int(goods.lead[row]), rules.review_days
    keeps = life >= SLOTS

    def walk(until: int) -> tuple[int, int]:
        shelf = [[slot, "old"] for slot in range(SLOTS) for _ in range(int(goods.shelf[row, slot]))]
        soon = ever = 0
        for day in range(DAYS):
            if day < goods.coming.shape[1]:
                shelf += [[life - 1, "old"] for _ in range(int(goods.coming[row, day]))]
            if day == lead:
                shelf += [[life - 1, "new"] for _ in range(order)]
            # what arrives later than the order never goes before it
            shelf.sort(key=lambda one: (one[1] == "new", one[0]))
            for _ in range(int(demand[day])):
                if not shelf:
                    break
                taken = shelf.pop(0)
                if taken[1] == "new":
                    soon += day < lead + review
                    ever += 1
            shelf = [
                [slot if slot == SLOTS - 1 or kind == "new" else slot - 1, kind]
                for slot, kind in shelf
                if (day + 1 < until or keeps if kind == "new" else slot > 0)
            ]
        return soon, ever

    (soon, ever), (_, later) = walk(lead + life), walk(lead + life + review)
    price, cost = float(goods.price[row]), float(goods.cost[row])
    earns = price - cost + rules.goodwill * price
    kept = rules.holding * review * cost * (order - soon)
    wasted, spared = (0, 0) if keeps else (order - ever, later - ever)
    return earns * soon - rules.waste * cost * spared - kept, earns * ever - rules.waste * cost * wasted - kept


def told(goods: Goods, row: int, ways: np.ndarray, order: int, rules: Rules) -> float:
    return float(np.min(np.mean([lived(goods, row, way, order, rules) for way in ways], axis=0)))


@given(st.integers(0, 400), st.integers(1, 2))
def test_no_other_number_of_boxes_is_worth_more(seed: int, review: int) -> None:
    goods, demand = made_up(seed)
    rules = Rules(review_days=review)
    met = reach(goods, demand, rules)
    best = packs(goods, met, rules)
    for row in range(len(best)):
        tried = [told(goods, row, demand[row], boxes * int(goods.pack[row]), rules) for boxes in range(14)]
        # the search takes it that the value rises, then falls: where it does not quite, that costs less than a tenth of a piece
        assert tried[best[row]] >= max(tried) - 0.1 * goods.price[row]
        assert abs(worth(goods, met, rules, best * goods.pack)[row] - tried[best[row]]) < 1


def test_a_box_of_many_days_is_bought_when_it_is_needed_and_not_before() -> None:
    """Two pieces a day, boxes of eight that keep for five days: without stock one is bought, with two days of it none."""
    goods = Goods(
        np.array([[0] * 9, [0, 0, 0, 2, 4, 0, 0, 0, 0]], np.float32), np.zeros((2, 1), np.float32), np.array([1, 1]),
        np.array([5, 5]), np.array([8, 8]), np.array([100, 100], np.float32), np.array([70, 70], np.float32),
    )  # fmt: skip
    demand = np.full((2, 1, 8), 2, np.float32)
    assert packs(goods, reach(goods, demand, Rules()), Rules()).tolist() == [1, 0]


@given(st.integers(0, 300), st.floats(0, 8000))
def test_a_budget_is_kept_and_takes_the_best_boxes(seed: int, limit: float) -> None:
    goods, demand = made_up(seed, many=3)
    met, rules = reach(goods, demand, Rules()), Rules()
    price = goods.cost.astype(float) * goods.pack
    taken, _ = within(goods, met, rules, Limit(price, limit))
    assert taken @ price <= limit + 1e-3
    free = packs(goods, met, rules)
    assert (taken <= free).all()
    # no box may be left that is worth something and fits, and dropping a box never helps
    left = limit - taken @ price
    more = worth(goods, met, rules, (taken + 1) * goods.pack) - worth(goods, met, rules, taken * goods.pack)
    assert not ((price <= left - 1e-3) & (more > 1e-2) & (taken < free)).any()


def test_a_budget_costs_little_against_trying_every_way_to_spend_it() -> None:
    lost = []
    for seed in range(40):
        goods, demand = made_up(seed, many=3)
        rules = Rules()
        met, price = reach(goods, demand, rules), goods.cost.astype(float) * goods.pack
        free = packs(goods, met, rules)
        limit = float(free @ price) * 0.6
        best = 0.0
        for a in range(free[0] + 1):
            for b in range(free[1] + 1):
                for c in range(free[2] + 1):
                    tried = np.array([a, b, c])
                    if tried @ price <= limit:
                        best = max(best, float(worth(goods, met, rules, tried * goods.pack).sum()))
        taken, _ = within(goods, met, rules, Limit(price, limit))
        if best > 0:
            lost.append(1 - float(worth(goods, met, rules, taken * goods.pack).sum()) / best)
    assert len(lost) > 20
    assert max(lost) < 0.35  # one box of a few goods weighs much
    assert np.mean(lost) < 0.05


@given(st.integers(0, 300), st.floats(1, 20_000))
def test_an_order_reaches_the_supplier_minimum_or_is_left_out(seed: int, least: float) -> None:
    goods, demand = made_up(seed)
    rules = Rules()
    met, price = reach(goods, demand, rules), goods.cost.astype(float) * goods.pack
    grown, free = atleast(goods, met, rules, least), packs(goods, met, rules)
    if not free.any():
        assert not grown.any()
    elif free @ price >= least:
        assert (grown == free).all()
    else:
        assert not grown.any() or (grown @ price >= least and worth(goods, met, rules, grown * goods.pack).sum() > 0)


@given(st.integers(0, 300))
def test_a_floor_leaves_nothing_missing_in_so_many_ways(seed: int) -> None:
    goods, demand = made_up(seed)
    met = reach(goods, demand, Rules())
    floor = np.full(len(goods.pack), 0.75, np.float32)
    pieces = packs(goods, met, Rules(), 0.0, floor) * goods.pack
    assert ((met.soon <= pieces[:, None] + 1e-4).mean(axis=1) >= 0.75).all()


@given(st.integers(0, 300), st.floats(0, 1))
def test_what_may_not_be_missing_goes_first_into_what_fits(seed: int, part: float) -> None:
    goods, demand = made_up(seed)
    met = reach(goods, demand, Rules())
    size = goods.cost.astype(np.float64) * goods.pack
    floor = np.where(np.arange(len(size)) % 2, 0.0, 0.75).astype(np.float32)
    held = packs(goods, met, Rules(), DEAREST * size, floor)
    most = float(held @ size) + part * float(packs(goods, met, Rules(), 0.0, floor) @ size)
    taken, _ = within(goods, met, Rules(), Limit(size, most), floor=floor)
    assert (taken >= held).all()
    assert float(taken @ size) <= most + 1e-6
    none, _ = within(goods, met, Rules(), Limit(size, 0.0), floor=floor)
    assert not none.any()


@given(st.integers(0, 200))
def test_goods_that_sell_below_cost_are_never_bought(seed: int) -> None:
    goods, demand = made_up(seed)
    dear = replace(goods, cost=goods.price * 1.2)
    assert not packs(dear, reach(dear, demand, Rules()), Rules()).any()


@given(st.floats(0.02, 400), st.sampled_from(list(SPREADS)), st.integers(0, 50))
def test_the_ways_have_the_mean_and_the_spread_they_are_drawn_for(mean: float, spread: float, seed: int) -> None:
    found = draw(np.full((300, 2), mean, np.float32), np.full(300, spread, np.float32), seed)
    assert found.shape == (300, WAYS, 2)
    assert (found >= 0).all()
    assert abs(found.mean() - mean) < 0.02 * mean
    if mean > 3:
        assert 0.75 < found[:, :, 0].var(axis=1).mean() / (mean + spread * mean**2) < 1.05


def test_days_of_a_good_go_together_more_than_of_different_goods() -> None:
    found = draw(np.full((400, 2), 20, np.float32), np.full(400, 0.1, np.float32), 3)
    within_good = np.corrcoef(found[:, :, 0].ravel(), found[:, :, 1].ravel())[0, 1]
    across = np.corrcoef(found[:-1, :, 0].ravel(), found[1:, :, 0].ravel())[0, 1]
    assert within_good > 0.1 > abs(across)
