"""Weeks lived again: the same demand for all, a policy against itself gains nothing, dearer service misses less."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linshu.domains.supply.replenish.decide import Rules
from linshu.domains.supply.replenish.replay import Setting
from linshu.domains.supply.whatif.decide import BACK, FEET, History, Try, compared, expected, frontier, widths


def made_up(seed: int, many: int = 12, days: int = 21) -> tuple[History, np.ndarray]:
    chance = np.random.default_rng(seed)
    price = chance.uniform(300, 1500, many).astype(np.float32)
    setting = Setting(
        price, (price * 0.7).astype(np.float32), chance.choice([2, 3, 5, 30], many), chance.choice([1, 3, 6], many),
        chance.integers(1, 3, many),
    )  # fmt: skip
    sold = chance.poisson(chance.uniform(1, 15, many)[:, None], (many, BACK + FEET + days)).astype(np.float32)
    return History(setting, sold, np.ones_like(sold), BACK), sold


@settings(max_examples=8)
@given(st.integers(0, 500))
def test_every_policy_meets_the_same_days(seed: int) -> None:
    history, truth = made_up(seed)
    now = Try(Rules())
    first, again, spread = compared(history, [truth], [now, now, Try(Rules(), cover=6)])
    assert first.profit == again.profit
    assert again.better.value == again.better.low == again.better.high == 0
    assert np.isclose(spread.better.value, spread.profit.value - first.profit.value, rtol=1e-6, atol=1)
    for one in (first, spread):
        assert 0 <= one.fill.low <= one.fill.value <= one.fill.high <= 1
        assert 0 <= one.waste.value < 1
        assert one.stock.value >= 0


@settings(max_examples=5)
@given(st.integers(0, 500))
def test_a_dearer_missing_piece_is_missed_less_often(seed: int) -> None:
    history, truth = made_up(seed)
    fills = [one.fill for _, one in frontier(history, [truth], Try(Rules())).points]
    assert fills[-1] >= fills[0]
    assert sum(b < a - 0.02 for a, b in itertools.pairwise(fills)) == 0


def test_a_budget_holds_stock_down_and_misses_more() -> None:
    history, truth = made_up(3, many=40)
    now = Try(Rules())
    free, bound, ample = compared(history, [truth], [now, replace(now, budget=60_000.0), replace(now, budget=1e12)])
    assert bound.fill.value < free.fill.value - 0.05
    assert bound.stock.value < free.stock.value
    assert ample.profit == free.profit


def test_staples_that_may_not_be_missing_are_missed_less_and_the_others_as_before() -> None:
    history, truth = made_up(3, many=40)
    history = replace(history, staple=np.arange(40) < 20)
    dear = Try(Rules(goodwill=0.0, holding=0.02))
    free, held = compared(history, [truth], [dear, replace(dear, floor=0.98)])
    assert held.fill.value > free.fill.value + 0.01
    assert held.stock.value > free.stock.value
    others = replace(history, staple=np.zeros(40, bool))
    assert compared(others, [truth], [replace(dear, floor=0.98)])[0].profit == free.profit


def test_goods_of_which_the_freshest_are_taken_spoil_more_and_the_others_as_before() -> None:
    history, truth = made_up(3, many=40)
    now, some = Try(Rules()), np.where(np.arange(40) < 20, 0.9, 0).astype(np.float32)
    oldest, part, all_of_them = compared(
        history, [truth], [now, replace(now, freshest=some), replace(now, freshest=0.9)]
    )
    assert oldest.profit.value > part.profit.value > all_of_them.profit.value


def test_slow_deliveries_and_short_lives_cost_money() -> None:
    history, truth = made_up(3, many=40)
    now = Try(Rules())
    easy, slow, short = compared(history, [truth], [now, replace(now, lead_more=3), replace(now, life_less=2)])
    assert slow.profit.value < easy.profit.value
    assert short.profit.value < easy.profit.value


def test_the_plain_forecast_knows_weekdays_and_closed_hours() -> None:
    week = np.array([2, 2, 2, 2, 2, 9, 9], np.float32)
    sold = np.tile(week, 4)[None, :]
    ahead = expected(sold, np.ones_like(sold), 7)[0]
    assert ahead[5] > ahead[0]
    half = expected(sold / 2, np.full_like(sold, 0.5), 7)[0]
    assert np.allclose(half[:5], ahead[:5], rtol=0.25)


def test_the_plain_forecast_keeps_up_with_growth_and_knows_how_far_demand_strays() -> None:
    grown = np.concatenate([np.full((1, 21), 4), np.full((1, 7), 8)], axis=1).astype(np.float32)
    seen = np.ones_like(grown)
    assert 5.5 < expected(grown, seen, 1)[0, 0] <= 8
    chance = np.random.default_rng(4)
    for width in (0.0, 0.5):
        rate = chance.gamma(1 / width, width, (500, BACK)) if width else np.ones((500, BACK))
        sold = chance.poisson(6 * rate).astype(np.float32)
        assert abs(float(widths(sold, np.ones_like(sold)).mean()) - width) < 0.08
